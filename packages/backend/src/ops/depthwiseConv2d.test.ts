import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { depthwiseConv2d } from '../index.ts'

const x = () => tf.reshape(tf.range(0, 90), [5, 6, 3]) as tf.Tensor3D
const filter = () => tf.reshape(tf.range(0, 54), [3, 3, 3, 2]) as tf.Tensor4D

beforeEach(() => tf.setBackend('lanewise'))
afterEach(() => tf.setBackend('lanewise'))

// Its gradients are tested in packages/backend/gradients/windows.ts.
test('gives what tf.depthwiseConv2d gives, with a batch and without, and leaves nothing else behind', () => {
  const [image, weights] = [x(), filter()]
  const batch = tf.expandDims(image, 0) as tf.Tensor4D
  const expected = tf.depthwiseConv2d(image, weights, 1, 'same', 'NHWC', 2)
  const { numTensors } = tf.memory()
  const one = depthwiseConv2d(image, weights, 1, 'same', 'NHWC', 2)
  const many = depthwiseConv2d(batch, weights, 1, 'same', 'NHWC', 2)
  expect(tf.memory().numTensors).toBe(numTensors + 2)
  expect(one.shape).toEqual([5, 6, 6])
  expect(many.shape).toEqual([1, 5, 6, 6])
  expect(one.dataSync()).toEqual(expected.dataSync())
  expect(many.dataSync()).toEqual(expected.dataSync())
})

test('names the backend that it needs', async () => {
  await tf.setBackend('cpu')
  expect(() => depthwiseConv2d(x(), filter(), 1, 'same')).toThrow(
    'depthwiseConv2d: runs on the backend lanewise; the active one is cpu',
  )
})
