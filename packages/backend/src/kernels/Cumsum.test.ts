import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

const numbers = (...shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 50 * Math.sin(i * i)),
    shape,
  )

describe('cumsum and cumprod', () => {
  it.each([[[7]], [[3, 5]], [[4, 1, 3]], [[2, 3, 4, 5]], [[0]], [[0, 3]], [[3, 0]]])(
    'of [%s] equals backend-cpu: every axis, type and direction',
    async (shape) => {
      for (const dtype of ['float32', 'int32', 'bool'] as const)
        for (let axis = 0; axis < shape.length; axis++)
          for (const exclusive of [false, true])
            for (const reverse of [false, true])
              for (const op of [tf.cumsum, tf.cumprod])
                await compareWithCpu(() => op(numbers(...shape).cast(dtype), axis, exclusive, reverse))
    },
  )

  it('over an axis that is not there is an error that names it, and the next call works', async () => {
    await tf.setBackend('lanewise')
    expect(() => tf.tidy(() => tf.cumsum(tf.ones([2, 3]), 2))).toThrow('axis')
    expect(tf.tidy(() => tf.cumsum(tf.ones([2, 3]), -1).arraySync())).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })
})

describe('range and linspace', () => {
  it('equal backend-cpu', async () => {
    for (const [start, stop, step] of [
      [0, 5, 1],
      [5, 0, 1],
      [5, 0, -2],
      [0, 5, -1],
      [5, 0, 2],
      [3, 3, 1],
      [0, 1, 0.1],
      [-7.5, 20, 3.25],
    ])
      for (const dtype of ['float32', 'int32'] as const) await compareWithCpu(() => tf.range(start, stop, step, dtype))
    for (const [start, stop, num] of [
      [0, 1, 1],
      [0, 1, 11],
      [5, -5, 100],
    ])
      await compareWithCpu(() => tf.linspace(start, stop, num))
  })
})
