import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

describe('cast', () => {
  const values = [0, -0, 1, 256, 0.5, -0.7, 2147483648, -3e9, 1e10, NaN, Infinity, 1e-40]

  it('equals backend-cpu between float32, int32 and bool', async () => {
    for (const to of ['float32', 'int32', 'bool'] as const) {
      await compareWithCpu(() => tf.cast(tf.tensor(values), to))
      await compareWithCpu(() => tf.cast(tf.tensor([0, 1, 256, -7, 2 ** 24 + 2], [5], 'int32'), to))
      await compareWithCpu(() => tf.cast(tf.tensor([true, false, true], [3], 'bool'), to))
      await compareWithCpu(() => tf.cast(tf.tensor([], [2, 0]), to))
      await compareWithCpu(() => tf.cast(tf.tensor(3), to))
    }
  })

  it('complex64 falls back', async () => {
    await compareWithCpu(() => tf.real(tf.cast(tf.tensor([1, 2]), 'complex64')), 0, { fallback: 'silent' })
  })
})

describe('select', () => {
  it('equals backend-cpu for float32, int32 and bool', async () => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      const t = () => tf.tensor([1, 0, 1, 0, 1, 1], [2, 3], dtype)
      const e = () => tf.tensor([0, 0, 0, 1, 1, 0], [2, 3], dtype)
      const condition = () => tf.tensor([1, 0, 0, 1, 1, 0], [2, 3], 'bool')
      await compareWithCpu(() => tf.where(condition(), t(), e()))
    }
    await compareWithCpu(() => tf.where(tf.tensor(true, [], 'bool'), tf.tensor(1), tf.tensor(2)))
    await compareWithCpu(() => tf.where(tf.tensor([], [0], 'bool'), tf.tensor([]), tf.tensor([])))
    await compareWithCpu(() => tf.where(tf.tensor([NaN, 1]).greater(0), tf.tensor([NaN, NaN]), tf.tensor([1, 2])))
  })
})

describe('fill', () => {
  it('fill, zerosLike and onesLike equal backend-cpu', async () => {
    for (const shape of [[], [5], [3, 7], [0, 2]]) {
      await compareWithCpu(() => tf.fill(shape, 1.5))
      await compareWithCpu(() => tf.fill(shape, -7, 'int32'))
      await compareWithCpu(() => tf.fill(shape, 1, 'bool'))
      for (const dtype of ['float32', 'int32', 'bool'] as const) {
        await compareWithCpu(() => tf.zerosLike(tf.zeros(shape, dtype)))
        await compareWithCpu(() => tf.onesLike(tf.zeros(shape, dtype)))
      }
    }
  })

  it('strings and complex64 fall back', async () => {
    await compareWithCpu(() => tf.fill([2], 'a'), 0, { fallback: 'silent' })
    await compareWithCpu(() => tf.real(tf.zerosLike(tf.complex([1], [2]))), 0, { fallback: 'silent' })
  })
})
