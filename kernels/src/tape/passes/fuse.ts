import { activations } from '../../gemm/layouts.ts'
import { asElementwise } from '../elementwise.ts'
import { type Buffer, type Command, type Operand, operandOf, type Program } from '../program.ts'

/** The field of the result, and how many numbers a bias has, of kernels that end with a bias and an activation. */
const ends: Readonly<Record<string, { y: string; columns(at: (field: string) => number): number }>> = {
  Gemm: { y: 'c', columns: (at) => (at('ldc') === at('n') && at('accumulate') === 0 ? at('n') : 0) },
  Gemv: { y: 'y', columns: (at) => (at('accumulate') === 0 ? at('n') : 0) },
  Conv2d: { y: 'y', columns: (at) => at('outChannels') },
  Depthwise: { y: 'y', columns: (at) => at('channels') },
  DepthwiseMultiplied: { y: 'y', columns: (at) => at('channels') * at('multiplier') },
  WinogradOutput: { y: 'y', columns: (at) => at('outChannels') },
}

const activationOf: Readonly<Record<string, number | undefined>> = {
  relu_f32: activations.relu,
  relu6_f32: activations.relu6,
  sigmoid_f32: activations.sigmoid,
  tanh_f32: activations.tanh,
}

/**
 * Lets products and convolutions add the bias and apply the activation that follow them. A sum then begins with the bias instead
 * of ending with it: the only pass that changes roundings.
 */
export function fuseEpilogues(program: Program): void {
  stepOfRelu(program)
  for (const command of program.commands.slice()) {
    const end = endOf(command)
    if (end === undefined) continue
    const { from, to, bias, activation, leave } = end
    const touching = program.commands.filter(({ operands }) => operands.some(({ buffer }) => buffer === from.buffer))
    const producers = touching.slice(0, -1)
    if (touching.at(-1) !== command || producers.length === 0 || program.results.has(from.buffer)) continue
    if (from.buffer.kind !== 'made' || from.buffer.bytes !== to.buffer.bytes || from.offset !== 0 || to.offset !== 0)
      continue
    if (!producers.every((producer) => fits(producer, from.buffer, bias?.columns, activation))) continue
    const first = program.commands.indexOf(producers[0])
    const last = program.commands.indexOf(command)
    const between = program.commands.slice(first, last)
    if (bias && between.some(({ operands }) => operands.some((o) => o.writes && o.buffer === bias.operand.buffer)))
      continue
    // The result is written earlier than before.
    if (between.some(({ operands }) => operands.some(({ buffer }) => buffer === to.buffer))) continue
    for (const producer of producers) {
      const { word } = producer.layout
      const field = ends[producer.layout.family].y
      const y = operandOf(producer, field) as Operand
      y.buffer = to.buffer
      if (activation !== undefined) producer.words[word.activation] = activation
      if (bias === undefined) continue
      if (word.biasStep !== undefined) producer.words[word.biasStep] = 1
      producer.operands.push({ ...bias.operand, word: word.bias, writes: false })
    }
    leave(program)
  }
}

interface End {
  from: Operand
  to: Operand
  bias?: { operand: Operand; columns: number }
  activation?: number
  leave(program: Program): void
}

/** A command that adds a row of numbers to each row, or that applies an activation. */
function endOf(command: Command): End | undefined {
  const leave = (program: Program) => void program.commands.splice(program.commands.indexOf(command), 1)
  const { layout, words } = command
  const activation = activationOf[layout.kernel]
  if (activation !== undefined)
    return { from: operandOf(command, 'x') as Operand, to: operandOf(command, 'y') as Operand, activation, leave }
  if (layout.kernel !== 'add_f32' || words[layout.word.rank] > 1 || words[layout.word.mode] !== 0) return undefined
  const along = asElementwise(command)?.along ?? []
  const [a, b, y] = ['a', 'b', 'y'].map((name) => operandOf(command, name) as Operand)
  const columns = words[layout.word.row]
  const repeats = (name: 'strideA' | 'strideB') => words[layout.word.rank] === 0 || words[layout.word[name]] === 0
  if (along.includes(a) && repeats('strideB')) return { from: a, to: y, bias: { operand: b, columns }, leave }
  if (along.includes(b) && repeats('strideA')) return { from: b, to: y, bias: { operand: a, columns }, leave }
  return undefined
}

/** Whether a command writes `y` and can take over a bias or an activation. */
function fits(command: Command, y: Buffer, columns: number | undefined, activation: number | undefined): boolean {
  const { layout, words } = command
  const end = ends[layout.family]
  if (end === undefined) return false
  const at = (field: string) => words[layout.word[field]]
  if (command.operands.some(({ buffer, word }) => buffer === y && word !== layout.word[end.y])) return false
  const own = end.columns(at)
  if (own === 0 || at('activation') !== 0) return false
  if (activation !== undefined) return true
  const offset = (operandOf(command, end.y) as Operand).offset
  return columns === own && operandOf(command, 'bias') === undefined && offset % (own * 4) === 0
}

/** The gradient of relu asks whether x > 0; relu(x) > 0 is the same, and x need not be kept. */
function stepOfRelu(program: Program): void {
  const relus = new Map<Buffer, Buffer>()
  const writers = new Map<Buffer, number>()
  for (const { operands } of program.commands)
    for (const { buffer, writes } of operands) if (writes) writers.set(buffer, (writers.get(buffer) ?? 0) + 1)
  for (const command of program.commands) {
    const { kernel } = command.layout
    const [x, y] = [operandOf(command, 'x'), operandOf(command, 'y')]
    if (x === undefined || y === undefined || x.offset !== 0) continue
    if (kernel === 'relu_f32' && y.offset === 0 && x.buffer.bytes === y.buffer.bytes && writers.get(y.buffer) === 1)
      relus.set(x.buffer, y.buffer)
    const relu = relus.get(x.buffer)
    if (kernel === 'step_f32' && relu !== undefined) x.buffer = relu
  }
}
