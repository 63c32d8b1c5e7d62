import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { sizeOf, types } from './move.testing.ts'

describe('OneHot', () => {
  it('equals backend-cpu for each type, values on and off, indices out of range', async () => {
    for (const dtype of types)
      for (const shape of [[], [0], [5], [3, 4], [70]]) {
        const indices = () =>
          tf.tensor(
            Array.from({ length: sizeOf(shape) }, (_, i) => (i % 9) - 1),
            shape,
            'int32',
          )
        await compareWithCpu(() => tf.oneHot(indices() as tf.Tensor1D, 5, 1, 0, dtype))
        await compareWithCpu(() => tf.oneHot(indices() as tf.Tensor1D, 3, 0, 1, dtype))
      }
    await compareWithCpu(() => tf.oneHot(tf.tensor1d([0, 2], 'int32'), 4, 0.9, -0.1, 'float32'))
  })
})
