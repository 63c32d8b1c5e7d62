import { activate } from './activations.ts'
import { type Emit, firstOf, type Layer, plain, reshaped, type Value, type Weight } from './convert.ts'
import { int64, type OnnxGraph } from './graph.ts'
import { permuted, reordered } from './layout.ts'
import { sequenceEmitters } from './sequences.ts'

const SPACE = [1, 2]

/** Writes a layer's nodes; by the layer's class name. */
export const emitters: Record<string, Emit> = {
  Conv2D: (layer) => conv(layer, [3, 2, 0, 1], 1),
  DepthwiseConv2D: (layer) => conv(layer, [2, 3, 0, 1], layer.inputs[0].shape[3]),
  BatchNormalization: batchNormalization,
  MaxPooling2D: (layer) => pool(layer, 'MaxPool'),
  AveragePooling2D: (layer) => pool(layer, 'AveragePool'),
  GlobalAveragePooling2D: globalAverage,
  ZeroPadding2D: zeroPadding,
  Dense: dense,
  Flatten: flatten,
  Reshape: ({ graph, config, inputs: [x] }) => {
    const shape = [x.shape[0], ...(config.targetShape as number[])]
    return { name: reshaped(graph, plain(graph, x).name, shape), shape, order: 'plain' }
  },
  Dropout: ({ inputs: [x] }) => x,
  Activation: ({ graph, config, inputs: [x] }) => activated(graph, x, config.activation),
  Softmax: ({ graph, inputs: [x] }) => activated(graph, x, 'softmax'),
  ReLU: ({ graph, config, inputs: [x] }) => activated(graph, x, relu(config.maxValue)),
  Add: ({ graph, inputs }) => {
    const [first, ...others] = inputs.map((x) =>
      inputs[0].order === 'channelsFirst' ? firstOf(graph, x) : plain(graph, x),
    )
    const sum = others.reduce((name, x) => graph.node('Add', [name, x.name]), first.name)
    return { ...first, name: sum }
  },
  ...sequenceEmitters,
}

function relu(maxValue: unknown): string {
  if (maxValue === undefined || maxValue === null) return 'relu'
  if (maxValue === 6) return 'relu6'
  throw new Error(`convert: a ReLU of maxValue ${maxValue} can not be converted`)
}

/** A softmax is over the channels, wherever they lie. */
function activated(graph: OnnxGraph, x: Value, activation: unknown): Value {
  const value = x.flattened === undefined ? x : plain(graph, x)
  return { ...value, name: activate(graph, activation, value.name, value.order === 'channelsFirst' ? 1 : -1) }
}

const pair = (given: unknown): number[] => (Array.isArray(given) ? given : [given, given]) as number[]

interface Window {
  out: number[]
  /** Above, left, below, right. */
  pads: number[]
}

/** How TensorFlow pads: with 'same' the odd row goes below, the odd column to the right. */
function windowOf(
  sizes: readonly number[],
  kernel: number[],
  strides: number[],
  dilations: number[],
  padding: unknown,
): Window {
  const spans = kernel.map((size, i) => (size - 1) * dilations[i] + 1)
  if (padding === 'valid')
    return { out: sizes.map((size, i) => Math.floor((size - spans[i]) / strides[i]) + 1), pads: [0, 0, 0, 0] }
  const out = sizes.map((size, i) => Math.ceil(size / strides[i]))
  const all = sizes.map((size, i) => Math.max(0, (out[i] - 1) * strides[i] + spans[i] - size))
  const before = all.map((pad) => Math.floor(pad / 2))
  return { out, pads: [...before, ...all.map((pad, i) => pad - before[i])] }
}

/** `order` are the filter's axes as ONNX has them: outputs, inputs of a group, height, width. */
function conv(
  { graph, config, weights: [filter, bias], inputs: [input] }: Layer,
  order: number[],
  group: number,
): Value {
  const x = firstOf(graph, input)
  const [kernel, strides, dilations] = [filter.shape.slice(0, 2), pair(config.strides), pair(config.dilationRate)]
  const { out, pads } = windowOf(
    SPACE.map((axis) => x.shape[axis]),
    kernel,
    strides,
    dilations,
    config.padding,
  )
  // Of a depthwise filter [h, w, channels, multiplier] every product of a channel is an output.
  const outputs = group === 1 ? filter.shape[3] : filter.shape[2] * filter.shape[3]
  const turned = permuted(filter.values, filter.shape, order)
  const shape = group === 1 ? reordered(filter.shape, order) : [outputs, 1, ...kernel]
  const names = [x.name, graph.constant(shape, turned)]
  if (bias !== undefined) names.push(graph.constant(bias.shape, bias.values))
  const sum = graph.node('Conv', names, { kernel_shape: kernel, strides, dilations, pads, group })
  return {
    name: activate(graph, config.activation, sum, 1),
    shape: [x.shape[0], ...out, outputs],
    order: 'channelsFirst',
  }
}

