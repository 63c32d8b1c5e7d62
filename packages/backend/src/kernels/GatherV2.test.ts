import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { bothThrow, dtypes, forAll, numbered, shapes, sizeOf, types } from './move.testing.ts'

describe('GatherV2', () => {
  it('equals backend-cpu for any axis, batch dimensions and indices of any rank', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0 && shape.length < 5 && sizeOf(shape) > 0)
      .chain((shape) => fc.tuple(fc.constant(shape), fc.nat(shape.length - 1)))
      .chain(([shape, axis]) => fc.tuple(fc.constant(shape), fc.constant(axis), fc.nat(axis)))
      .chain(([shape, axis, batchDims]) =>
        fc
          .array(fc.nat(3), { maxLength: 2 })
          .map((more) => [...shape.slice(0, batchDims), ...more])
          .chain((indexShape) =>
            fc.record({
              shape: fc.constant(shape),
              axis: fc.constant(axis),
              batchDims: fc.constant(batchDims),
              indexShape: fc.constant(indexShape),
              indices: fc.array(fc.nat(shape[axis] - 1), {
                minLength: sizeOf(indexShape),
                maxLength: sizeOf(indexShape),
              }),
              dtype: dtypes,
            }),
          ),
      )
    await forAll(cases, ({ shape, axis, batchDims, indexShape, indices, dtype }) =>
      compareWithCpu(() => tf.gather(numbered(shape, dtype), tf.tensor(indices, indexShape, 'int32'), axis, batchDims)),
    )
  })

  it('names the index that is out of range', async () => {
    const x = () => numbered([3, 2])
    await bothThrow(
      () => tf.gather(x(), tf.tensor1d([0, 3], 'int32')),
      /GatherV2: the index value 3 is not in \[0, 2\]/,
    )
    await bothThrow(() => tf.gather(x(), tf.tensor1d([-1], 'int32')), /the index value -1 is not in/)
  })

  it('trains: its gradient is UnsortedSegmentSum', async () => {
    const ids = [4, 0, 4, 2, 2, 2]
    await compareWithCpu(() => {
      const table = numbered([5, 7])
      return tf.grad((t: tf.Tensor) => tf.gather(t, tf.tensor1d(ids, 'int32')))(table, numbered([6, 7]))
    }, 1e-6)
  })
})

describe('GatherNd and ScatterNd', () => {
  it.each([
    [
      [3, 4],
      [
        [0, 1],
        [2, 3],
        [1, 1],
      ],
    ],
    [
      [3, 4],
      [[2], [0]],
    ],
    [
      [3, 4, 5],
      [
        [
          [0, 1],
          [2, 3],
        ],
        [
          [1, 1],
          [0, 0],
        ],
      ],
    ],
    [[6], [[5], [0], [5]]],
  ])('GatherNd takes from [%j] what %j names', async (shape, indices) => {
    for (const dtype of types)
      await compareWithCpu(() =>
        tf.gatherND(numbered(shape, dtype), tf.tensor(indices as number[][], undefined, 'int32')),
      )
  })

  it('GatherNd names the index that is out of range', async () => {
    await bothThrow(() => tf.gatherND(numbered([3, 4]), tf.tensor2d([[3, 0]], [1, 2], 'int32')), /Invalid indices: 3,0/)
  })

  it('ScatterNd adds updates of the same index', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const indices = () => tf.tensor2d([[1], [3], [1]], [3, 1], 'int32')
      await compareWithCpu(() => tf.scatterND(indices(), numbered([3], dtype), [5]))
      await compareWithCpu(() => tf.scatterND(indices(), numbered([3, 2, 4], dtype), [4, 2, 4]))
      await compareWithCpu(() => tf.scatterND(tf.tensor1d([4, 2, 4], 'int32'), numbered([3], dtype), [5]))
    }
    const outside = tf.tensor2d([[5]], [1, 1], 'int32')
    await bothThrow(() => tf.scatterND(outside, numbered([1]), [5]), /Invalid indices: 5/)
    outside.dispose()
  })
})
