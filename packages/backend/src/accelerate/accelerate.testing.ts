import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeEach, vi } from 'vitest'
import { type AccelerateOptions, accelerate, info } from '../index.ts'

/** How many kernels the backend starts, one by one, while `run` runs. */
export async function launches(run: () => unknown): Promise<number> {
  const started = vi.spyOn(tf.backend() as tf.KernelBackend & { runNative(): unknown }, 'runNative')
  try {
    await run()
    return started.mock.calls.length
  } finally {
    started.mockRestore()
  }
}

export const inUse = () => ({
  tensors: tf.memory().numTensors,
  buffers: tf.memory().numDataBuffers,
  bytes: info().memory.bytesInUse,
})

/** Weights of Glorot's size, the same at each call. */
export function setKnownWeights<M extends tfl.LayersModel>(model: M): M {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map((weight, i) => {
        const fan = weight.shape.slice(0, -1).reduce((a, b) => a * b, 1)
        return weight.rank < 2 ? weight : tf.randomNormal(weight.shape, 0, Math.sqrt(1 / fan), 'float32', i + 1)
      }),
    ),
  )
  return model
}

/** All passes but the one after which numbers are rounded otherwise than eagerly. */
export const exact = { passes: { lean: false, fuse: false } }

/** The same model twice: as it is, and accelerated. */
export function pair<M extends tfl.LayersModel>(
  build: () => M,
  options: AccelerateOptions = exact,
): [eager: M, accelerated: M] {
  return [setKnownWeights(build()), accelerate(setKnownWeights(build()), options)]
}

export const read = (tensors: tf.Tensor | tf.Tensor[]) =>
  [tensors].flat().map((tensor) => Array.from(tensor.dataSync()))

export const weightsOf = (model: tfl.LayersModel) => read(model.getWeights())

/** Each test on the backend lanewise and in a scope. Returns what the test was warned of. */
export function eachTest(): () => string[] {
  let warn: ReturnType<typeof vi.spyOn>
  beforeEach(async () => {
    await tf.setBackend('lanewise')
    tf.env().set('IS_TEST', true)
    warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    tf.engine().startScope()
  })
  afterEach(() => {
    tf.engine().endScope()
    warn.mockRestore()
  })
  return () => warn.mock.calls.map(([text]: unknown[]) => String(text))
}

export const optimizers: { [name: string]: () => tf.Optimizer } = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  rmsprop: () => tf.train.rmsprop(0.005, 0.9, 0.1),
  adam: () => tf.train.adam(0.01),
  adagrad: () => tf.train.adagrad(0.05),
  adamax: () => tf.train.adamax(0.01),
}
export const small = () =>
  tfl.sequential({
    layers: [tfl.layers.dense({ units: 3, inputShape: [4], activation: 'tanh' }), tfl.layers.dense({ units: 1 })],
  })

export function compiled(optimizer: string | tf.Optimizer = 'sgd'): () => tfl.LayersModel {
  return () => {
    const model = small()
    model.compile({ optimizer, loss: 'meanSquaredError' })
    return model
  }
}

export const batch = (size: number, seed = 1) => tf.randomNormal([size, 4], 0, 1, 'float32', seed)
export const target = (size: number, seed = 9) => tf.randomNormal([size, 1], 0, 1, 'float32', seed)
