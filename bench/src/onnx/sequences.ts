import { gateActivation } from './activations.ts'
import { type Emit, type Layer, plain, reshaped, type Value, type Weight } from './convert.ts'
import { int64, type OnnxGraph } from './graph.ts'
import { permuted } from './layout.ts'

/** By the layer's class name. */
export const sequenceEmitters: Record<string, Emit> = {
  Masking: masking,
  LSTM: lstm,
  Attention: attention,
  GlobalAveragePooling1D: globalAverage,
}

/** What knows masked steps, or leaves them be. */
export const heedsMask: ReadonlySet<string> = new Set(['LSTM', 'Attention', 'GlobalAveragePooling1D', 'Dropout'])

/** Added to the score of a key that is hidden. */
const HIDDEN = 1e9

const scalar = (graph: OnnxGraph, value: number) => graph.constant([], Float32Array.of(value))
const axis = (graph: OnnxGraph, at: number) => graph.constant([1], int64([at]))
const FLOAT = 1
const INT32 = 6

function masking({ graph, config, inputs: [input] }: Layer): Value {
  const x = plain(graph, input)
  const same = graph.node('Equal', [x.name, scalar(graph, config.maskValue as number)])
  const shown = graph.node('Cast', [graph.node('Not', [same])], { to: FLOAT })
  const mask = graph.node('ReduceMax', [shown], { axes: [2], keepdims: 0 })
  return { ...x, name: graph.node('Mul', [x.name, graph.node('Unsqueeze', [mask, axis(graph, 2)])]), mask }
}

/** [rows, 4 units], the gates in TensorFlow's order input, forget, cell, output, as ONNX has them: [1, 4 units, rows] and input, output, forget, cell. */
function gates({ values, shape: [rows, columns] }: Weight): { shape: number[]; values: Float32Array } {
  const units = columns / 4
  const turned = permuted(values, [rows, 4, units], [1, 2, 0])
  const gate = (i: number) => turned.subarray(i * units * rows, (i + 1) * units * rows)
  const all = new Float32Array(turned.length)
  for (const [to, from] of [0, 3, 1, 2].entries()) all.set(gate(from), to * units * rows)
  return { shape: [1, columns, rows], values: all }
}

/** Behind a sequence's end outputs are 0; TensorFlow.js repeats the last one. */
function lstm({ graph, config, weights: [kernel, recurrent, bias], inputs: [input] }: Layer): Value {
  if (config.goBackwards || config.stateful || config.returnState)
    throw new Error('convert: an LSTM that goes backwards, is stateful or returns its state can not be converted')
  const [batch, steps] = input.shape
  const { mask } = input
  const units = kernel.shape[1] / 4
  const x =
    input.order === 'timeFirst' ? input.name : graph.node('Transpose', [plain(graph, input).name], { perm: [1, 0, 2] })
  const biases = new Float32Array(8 * units)
  if (bias !== undefined) biases.set(gates({ values: bias.values, shape: [1, 4 * units] }).values)
  const weights = [gates(kernel), gates(recurrent), { shape: [1, 8 * units], values: biases }]
  const names = [x, ...weights.map(({ shape, values }) => graph.constant(shape, values))]
  if (mask !== undefined) {
    const count = graph.node('ReduceSum', [mask, axis(graph, 1)], { keepdims: 0 })
    names.push(graph.node('Cast', [count], { to: INT32 }))
  }
  const [cell, gate] = [gateActivation(config.activation), gateActivation(config.recurrentActivation)]
  const attributes = { hidden_size: units, activations: [gate, cell, cell] }
  const [sequence, last] = graph.nodeOf('LSTM', names, attributes, 2)
  return config.returnSequences
    ? {
        name: reshaped(graph, sequence, [steps, batch, units]),
        shape: [batch, steps, units],
        order: 'timeFirst',
        mask,
      }
    : { name: reshaped(graph, last, [batch, units]), shape: [batch, units], order: 'plain' }
}

/** softmax(query key^T) value of inputs [query, value, key = value]. */
function attention({ graph, config, weights: [scale], inputs }: Layer): Value {
  if (config.causal) throw new Error('convert: causal attention can not be converted')
  const [query, value, key = value] = inputs.map((x) => plain(graph, x))
  const scaled = scale === undefined ? query.name : graph.node('Mul', [query.name, graph.constant([], scale.values)])
  let scores = graph.node('MatMul', [scaled, graph.node('Transpose', [key.name], { perm: [0, 2, 1] })])
  if (value.mask !== undefined) {
    const hidden = graph.node('Mul', [graph.node('Sub', [value.mask, scalar(graph, 1)]), scalar(graph, HIDDEN)])
    scores = graph.node('Add', [scores, graph.node('Unsqueeze', [hidden, axis(graph, 1)])])
  }
  let name = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), value.name])
  if (query.mask !== undefined) name = graph.node('Mul', [name, graph.node('Unsqueeze', [query.mask, axis(graph, 2)])])
  const shape = [query.shape[0], query.shape[1], value.shape[2]]
  return { name, shape, order: 'plain', mask: query.mask }
}

function globalAverage({ graph, inputs: [input] }: Layer): Value {
  const { name, shape, mask } = plain(graph, input)
  const pooled: Omit<Value, 'name'> = { shape: [shape[0], shape[2]], order: 'plain' }
  if (mask === undefined) return { name: graph.node('ReduceMean', [name], { axes: [1], keepdims: 0 }), ...pooled }
  const shown = graph.node('Mul', [name, graph.node('Unsqueeze', [mask, axis(graph, 2)])])
  const sum = graph.node('ReduceSum', [shown, axis(graph, 1)], { keepdims: 0 })
  return { name: graph.node('Div', [sum, graph.node('ReduceSum', [mask, axis(graph, 1)])]), ...pooled }
}
