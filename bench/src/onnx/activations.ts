import type { OnnxGraph } from './graph.ts'

type Emit = (graph: OnnxGraph, x: string, axis: number) => string

const plain =
  (type: string, attributes = {}): Emit =>
  (graph, x) =>
    graph.node(type, [x], attributes)

const scalar = (graph: OnnxGraph, value: number) => graph.constant([], Float32Array.of(value))

/** By the names of tf.layers. A softmax is over `axis`. */
const activations: Record<string, Emit> = {
  linear: (_, x) => x,
  relu: plain('Relu'),
  relu6: (graph, x) => graph.node('Clip', [x, scalar(graph, 0), scalar(graph, 6)]),
  elu: plain('Elu'),
  selu: plain('Selu'),
  sigmoid: plain('Sigmoid'),
  hardSigmoid: plain('HardSigmoid', { alpha: 0.2, beta: 0.5 }),
  tanh: plain('Tanh'),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  softmax: (graph, x, axis) => graph.node('Softmax', [x], { axis }),
  swish: (graph, x) => graph.node('Mul', [x, graph.node('Sigmoid', [x])]),
}

const camelCase = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

export function activate(graph: OnnxGraph, name: unknown, x: string, axis = -1): string {
  const emit = activations[camelCase(String(name ?? 'linear'))]
  if (emit === undefined) throw new Error(`convert: the activation ${name} can not be converted`)
  return emit(graph, x, axis)
}

const GATES: Record<string, string> = {
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  hardSigmoid: 'HardSigmoid',
  tanh: 'Tanh',
}

/** The activation's name in ONNX's LSTM. Its own defaults of HardSigmoid are those of tf.layers. */
export function gateActivation(name: unknown): string {
  const gate = GATES[camelCase(String(name))]
  if (gate === undefined) throw new Error(`convert: the activation ${name} of a gate can not be converted`)
  return gate
}
