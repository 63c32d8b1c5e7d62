import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { OnnxGraph } from './graph.ts'
import { emitters } from './layers.ts'
import { channelsFirst, channelsLast, permuted, reordered } from './layout.ts'
import { heedsMask } from './sequences.ts'

/** Where the numbers of a value lie: as TensorFlow.js has them, channels first as ONNX Runtime's kernels want them, or time first. */
type Order = 'plain' | 'channelsFirst' | 'timeFirst'

/** A value of the graph. Its shape is TensorFlow.js's, whatever the order. */
export interface Value {
  name: string
  shape: readonly number[]
  order: Order
  /** Flattened out of this shape [batch, height, width, channels] while it lay channels first. */
  flattened?: readonly number[]
  /** [batch, steps]: 1 for the steps of a sequence, 0 for those behind its end, whose numbers mean nothing. */
  mask?: string
}

export interface Weight {
  values: Float32Array
  shape: readonly number[]
}

export interface Layer {
  graph: OnnxGraph
  /** As the layer's getConfig gives it. */
  config: Record<string, unknown>
  weights: readonly Weight[]
  inputs: readonly Value[]
}

/** Writes a layer's nodes. */
export type Emit = (layer: Layer) => Value

export interface Converted {
  model: Uint8Array
  /** Absent where the model holds its input. */
  input?: { name: string; shape: readonly number[] }
  output: { name: string; shape: readonly number[] }
}

export interface ConvertOptions {
  batch: number
  /** Steps of a sequence, where the model leaves them open. */
  steps?: number
  /** What the model reads unless it is given something else, [batch, ...] as TensorFlow.js has it. Absent: it is given at each run. */
  x?: Float32Array
}

/**
 * A tf.LayersModel of one input and one output as ONNX, for inference. Weights are read once. Images are given as TensorFlow.js
 * has them, and turned channels first in the graph; an `x` given here is turned beforehand. Masked steps must be at a sequence's end.
 */
export function convert(model: LayersModel, { batch, steps, x }: ConvertOptions): Converted {
  if (model.inputs.length !== 1 || model.outputs.length !== 1)
    throw new Error(
      `convert: ${model.name} has ${model.inputs.length} inputs and ${model.outputs.length} outputs, not one`,
    )
  const graph = new OnnxGraph()
  const fixed = (shape: SymbolicTensor['shape']) =>
    shape.map((size, axis) => {
      const known = axis === 0 ? batch : (size ?? (axis === 1 ? steps : undefined))
      if (known === undefined) throw new Error(`convert: ${model.name}: the size of axis ${axis} of [${shape}] is open`)
      return known
    })
  const values = new Map<SymbolicTensor, Value>()
  const [source] = model.inputs
  values.set(source, inputValue(graph, fixed(source.shape), x))

  const visit = (symbol: SymbolicTensor): Value => {
    const done = values.get(symbol)
    if (done !== undefined) return done
    const layer = symbol.sourceLayer
    const type = layer.getClassName()
    const emit = emitters[type]
    if (emit === undefined) throw new Error(`convert: ${model.name}: a ${type} (${layer.name}) can not be converted`)
    const inputs = symbol.inputs.map(visit)
    if (inputs.some(({ mask }) => mask !== undefined) && !heedsMask.has(type))
      throw new Error(`convert: ${model.name}: a ${type} (${layer.name}) of masked steps can not be converted`)
    const weights = layer
      .getWeights()
      .map((weight) => ({ values: weight.dataSync() as Float32Array, shape: weight.shape }))
    const value = emit({ graph, config: layer.getConfig(), weights, inputs })
    values.set(symbol, value)
    return value
  }
  const { name, shape } = plain(graph, visit(model.outputs[0]))
  graph.output(name, shape)
  return {
    input: x === undefined ? { name: 'x', shape: fixed(source.shape) } : undefined,
    output: { name, shape },
    model: graph.model(),
  }
}

function inputValue(graph: OnnxGraph, shape: number[], x: Float32Array | undefined): Value {
  const images = shape.length === 4
  if (x === undefined) {
    const given: Value = { name: graph.input('x', shape), shape, order: 'plain' }
    return images ? firstOf(graph, given) : given
  }
  if (!images) return { name: graph.resident(shape, x), shape, order: 'plain' }
  const axes = channelsFirst(4)
  const name = graph.resident(reordered(shape, axes), permuted(x, shape, axes))
  return { name, shape, order: 'channelsFirst' }
}

/** The value with its channels first. */
export function firstOf(graph: OnnxGraph, value: Value): Value {
  if (value.order === 'channelsFirst') return value
  const perm = channelsFirst(value.shape.length)
  return { name: graph.node('Transpose', [value.name], { perm }), shape: value.shape, order: 'channelsFirst' }
}

/** The value as TensorFlow.js has it. */
export function plain(graph: OnnxGraph, value: Value): Value {
  const { name, shape, order, flattened } = value
  if (flattened !== undefined) {
    const [batch, height, width, channels] = flattened
    const images = reshaped(graph, name, [batch, channels, height, width])
    const turned = graph.node('Transpose', [images], { perm: channelsLast(4) })
    return { name: reshaped(graph, turned, shape), shape, order: 'plain' }
  }
  if (order === 'plain') return value
  const perm = order === 'timeFirst' ? [1, 0, 2] : channelsLast(shape.length)
  return { ...value, name: graph.node('Transpose', [name], { perm }), order: 'plain' }
}

export function reshaped(graph: OnnxGraph, name: string, shape: readonly number[]): string {
  return graph.node('Reshape', [name, graph.constant([shape.length], BigInt64Array.from(shape, BigInt))])
}
