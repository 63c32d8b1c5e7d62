import type { Buffer, Program } from '../program.ts'

/** Drops the commands whose results nobody reads. */
export function dropDead(program: Program): void {
  const needed = new Set<Buffer>(program.results)
  const live = []
  for (let i = program.commands.length - 1; i >= 0; i--) {
    const command = program.commands[i]
    const { operands } = command
    if (!operands.some(({ writes, buffer }) => writes && (buffer.kind === 'outside' || needed.has(buffer)))) continue
    for (const { buffer } of operands) needed.add(buffer)
    live.push(command)
  }
  program.commands = live.reverse()
}
