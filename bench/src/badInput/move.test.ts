import * as tf from '@tensorflow/tfjs-core'
import { any, describeRefusals, gone, ones } from './badInput.ts'

const image = (...shape: number[]) => ones(shape.length > 0 ? shape : [1, 5, 5, 3]) as tf.Tensor4D
const ids = (...values: number[]) => tf.tensor1d(values, 'int32')

describeRefusals('ops that move data', [
  [
    'transpose: perm too short',
    () => tf.transpose(ones([2, 3]), [0]),
    'Error in transpose: rank of input 2 must match length of perm 0.',
  ],
  [
    'transpose: perm out of range',
    () => tf.transpose(ones([2, 3]), [0, 2]),
    "All entries in 'perm' must be between 0 and 1 but got 0,2",
  ],
  [
    'transpose: perm with a double',
    () => tf.transpose(ones([2, 3]), [0, 0]),
    'Transpose: perm: [0,0] is not an order of the 2 axes of x, from 0 to 1',
  ],
  ['transpose: disposed', () => tf.transpose(gone([2, 3])), 'Transpose: x is disposed: its data is gone'],
  [
    'reverse: axis',
    () => tf.reverse(ones([2, 3]), 2),
    'All values in axis param must be in range [-2, 2) but got axis 2',
  ],
  [
    'concat: shapes',
    () => tf.concat([ones([2, 3]), ones([3, 3])], 1),
    'Concat: shapes [3,3] and [2,3] differ in more than axis 1',
  ],
  [
    'concat: ranks',
    () => tf.concat([ones([2, 3]), ones([3])], 0),
    'Concat: shapes [3] and [2,3] differ in more than axis 0',
  ],
  [
    'concat: dtypes',
    () => tf.concat([ones([2]), any(tf.tensor(['a']))]),
    'tensors: their types are float32, string; strings go with strings only',
  ],
  ['concat: none', () => tf.concat([]), 'Pass at least one tensor to concat'],
  [
    'concat: axis',
    () => tf.concat([ones([2, 3]), ones([2, 3])], 2),
    'All values in axis param must be in range [-2, 2) but got axis 2',
  ],
  ['concat: disposed', () => tf.concat([ones([2]), gone([2])]), 'Concat: inputs[1] is disposed: its data is gone'],
  [
    'stack: shapes',
    () => tf.stack([ones([2]), ones([3])]),
    'All tensors passed to stack must have matching shapes Shapes 2 and 3 must match',
  ],
  ['stack: axis', () => tf.stack([ones([2]), ones([2])], 2), 'Axis must be <= rank of the tensor'],
  ['stack: disposed', () => tf.stack([ones([2]), gone([2])]), 'Pack: inputs[1] is disposed: its data is gone'],
  ['unstack: axis', () => tf.unstack(ones([2]), 1), 'Axis = 1 is not in [-1, 1)'],
  ['split: no divisor', () => tf.split(ones([2, 5]), 2, 1), 'Number of splits must evenly divide the axis.'],
  ['split: sizes', () => tf.split(ones([5]), [2, 2]), 'The sum of sizes must match the size of the axis dimension.'],
  ['split: axis', () => tf.split(ones([4]), 2, 1), 'All values in axis param must be in range [-1, 1) but got axis 1'],
  [
    'slice: behind the end',
    () => tf.slice(ones([4]), [2], [3]),
    'Error in slice1D: begin[0] + size[0] (5) would overflow input.shape[0] (4)',
  ],
  ['slice: negative begin', () => tf.slice(ones([4]), [-1], [2]), 'slice() does not support negative begin indexing.'],
  [
    'slice: begin behind the end',
    () => tf.slice(ones([4]), [5]),
    'Slice: begin [5] and size [-1] reach outside of x of shape [4]',
  ],
  [
    'slice: too many sizes',
    () => tf.slice(ones([4]), [0, 0], [1, 1]),
    'Error in slice1D: Length of begin 0,0 must match the rank of the array (1).',
  ],
  [
    'slice: NaN',
    () => tf.slice(ones([4]), [Number.NaN], [2]),
    'Error in slice1D: begin[0] + size[0] (NaN) would overflow input.shape[0] (4)',
  ],
  ['slice: disposed', () => tf.slice(gone([4]), [0], [2]), 'Slice: x is disposed: its data is gone'],
  ['stridedSlice: stride 0', () => tf.stridedSlice(ones([4]), [0], [4], [0]), 'strides[0] must be non-zero'],
  [
    'pad: paddings',
    () => tf.pad(ones([2, 3]), [[1, 1]]),
    'PadV2: paddings: [[1, 1]]; expected two numbers for each of 2 axes',
  ],
  [
    'pad: negative',
    () => tf.pad(ones([2]), [[-1, 0]]),
    'PadV2: paddings: [[-1, 0]]; allowed are whole numbers, 0 or more',
  ],
  [
    'pad: NaN',
    () => tf.pad(ones([2]), [[Number.NaN, 0]]),
    'PadV2: paddings: [[NaN, 0]]; allowed are whole numbers, 0 or more',
  ],
  [
    'pad: fraction',
    () => tf.pad(ones([2]), [[0.5, 0]]),
    'PadV2: paddings: [[0.5, 0]]; allowed are whole numbers, 0 or more',
  ],
  ['pad: disposed', () => tf.pad(gone([2]), [[1, 1]]), 'PadV2: x is disposed: its data is gone'],
  [
    'mirrorPad: too much',
    () => tf.mirrorPad(ones([2]), [[2, 0]], 'reflect'),
    'Padding in dimension 0 cannot be greater than or equal to 1 or less than 0 for input of shape 2',
  ],
  [
    'mirrorPad: mode',
    () => tf.mirrorPad(ones([2]), [[1, 0]], any('wrap')),
    'Invalid mode. Mode must be either reflect or symmetric. Got wrap.',
  ],
  ['tile: reps', () => tf.tile(ones([2, 3]), [2]), 'Error in transpose: rank of input 2 must match length of reps 2.'],
  ['tile: negative', () => tf.tile(ones([2]), [-1]), 'Tile: reps: [-1]; allowed are whole numbers, 0 or more'],
  ['tile: fraction', () => tf.tile(ones([2]), [1.5]), 'Tile: reps: [1.5]; allowed are whole numbers, 0 or more'],
  ['expandDims: axis', () => tf.expandDims(ones([2]), 3), 'Axis must be <= rank of the tensor'],
  ['squeeze: axis', () => tf.squeeze(ones([2, 1]), [0]), "Can't squeeze axis 0 since its dim '2' is not 1"],
  ['broadcastTo: shape', () => tf.broadcastTo(ones([2]), [3]), 'broadcastTo(): [2] cannot be broadcast to [3].'],
  [
    'gather: index too large',
    () => tf.gather(ones([3]), ids(0, 3)),
    'GatherV2: the index value 3 is not in [0, 2] (indices)',
  ],
  [
    'gather: negative index',
    () => tf.gather(ones([3]), ids(-1)),
    'GatherV2: the index value -1 is not in [0, 2] (indices)',
  ],
  [
    'gather: float indices',
    () => tf.gather(ones([3]), any(tf.tensor1d([0.5]))),
    "Argument 'indices' passed to 'gather' must be int32 tensor, but got float32 tensor",
  ],
  [
    'gather: axis',
    () => tf.gather(ones([3]), ids(0), 1),
    'All values in axis param must be in range [-1, 1) but got axis 1',
  ],
  [
    'gather: batchDims',
    () => tf.gather(ones([3, 2]), ids(0, 1), 1, 2),
    'Expect batchDims in the range of [-1, 1], but got 2',
  ],
  [
    'gather: indices disposed',
    () => tf.gather(ones([3]), gone([1], 'int32')),
    'GatherV2: indices is disposed: its data is gone',
  ],
  [
    'gatherND: index out of range',
    () => tf.gatherND(ones([2, 2]), tf.tensor2d([[0, 2]], [1, 2], 'int32')),
    'Invalid indices: 0,2 does not index into 2,2',
  ],
  [
    'gatherND: indices too long',
    () => tf.gatherND(ones([2]), tf.tensor2d([[0, 1]], [1, 2], 'int32')),
    'index innermost dimension length must be <= tensor rank; saw: 2 vs. 1',
  ],
  [
    'gatherND: float indices',
    () => tf.gatherND(ones([2]), tf.tensor2d([[0.5]])),
    "Argument 'indices' passed to 'gatherND' must be int32 tensor, but got float32 tensor",
  ],
  [
    'scatterND: index out of range',
    () => tf.scatterND(tf.tensor2d([[4]], [1, 1], 'int32'), ones([1]), [4]),
    'Invalid indices: 4 does not index into 4',
  ],
  [
    'scatterND: updates',
    () => tf.scatterND(tf.tensor2d([[1]], [1, 1], 'int32'), ones([2]), [4]),
    'Must have updates.shape = indices.shape[:batchDim] + shape[sliceDim:], got updates.shape: 2, indices.shape: 1,1, shape: 4, sliceDim: 1, and batchDim: 1. updates.shape[0] (2) != indices.shape[0] (1).',
  ],
  [
    'tensorScatterUpdate: index out of range',
    () => tf.tensorScatterUpdate(ones([2, 2]), tf.tensor2d([[0, 2]], [1, 2], 'int32'), ones([1])),
    'Invalid indices: 0,2 does not index into 2,2',
  ],
  [
    'tensorScatterUpdate: updates of another type',
    () => tf.tensorScatterUpdate(ones([2]), tf.tensor2d([[0]], [1, 1], 'int32'), ids(1)),
    'tensor and updates must have the same dtype, instead they are float32 and int32.',
  ],
  [
    'sparseToDense: index out of range',
    () => tf.sparseToDense(ids(1, -1), ones([2]), [3], 0),
    'Invalid indices: -1 does not index into 3',
  ],
  [
    'sparseToDense: values',
    () => tf.sparseToDense(ids(1, 0), ones([3]), [3], 0),
    'sparseValues has incorrect shape 3, should be [] or [2]',
  ],
  [
    'unsortedSegmentSum: ids',
    () => tf.unsortedSegmentSum(ones([3]), ids(0, 1), 2),
    'UnsortedSegmentSum: x of shape [3] has no row for each of the 2 segmentIds',
  ],
  [
    'unsortedSegmentSum: numSegments',
    () => tf.unsortedSegmentSum(ones([2]), ids(0, 1), -1),
    'UnsortedSegmentSum: numSegments: -1; allowed are whole numbers, 0 or more',
  ],
  [
    'depthToSpace: blockSize',
    () => tf.depthToSpace(image(1, 2, 2, 3), 2, 'NHWC'),
    'Dimension size must be evenly divisible by 4 but is 3 for depthToSpace with input shape 1,2,2,3',
  ],
  [
    'spaceToBatchND: blockShape',
    () =>
      tf.spaceToBatchND(
        image(),
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    'input spatial dimensions 5,5,3 with paddings 0,0,0,0 must be divisible by blockShapes 2,2',
  ],
  [
    'batchToSpaceND: crops',
    () =>
      tf.batchToSpaceND(
        image(4, 2, 2, 1),
        [2, 2],
        [
          [0, 9],
          [0, 0],
        ],
      ),
    'BatchToSpaceND: crops[0]: [0, 9] is more than the 4 that are there',
  ],
])
