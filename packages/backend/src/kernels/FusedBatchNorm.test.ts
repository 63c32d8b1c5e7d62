import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { configure } from '../index.ts'

beforeEach(async () => {
  await tf.setBackend('lanewise')
  configure({ fallback: 'error' })
})
afterEach(() => configure({ fallback: 'silent' }))

/** Trains a layer for two steps; what it then predicts, with channels last, and its weights. */
async function normalized(images: tf.Tensor, axis: 1 | 3): Promise<{ y: number[]; weights: number[][] }> {
  const toFirst = (x: tf.Tensor) => (axis === 1 ? tf.transpose(x, [0, 3, 1, 2]) : x)
  const x = toFirst(images)
  const model = sequential({
    layers: [layers.batchNormalization({ axis, inputShape: x.shape.slice(1), momentum: 0.5 })],
  })
  model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' })
  const target = toFirst(tf.sin(images))
  for (let step = 0; step < 2; step++) await model.trainOnBatch(x, target)
  const y = model.predict(x) as tf.Tensor
  return {
    y: [...(axis === 1 ? tf.transpose(y, [0, 2, 3, 1]) : y).dataSync()],
    weights: model.getWeights().map((weight) => [...weight.dataSync()]),
  }
}

it.each([[[3, 4, 5, 6]], [[2, 4, 4, 4]], [[2, 1, 1, 7]]])(
  'a layer of batch normalization along axis 1 trains and predicts as one along axis 3, for images of %j',
  async (shape) => {
    const images = tf.mul(tf.randomNormal(shape, 0, 1, 'float32', 7), tf.range(1, shape[3] + 1))
    const [first, last] = [await normalized(images, 1), await normalized(images, 3)]
    const all = ({ y, weights }: typeof first) => [...y, ...weights.flat()]
    const theirs = all(last)
    all(first).forEach((value, i) => {
      expect(Math.abs(value - theirs[i])).toBeLessThan(2e-5)
    })
  },
)
