import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, type Input, indices, whole } from './case.ts'

type Case = [name: string, inputs: Input[], f: GradientCase['f']]

const pair = (x: number, y: number): [number, number] => [x, y]

/** What moves numbers, or adds them up: linear, so that differences of whole numbers are exact. */
const cases: Record<string, Case[]> = {
  AddN: [['of three', [whole([2, 3], 1), whole([2, 3], 2), whole([2, 3], 3)], (...xs) => tf.addN(xs)]],
  BatchToSpaceND: [
    ['cropped', [whole([4, 2, 3, 2])], (x) => tf.batchToSpaceND(x, [2, 2], [pair(0, 1), pair(1, 0)])],
    ['whole', [whole([6, 2, 1])], (x) => tf.batchToSpaceND(x, [3], [pair(0, 0)])],
  ],
  Cast: [['float32 to float32', [whole([5])], (x) => tf.cast(x, 'float32')]],
  Concat: [
    ['axis 0', [whole([2, 3], 1), whole([1, 3], 2)], (a, b) => tf.concat([a, b], 0)],
    ['axis 1 of three', [whole([2, 3], 1), whole([2, 1], 2), whole([2, 5], 3)], (...xs) => tf.concat(xs, 1)],
    ['with an empty one', [whole([2, 3], 1), whole([2, 0], 2)], (a, b) => tf.concat([a, b], -1)],
  ],
  ExpandDims: [['axis 1', [whole([3, 4])], (x) => tf.expandDims(x, 1)]],
  GatherV2: [
    ['rows, one twice, one never', [whole([5, 3]), indices([4], 4, 0, 4, 2)], (x, i) => tf.gather(x, i as tf.Tensor1D)],
    ['axis 1', [whole([2, 4, 3]), indices([3], 3, 0, 3)], (x, i) => tf.gather(x, i as tf.Tensor1D, 1)],
    ['indices of rank 2', [whole([4, 2]), indices([2, 2], 1, 3, 3, 3)], (x, i) => tf.gather(x, i as tf.Tensor1D)],
    ['a batch', [whole([2, 3, 4]), indices([2, 2], 2, 0, 1, 1)], (x, i) => tf.gather(x, i as tf.Tensor1D, 1, 1)],
  ],
  MirrorPad: [
    [
      'reflect, of nothing',
      [whole([3, 4])],
      (x) => tf.mirrorPad(x as tf.Tensor2D, [pair(0, 0), pair(0, 0)], 'reflect'),
    ],
  ],
  Pack: [
    ['axis 0', [whole([3, 2], 1), whole([3, 2], 2)], (...xs) => tf.stack(xs)],
    ['axis 2', [whole([3, 2], 1), whole([3, 2], 2), whole([3, 2], 3)], (...xs) => tf.stack(xs, 2)],
  ],
  PadV2: [['with 3', [whole([2, 3])], (x) => tf.pad(x as tf.Tensor2D, [pair(1, 2), pair(0, 1)], 3)]],
  Reshape: [['[2, 6] to [3, 4]', [whole([2, 6])], (x) => tf.reshape(x, [3, 4])]],
  Reverse: [['axes 0 and 2', [whole([2, 3, 4])], (x) => tf.reverse(x, [0, 2])]],
  Select: [
    [
      'float32',
      [{ shape: [2, 3], dtype: 'bool', values: Uint8Array.of(1, 0, 0, 1, 1, 0) }, whole([2, 3], 1), whole([2, 3], 2)],
      (condition, a, b) => tf.where(condition, a, b),
    ],
  ],
  Slice: [['inside', [whole([4, 5, 3])], (x) => tf.slice(x, [1, 2, 0], [2, 2, 3])]],
  SpaceToBatchND: [['padded', [whole([1, 3, 4, 2])], (x) => tf.spaceToBatchND(x, [2, 2], [pair(0, 1), pair(2, 0)])]],
  SplitV: [
    ['in 3', [whole([6, 2])], (x) => tf.split(x, 3)],
    ['in 1 and 4', [whole([2, 5])], (x) => tf.split(x, [1, 4], 1)],
  ],
  Sum: [
    ['of all', [whole([3, 5])], (x) => tf.sum(x)],
    ['axis 0', [whole([3, 9])], (x) => tf.sum(x, 0)],
    ['axes 0 and 2, kept', [whole([2, 3, 4])], (x) => tf.sum(x, [0, 2], true)],
  ],
  Tile: [
    ['[2, 3] times [2, 3]', [whole([2, 3])], (x) => tf.tile(x, [2, 3])],
    ['rank 4', [whole([2, 1, 3, 2])], (x) => tf.tile(x, [1, 2, 2, 3])],
  ],
  Transpose: [
    ['[1, 0]', [whole([9, 5])], (x) => tf.transpose(x)],
    ['[2, 0, 3, 1]', [whole([2, 3, 4, 5])], (x) => tf.transpose(x, [2, 0, 3, 1])],
  ],
  Unpack: [
    ['axis 0', [whole([3, 4])], (x) => tf.unstack(x)],
    ['axis 1', [whole([3, 4])], (x) => tf.unstack(x, 1)],
  ],
  UnsortedSegmentSum: [
    [
      'one empty, one left out',
      [whole([4, 3]), indices([4], 2, 0, -1, 2)],
      (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4),
    ],
  ],
}

export const move: GradientCase[] = Object.entries(cases).flatMap(([kernel, list]) =>
  list.map(([name, inputs, f]) => ({ kernel, name, inputs, f })),
)
