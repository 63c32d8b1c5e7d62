import * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { vi } from 'vitest'
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
export const exact = { passes: { fuse: false } }

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
