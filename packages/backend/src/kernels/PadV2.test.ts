import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { dtypes, each, forAll, numbered, shapes, sizeOf } from './move.testing.ts'

describe('PadV2 and MirrorPad', () => {
  it('PadV2 equals backend-cpu', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          paddings: each(shape, () => fc.oneof(fc.constant([0, 0]), fc.tuple(fc.nat(2), fc.nat(2)))),
          value: fc.constantFrom(0, 1),
          dtype: dtypes,
        }),
      )
    await forAll(cases, ({ shape, paddings, value, dtype }) =>
      compareWithCpu(() => tf.pad(numbered(shape, dtype), paddings as [number, number][], value)),
    )
    await compareWithCpu(() => tf.pad(numbered([3]), [[1, 2]], Number.NaN))
    await compareWithCpu(() => tf.pad(numbered([3]), [[1, 2]], -0.1))
  })

  it('MirrorPad equals backend-cpu', async () => {
    const cases = fc.constantFrom('reflect' as const, 'symmetric' as const).chain((mode) =>
      shapes
        .filter((shape) => shape.length > 0 && shape.length < 5 && sizeOf(shape) > 0)
        .chain((shape) =>
          fc.record({
            mode: fc.constant(mode),
            shape: fc.constant(shape),
            paddings: each(shape, (n) => {
              const side = fc.nat(mode === 'reflect' ? n - 1 : n)
              return fc.tuple(side, side)
            }),
            dtype: dtypes,
          }),
        ),
    )
    await forAll(cases, ({ mode, shape, paddings, dtype }) =>
      compareWithCpu(() => tf.mirrorPad(numbered(shape, dtype), paddings, mode)),
    )
  })
})
