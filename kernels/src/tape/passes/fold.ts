import type { Buffer, Command, Program } from '../program.ts'

/**
 * Takes out, and returns, the commands that depend on nothing that changes from replay to replay: on constants and on what lies
 * outside and is not written here. They run once, and again when what they read outside has changed.
 */
export function foldConstants(program: Program): Command[] {
  const varying = new Set<Buffer>()
  const isVarying = ({ operands }: Command) =>
    operands.some(
      ({ buffer, writes }) => buffer.kind === 'input' || varying.has(buffer) || (writes && isOutside(buffer)),
    )
  for (const { operands } of program.commands)
    for (const { buffer, writes } of operands) if (writes && isOutside(buffer)) varying.add(buffer)
  // What a buffer holds varies where any of the commands that write it does.
  for (let before = -1; before !== varying.size; ) {
    before = varying.size
    for (const command of program.commands)
      if (isVarying(command)) for (const { buffer, writes } of command.operands) if (writes) varying.add(buffer)
  }
  const folded = program.commands.filter((command) => !isVarying(command))
  program.commands = program.commands.filter(isVarying)
  return folded
}

const isOutside = ({ kind }: Buffer) => kind === 'outside'
