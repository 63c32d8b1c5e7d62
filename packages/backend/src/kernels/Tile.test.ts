import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { dtypes, each, forAll, numbered, shapes, sizeOf } from './move.testing.ts'

describe('Tile, Reverse and FlipLeftRight', () => {
  it('Tile equals backend-cpu', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({ shape: fc.constant(shape), reps: each(shape, () => fc.nat(3)), dtype: dtypes }),
    )
    await forAll(
      cases.filter(({ shape, reps }) => sizeOf(shape) * sizeOf(reps) <= 20_000),
      ({ shape, reps, dtype }) => compareWithCpu(() => tf.tile(numbered(shape, dtype), reps)),
    )
    await compareWithCpu(() => tf.tile(numbered([2, 2, 2, 2, 2, 2]), [2, 2, 2, 2, 2, 2]))
    await compareWithCpu(() => tf.tile(numbered([7, 1], 'bool'), [1, 50]))
  })

  it('Reverse equals backend-cpu', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({ shape: fc.constant(shape), axes: fc.subarray([...shape.keys()]), dtype: dtypes }),
    )
    await forAll(cases, ({ shape, axes, dtype }) => compareWithCpu(() => tf.reverse(numbered(shape, dtype), axes)))
    await compareWithCpu(() => tf.reverse(numbered([3, 40])))
  })

  it('FlipLeftRight equals backend-cpu', async () => {
    for (const shape of [
      [1, 1, 1, 1],
      [2, 3, 5, 3],
      [1, 4, 33, 1],
      [2, 2, 8, 16],
      [1, 0, 3, 2],
    ])
      await compareWithCpu(() => tf.image.flipLeftRight(numbered(shape) as tf.Tensor4D))
  })
})
