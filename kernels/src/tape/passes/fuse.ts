import { activations } from '../../gemm/layouts.ts'
import { asElementwise } from '../elementwise.ts'
import { type Buffer, type Command, type Operand, operandOf, type Program } from '../program.ts'

/** The field of the result, and how many numbers a bias has, of kernels that end with a bias and an activation. */
const ends: Readonly<Record<string, { y: string; columns(at: (field: string) => number): number }>> = {
  Gemm: { y: 'c', columns: (at) => (at('ldc') === at('n') && at('accumulate') === 0 ? at('n') : 0) },
  Gemv: { y: 'y', columns: (at) => (at('accumulate') === 0 ? at('n') : 0) },
  Conv2d: { y: 'y', columns: (at) => at('outChannels') },
  Depthwise: { y: 'y', columns: (at) => at('channels') * at('multiplier') },
  WinogradOutput: { y: 'y', columns: (at) => at('outChannels') },
}

const activationOf: Readonly<Record<string, number | undefined>> = {
  relu_f32: activations.relu,
  relu6_f32: activations.relu6,
  elu_f32: activations.elu,
  leakyrelu_f32: activations.leakyrelu,
  sigmoid_f32: activations.sigmoid,
  tanh_f32: activations.tanh,
}

/**
 * Lets products and convolutions normalize a batch and apply the activation that follow them, to the same bits; and with `biases` add the
 * bias, too. A sum then begins with the bias instead of ending with it: the only thing here that changes roundings.
 */
export function fuseEpilogues(program: Program, biases: boolean): void {
  stepOfRelu(program)
  for (const command of program.commands.slice()) {
    const end = endOf(command, program)
    if (end === undefined || (end.row?.field === 'bias' && !biases)) continue
    const { from, to, row, activation, leak } = end
    const touching = program.commands.filter(({ operands }) => operands.some(({ buffer }) => buffer === from.buffer))
    const producers = touching.slice(0, -1)
    if (touching.at(-1) !== command || producers.length === 0 || program.results.has(from.buffer)) continue
    if (from.buffer.kind !== 'made' || from.buffer.bytes !== to.buffer.bytes || from.offset !== 0 || to.offset !== 0)
      continue
    if (!producers.every((producer) => fits(producer, from.buffer, end))) continue
    const first = program.commands.indexOf(producers[0])
    const last = program.commands.indexOf(command)
    const between = program.commands.slice(first, last)
    if (row && between.some(({ operands }) => operands.some((o) => o.writes && o.buffer === row.operand.buffer)))
      continue
    // The result is written earlier than before.
    if (between.some(({ operands }) => operands.some(({ buffer }) => buffer === to.buffer))) continue
    for (const producer of producers) {
      const { word } = producer.layout
      const field = ends[producer.layout.family].y
      const y = operandOf(producer, field) as Operand
      y.buffer = to.buffer
      if (activation !== undefined) producer.words[word.activation] = activation
      if (leak !== undefined) producer.words[word.leak] = leak
      if (row === undefined) continue
      if (row.field === 'bias' && word.biasStep !== undefined) producer.words[word.biasStep] = 1
      producer.operands.push({ ...row.operand, word: word[row.field], writes: false })
    }
    program.commands.splice(program.commands.indexOf(command), 1)
  }
}

/** What a command does to each row of what lies at `from`. */
interface End {
  from: Operand
  to: Operand
  /** What it takes for each of so many columns, and the field of a product that takes it over. */
  row?: { operand: Operand; columns: number; field: 'bias' | 'tables' }
  activation?: number
  /** Of leakyrelu: the bits of its slope. */
  leak?: number
  /** The activation that must be there already; 0 by default. */
  after?: number
}

/** A command that adds a row of numbers to each row, normalizes, or applies an activation. */
function endOf(command: Command, program: Program): End | undefined {
  const { layout, words } = command
  const operand = (name: string) => operandOf(command, name) as Operand
  const activation = activationOf[layout.kernel]
  if (activation !== undefined) {
    const leak = activation === activations.leakyrelu ? words[layout.word.alpha] : undefined
    return { from: operand('x'), to: operand('y'), activation, leak }
  }
  if (layout.kernel === 'batchnorm_f32') {
    const columns = words[layout.word.channels]
    if (words[layout.word.period] !== columns) return undefined
    return { from: operand('x'), to: operand('y'), row: { operand: operand('tables'), columns, field: 'tables' } }
  }
  const along = asElementwise(command)?.along ?? []
  const [a, b, to] = ['a', 'b', 'y'].map(operand)
  if (layout.kernel === 'minimum_f32') {
    // relu6, as TensorFlow.js's layer computes it
    const [x] = along
    if (along.length !== 1 || words[layout.word.rank] !== 0 || !isConstant(x === a ? b : a, SIX, program))
      return undefined
    return { from: x, to, activation: activations.relu6, after: activations.relu }
  }
  if (layout.kernel !== 'add_f32' || words[layout.word.rank] > 1 || words[layout.word.mode] !== 0) return undefined
  const columns = words[layout.word.row]
  const repeats = (name: 'strideA' | 'strideB') => words[layout.word.rank] === 0 || words[layout.word[name]] === 0
  if (along.includes(a) && repeats('strideB')) return { from: a, to, row: { operand: b, columns, field: 'bias' } }
  if (along.includes(b) && repeats('strideA')) return { from: b, to, row: { operand: a, columns, field: 'bias' } }
  return undefined
}

const SIX = new Uint8Array(Float32Array.of(6).buffer)

/** Whether an operand is what JavaScript wrote while recording, these bytes and no others. */
function isConstant({ buffer, offset }: Operand, bytes: Uint8Array, program: Program): boolean {
  const [store] = buffer.stores
  return (
    buffer.stores.length === 1 &&
    store.offset === offset &&
    store.bytes.length === bytes.length &&
    store.bytes.every((byte, i) => byte === bytes[i]) &&
    !program.commands.some(({ operands }) => operands.some((o) => o.writes && o.buffer === buffer))
  )
}

/** Whether a command writes `y` and can take over what an `end` does. */
function fits(command: Command, y: Buffer, { row, activation, after = 0 }: End): boolean {
  const { layout, words } = command
  const end = ends[layout.family]
  if (end === undefined) return false
  const at = (field: string) => words[layout.word[field]]
  if (command.operands.some(({ buffer, word }) => buffer === y && word !== layout.word[end.y])) return false
  const own = end.columns(at)
  if (own === 0 || at('activation') !== after) return false
  if (activation !== undefined || row === undefined) return true
  const offset = (operandOf(command, end.y) as Operand).offset
  if (row.columns !== own || offset % (own * 4) !== 0) return false
  // What is normalized includes the bias.
  if (row.field === 'tables') return layout.word.tables !== undefined && operandOf(command, 'tables') === undefined
  return operandOf(command, 'bias') === undefined && operandOf(command, 'tables') === undefined
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
