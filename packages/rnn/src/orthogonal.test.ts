import '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { lstm } from './index.ts'
import { fastInitializer } from './orthogonal.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]

describe('the orthogonal initializer', () => {
  it.each([
    [3, 12],
    [16, 64],
    [12, 5],
    [7, 7],
    [1, 4],
    [2, 3, 4],
  ])('gives the stock matrix of the same seed, to 1e-5: shape [%i, %i]', (...shape) => {
    tf.tidy(() => {
      const stock = tfl.initializers.orthogonal({ gain: 1.5, seed: 7 })
      const fast = fastInitializer(stock)
      expect(fast).not.toBe(stock)
      expect(fast.getConfig()).toEqual(stock.getConfig())
      expect(fast.getClassName()).toBe('Orthogonal')
      const [actual, expected] = [fast.apply(shape, 'float32'), stock.apply(shape, 'float32')]
      expect(actual.shape).toEqual(shape)
      expect(largest(tf.sub(actual, expected))).toBeLessThan(1e-5)
    })
  })

  it('makes the recurrent weights of an LSTM orthonormal, to 1e-6, another time others', () => {
    tf.tidy(() => {
      const layer = lstm({ units: 64 })
      layer.build([null, 10, 1])
      const recurrent = layer.getWeights()[1] as tf.Tensor2D
      expect(largest(tf.sub(tf.matMul(recurrent, recurrent, false, true), tf.eye(64)))).toBeLessThan(1e-6)
      const other = lstm({ units: 64 })
      other.build([null, 10, 1])
      expect(largest(tf.sub(other.getWeights()[1], recurrent))).toBeGreaterThan(0.01)
    })
  })

  it('leaves other initializers alone', () => {
    const zeros = tfl.initializers.zeros()
    expect(fastInitializer(zeros)).toBe(zeros)
  })
})
