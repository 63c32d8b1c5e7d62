import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { bothThrow, dtypes, forAll, numbered, shapes } from './move.testing.ts'

describe('Concat, Pack, Unpack, SplitV', () => {
  it('Concat equals backend-cpu on any axis', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
          sizes: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
          dtype: dtypes,
        }),
      )
    await forAll(cases, ({ shape, axis, sizes, dtype }) =>
      compareWithCpu(() =>
        tf.concat(
          sizes.map((size) => numbered(shape.with(axis < 0 ? axis + shape.length : axis, size), dtype)),
          axis,
        ),
      ),
    )
  })

  it('Pack and Unpack equal backend-cpu on any axis', async () => {
    const cases = shapes
      .filter((shape) => shape.length < 6)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.nat(shape.length),
          count: fc.integer({ min: 1, max: 4 }),
          dtype: dtypes,
        }),
      )
    await forAll(cases, async ({ shape, axis, count, dtype }) => {
      await compareWithCpu(() =>
        tf.stack(
          Array.from({ length: count }, () => numbered(shape, dtype)),
          axis,
        ),
      )
      await compareWithCpu(() => tf.unstack(numbered(shape.toSpliced(axis, 0, count), dtype), axis))
    })
  })

  it('SplitV equals backend-cpu on any axis, sizes given, counted or left to be found', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.nat(shape.length - 1),
          sizes: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
          dtype: dtypes,
        }),
      )
    await forAll(cases, async ({ shape, axis, sizes, dtype }) => {
      const total = sizes.reduce((a, b) => a + b, 0)
      const x = () => numbered(shape.with(axis, total), dtype)
      await compareWithCpu(() => tf.split(x(), sizes, axis))
      if (sizes.length > 1) await compareWithCpu(() => tf.split(x(), sizes.with(-1, -1), axis))
      if (total > 0) await compareWithCpu(() => tf.split(x(), total, axis))
    })
  })

  it('keep what they are given apart from what they return', async () => {
    await tf.setBackend('lanewise')
    const x = tf.tensor2d([[1, 2, 3]])
    const joined = tf.concat([x, tf.tensor2d([], [1, 0])], 1)
    x.dispose()
    expect(Array.from(joined.dataSync())).toEqual([1, 2, 3])
    joined.dispose()
  })

  it('refuse what does not match', async () => {
    const [a, b] = [() => numbered([2, 3]), () => numbered([3, 3])]
    await bothThrow(() => tf.concat([a(), b()], 1), /Concat.*shape/i)
    await bothThrow(() => tf.stack([a(), b()]), /matching shapes|same shape/i)
    await bothThrow(() => tf.split(a(), [1, 1], 1), /sum of sizes/i)
  })

  it('leave mixed types to backend-cpu', async () => {
    await compareWithCpu(() => tf.concat([numbered([2]), numbered([3], 'int32')]), 0, { fallback: 'silent' })
  })
})
