import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { bothThrow, dtypes, each, forAll, numbered, shapes, sizeOf, types } from './move.testing.ts'

describe('Slice', () => {
  const cases = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      box: each(shape, (n) =>
        fc.nat(n).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: -1, max: n - begin }))),
      ),
      dtype: dtypes,
    }),
  )

  it('equals backend-cpu for any box, rest included', async () => {
    await forAll(cases, ({ shape, box, dtype }) =>
      compareWithCpu(() =>
        tf.slice(
          numbered(shape.length ? shape : [1], dtype),
          shape.length ? box.map(([begin]) => begin) : [0],
          shape.length ? box.map(([, size]) => size) : [1],
        ),
      ),
    )
  })

  it('names what reaches outside, and the next call works', async () => {
    await bothThrow(() => tf.slice(tf.tensor1d([1, 2, 3]), [2], [2]), /would overflow/)
    await tf.setBackend('lanewise')
    expect(() => tf.slice(tf.tensor1d([1, 2, 3]), [-2], [1])).toThrow(/Slice: begin \[-2\]/)
    await compareWithCpu(() => tf.slice(tf.tensor1d([1, 2, 3]), [1], [2]))
  })
})

describe('StridedSlice', () => {
  it('equals backend-cpu for any begin, end, stride and mask', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0 && sizeOf(shape) > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          range: each(shape, (n) =>
            fc.tuple(
              fc.integer({ min: -n - 1, max: n + 1 }),
              fc.integer({ min: -n - 1, max: n + 1 }),
              fc.constantFrom(1, 1, 1, 2, 3, -1, -2),
            ),
          ),
          beginMask: fc.nat(63),
          endMask: fc.nat(63),
          shrinkMask: fc.constantFrom(0, 0, 1, 2, 3),
          dtype: dtypes,
        }),
      )
    await forAll(
      cases,
      async ({ shape, range, beginMask, endMask, shrinkMask, dtype }) => {
        const run = () =>
          tf.stridedSlice(
            numbered(shape, dtype),
            range.map(([begin]) => begin),
            range.map(([, end]) => end),
            range.map(([, , stride]) => stride),
            beginMask,
            endMask,
            0,
            0,
            shrinkMask,
          )
        // With a stride and a shrunk axis backend-cpu takes the wrong elements.
        if (shrinkMask !== 0 && range.some(([, , stride]) => stride !== 1)) return
        await tf.setBackend('cpu')
        try {
          tf.tidy(() => void run())
        } catch {
          // What backend-cpu refuses (a shrunk index out of range, an empty box in its first dimension) is not compared.
          return
        }
        await compareWithCpu(run)
      },
      400,
    )
  })

  it.each([
    ['an ellipsis', [0, 1], [2, 3], [1, 1], 0, 0, 1, 0],
    ['a new axis', [0, 0, 1], [2, 3, 3], [1, 1, 1], 0, 0, 0, 2],
    ['negative bounds', [-1, -1], [-3, -5], [-1, -2], 0, 0, 0, 0],
    ['a box of nothing', [1, 2], [1, 2], [1, 1], 0, 0, 0, 0],
  ])('equals backend-cpu with %s', async (_, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask) => {
    for (const dtype of types)
      await compareWithCpu(() =>
        tf.stridedSlice(numbered([3, 5, 4], dtype), begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask),
      )
  })
})

describe('StridedSlice with a stride and a shrunk axis', () => {
  it('takes what TensorFlow takes', async () => {
    await tf.setBackend('lanewise')
    tf.tidy(() => {
      const y = tf.stridedSlice(numbered([3, 4, 6]), [0, -1, 1], [3, 0, 6], [2, 1, 3], 0, 0, 0, 0, 2)
      expect(y.shape).toEqual([2, 2])
      expect(Array.from(y.dataSync())).toEqual([20, 23, 68, 71])
    })
  })
})
