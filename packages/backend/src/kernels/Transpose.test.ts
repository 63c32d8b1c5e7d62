import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { dtypes, forAll, numbered, shapes, types } from './move.testing.ts'

describe('Transpose', () => {
  it('equals backend-cpu for any shape and permutation', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
        dtype: dtypes,
      }),
    )
    await forAll(cases, ({ shape, perm, dtype }) => compareWithCpu(() => tf.transpose(numbered(shape, dtype), perm)))
  })

  it.each([
    [[130, 67], undefined],
    [[3, 200], undefined],
    [[200, 3], undefined],
    [
      [32, 10, 64],
      [1, 0, 2],
    ],
    [
      [2, 17, 33, 5],
      [0, 3, 1, 2],
    ],
    [
      [2, 5, 16, 16],
      [0, 2, 3, 1],
    ],
  ])('equals backend-cpu for [%s] by [%s]', async (shape, perm) => {
    for (const dtype of types) await compareWithCpu(() => tf.transpose(numbered(shape as number[], dtype), perm))
  })
})
