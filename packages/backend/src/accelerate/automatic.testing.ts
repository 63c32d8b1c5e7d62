import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { buildModel } from '../layers/index.ts'
import { setKnownWeights } from './accelerate.testing.ts'

const { dense } = tfl.layers

/** Calls with a shape, the last of which captures it. */
export const PREDICTS = 4
export const TRAINS = 2

export function built(
  layers: tfl.layers.Layer[],
  options: { accelerate?: boolean } = {},
  shape = [4],
): tfl.LayersModel {
  const inputs = tfl.input({ shape })
  const outputs = layers.reduce<tfl.SymbolicTensor>((x, layer) => layer.apply(x) as tfl.SymbolicTensor, inputs)
  return setKnownWeights(buildModel({ inputs, outputs, ...options }))
}

export const small = (options?: { accelerate?: boolean }, between: tfl.layers.Layer[] = []) =>
  built([dense({ units: 3, activation: 'tanh' }), ...between, dense({ units: 1 })], options)

export function compiled(options?: { accelerate?: boolean }, loss: unknown = 'meanSquaredError', metrics?: unknown) {
  const model = small(options)
  model.compile({ optimizer: 'adam', loss: loss as never, metrics: metrics as never })
  return model
}

export const times = (count: number, run: () => unknown) => {
  for (let i = 0; i < count; i++) tf.dispose(run() as tf.Tensor)
}
