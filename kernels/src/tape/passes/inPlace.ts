import { asElementwise } from '../elementwise.ts'
import { type Buffer, type Command, operandOf, type Program } from '../program.ts'

/**
 * Lets commands that work element by element write over what nobody reads afterwards, and what is assigned to a variable be
 * written where the variable lies, so that nothing is copied there. `kept` buffers hold what the next replay reads.
 */
export function writeInPlace(program: Program, kept: ReadonlySet<Buffer>): void {
  const touches = touchesOf(program.commands)
  const replaced = new Map<Buffer, Buffer>()
  const isFree = (buffer: Buffer) => buffer.kind === 'made' && !kept.has(buffer) && !program.results.has(buffer)
  const replace = (from: Buffer, to: Buffer) => {
    replaced.set(from, to)
    const moved = touches.get(from) as Command[]
    for (const { operands } of moved) for (const operand of operands) if (operand.buffer === from) operand.buffer = to
    const all = new Set([...(touches.get(to) ?? []), ...moved])
    touches.set(
      to,
      program.commands.filter((command) => all.has(command)),
    )
    touches.delete(from)
  }

  for (const command of program.commands.slice().reverse()) {
    const assigned = assignmentOf(command)
    if (assigned === undefined || !isFree(assigned.from)) continue
    const { from, to } = assigned
    const [first] = touches.get(from) as Command[]
    const others = (touches.get(to) as Command[]).filter((other) => other !== command)
    const at = program.commands.indexOf(first)
    const isLater = (other: Command) => program.commands.indexOf(other) > at
    if (others.some((other) => isLater(other) || writes(other, to))) continue
    if (others.includes(first) && !mayReplace(first, to, from)) continue
    program.commands.splice(program.commands.indexOf(command), 1)
    touches.set(
      from,
      (touches.get(from) as Command[]).filter((other) => other !== command),
    )
    touches.set(to, others)
    replace(from, to)
  }

  for (const command of program.commands) {
    const result = asElementwise(command)
    if (result === undefined || !isFree(result.y.buffer) || (touches.get(result.y.buffer) as Command[])[0] !== command)
      continue
    for (const { buffer } of result.along) {
      const isOpen = isFree(buffer) || (buffer.kind === 'input' && !program.results.has(buffer))
      if (!isOpen || (touches.get(buffer) as Command[]).at(-1) !== command) continue
      if (!mayReplace(command, buffer, result.y.buffer)) continue
      replace(result.y.buffer, buffer)
      break
    }
  }
}

/** The copy of all of a buffer to all of a variable, as the end of a program has it. */
function assignmentOf(command: Command): { from: Buffer; to: Buffer } | undefined {
  if (command.layout.kernel !== 'copy_rows') return undefined
  const src = operandOf(command, 'src')
  const dst = operandOf(command, 'dst')
  if (src === undefined || dst === undefined || dst.buffer.kind !== 'outside') return undefined
  const isWhole = command.words[command.layout.word.n] === dst.buffer.bytes && src.buffer.bytes === dst.buffer.bytes
  return isWhole && src.offset === 0 && dst.offset === 0 ? { from: src.buffer, to: dst.buffer } : undefined
}

/** Whether a command reads `old` only where it then writes `fresh`, so that they can be the same. */
function mayReplace(command: Command, old: Buffer, fresh: Buffer): boolean {
  const result = asElementwise(command)
  if (result === undefined || !result.inPlace || result.y.buffer !== fresh || result.y.offset !== 0) return false
  if (old.bytes !== fresh.bytes) return false
  return command.operands
    .filter(({ buffer }) => buffer === old)
    .every((operand) => result.along.includes(operand) && operand.offset === 0)
}

const writes = ({ operands }: Command, to: Buffer) => operands.some(({ writes, buffer }) => writes && buffer === to)

/** The commands that touch each buffer, in their order. */
function touchesOf(commands: readonly Command[]): Map<Buffer, Command[]> {
  const touches = new Map<Buffer, Command[]>()
  for (const command of commands)
    for (const { buffer } of command.operands) {
      const known = touches.get(buffer)
      if (known === undefined) touches.set(buffer, [command])
      else if (known.at(-1) !== command) known.push(command)
    }
  return touches
}