function pool({ graph, config, inputs: [input] }: Layer, type: string): Value {
  const x = firstOf(graph, input)
  const kernel = pair(config.poolSize)
  const strides = pair(config.strides ?? kernel)
  const { out, pads } = windowOf(
    SPACE.map((axis) => x.shape[axis]),
    kernel,
    strides,
    [1, 1],
    config.padding,
  )
  const name = graph.node(type, [x.name], { kernel_shape: kernel, strides, pads })
  return { name, shape: [x.shape[0], ...out, x.shape[3]], order: 'channelsFirst' }
}

function globalAverage({ graph, inputs: [input] }: Layer): Value {
  const x = firstOf(graph, input)
  const shape = [x.shape[0], x.shape[3]]
  return { name: reshaped(graph, graph.node('GlobalAveragePool', [x.name]), shape), shape, order: 'plain' }
}

function zeroPadding({ graph, config, inputs: [input] }: Layer): Value {
  const x = firstOf(graph, input)
  const [[top, bottom], [left, right]] = config.padding as number[][]
  const [batch, height, width, channels] = x.shape
  const pads = graph.constant([8], int64([0, 0, top, left, 0, 0, bottom, right]))
  return {
    name: graph.node('Pad', [x.name, pads]),
    shape: [batch, height + top + bottom, width + left + right, channels],
    order: 'channelsFirst',
  }
}

/** gamma and beta may be absent; mean and variance are the last two. */
function batchNormalization({ graph, config, weights, inputs: [input] }: Layer): Value {
  const x = input.shape.length === 4 ? firstOf(graph, input) : plain(graph, input)
  const axis = [config.axis].flat()[0] as number
  if (axis !== -1 && axis !== x.shape.length - 1)
    throw new Error(`convert: batch normalization of axis ${axis} can not be converted`)
  if (x.shape.length === 3) throw new Error('convert: batch normalization of sequences can not be converted')
  const rest = [...weights]
  const ones = { values: new Float32Array(x.shape[x.shape.length - 1]).fill(1), shape: [x.shape[x.shape.length - 1]] }
  const zeros = { ...ones, values: new Float32Array(ones.values.length) }
  const gamma = config.scale === false ? ones : (rest.shift() as Weight)
  const beta = config.center === false ? zeros : (rest.shift() as Weight)
  const names = [gamma, beta, ...rest].map(({ shape, values }) => graph.constant(shape, values))
  const epsilon = { float: config.epsilon as number }
  return { ...x, name: graph.node('BatchNormalization', [x.name, ...names], { epsilon }) }
}

function flatten({ graph, inputs: [x] }: Layer): Value {
  const [batch, ...rest] = x.shape
  const shape = [batch, rest.reduce((product, size) => product * size, 1)]
  const { name } = x.order === 'timeFirst' ? plain(graph, x) : x
  const flattened = x.order === 'channelsFirst' ? x.shape : undefined
  return { name: reshaped(graph, name, shape), shape, order: 'plain', flattened }
}

function dense({ graph, config, weights: [kernel, bias], inputs: [input] }: Layer): Value {
  const units = kernel.shape[1]
  const shape = [...input.shape.slice(0, -1), units]
  if (input.shape.length === 2) {
    const { values } = input.flattened === undefined ? kernel : { values: rowsChannelsFirst(kernel, input.flattened) }
    const names = [input.name, graph.constant(kernel.shape, values)]
    if (bias !== undefined) names.push(graph.constant(bias.shape, bias.values))
    return { name: activate(graph, config.activation, graph.node('Gemm', names)), shape, order: 'plain' }
  }
  const order = input.order === 'timeFirst' ? 'timeFirst' : 'plain'
  const x = order === 'plain' ? plain(graph, input) : input
  let name = graph.node('MatMul', [x.name, graph.constant(kernel.shape, kernel.values)])
  if (bias !== undefined) name = graph.node('Add', [name, graph.constant(bias.shape, bias.values)])
  return { name: activate(graph, config.activation, name), shape, order }
}

/** The kernel of a dense layer with its rows in the order of an image that was flattened with its channels first. */
function rowsChannelsFirst({ values, shape }: Weight, [, height, width, channels]: readonly number[]): Float32Array {
  return permuted(values, [height, width, channels, shape[1]], [2, 0, 1, 3])
}
