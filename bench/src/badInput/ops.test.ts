import * as tf from '@tensorflow/tfjs-core'
import { describeRefusals, gone, ones, type Refusal } from './badInput.ts'

const any = (value: unknown) => value as never
const image = (...shape: number[]) => ones(shape.length > 0 ? shape : [1, 5, 5, 3]) as tf.Tensor4D
const filter = (...shape: number[]) => ones(shape.length > 0 ? shape : [3, 3, 3, 2]) as tf.Tensor4D
const ids = (...values: number[]) => tf.tensor1d(values, 'int32')

describeRefusals('tensors', [
  [
    'too few values',
    () => tf.tensor([1, 2, 3], [2, 2]),
    'Based on the provided shape, [2,2], the tensor should have 4 values but has 3',
  ],
  ['a ragged array', () => tf.tensor([[1, 2], [3]]), 'A tensor of shape [2,2] holds 4 values; 3 are given'],
  [
    'a negative size',
    () => tf.zeros([2, -1]),
    'Tensor must have a shape comprised of positive integers but got shape [2,-1].',
  ],
  [
    'NaN in a shape',
    () => tf.zeros([Number.NaN]),
    'Tensor must have a shape comprised of positive integers but got shape [NaN].',
  ],
  ['an unknown dtype', () => tf.zeros([2], any('float16')), 'Unknown data type float16'],
  [
    'fill: a string in float32',
    () => tf.fill([2], 'a', 'float32'),
    "Fill: value: 'a' is not a number, and dtype is float32",
  ],
  ['range: no step', () => tf.range(0, 5, 0), 'Cannot have a step of zero'],
  ['linspace: no number', () => tf.linspace(0, 1, 0), 'The number of values should be positive.'],
  ['oneHot: depth 1', () => tf.oneHot(ids(0), 1), 'Error in oneHot: depth must be >=2, but it is 1'],
  [
    'oneHot: float indices',
    () => tf.oneHot(tf.tensor1d([0.5]), 3),
    "Argument 'indices' passed to 'oneHot' must be int32 tensor, but got float32 tensor",
  ],
  ['reshape: other size', () => tf.reshape(ones([2, 3]), [4]), 'Size(6) must match the product of shape 4'],
  [
    'reshape: two free sizes',
    () => tf.reshape(ones([2, 3]), [-1, -1]),
    'Shapes can only have 1 implicit size. Found -1 at dim 0 and dim 1',
  ],
  ['cast: to string', () => tf.cast(ones([2]), any('string')), 'Only strings can be casted to strings'],
  ['cast: to an unknown dtype', () => tf.cast(ones([2]), any('float16')), 'Failed to cast to unknown dtype float16'],
  ['cast: disposed', () => tf.cast(gone([2]), 'int32'), 'Cast: x is disposed: its data is gone'],
  [
    'variable: assign another shape',
    () => {
      const v = tf.variable(ones([2]))
      try {
        v.assign(any(ones([3])))
      } finally {
        v.dispose()
      }
    },
    'shape of the new value (3) and previous value (2) must match',
  ],
])

describeRefusals('element-wise ops', [
  [
    'add: shapes',
    () => tf.add(ones([2, 3]), ones([2, 4])),
    'Operands could not be broadcast together with shapes 2,3 and 2,4.',
  ],
  [
    'add: a string',
    () => tf.add(any(tf.tensor(['a'])), ones([1])),
    "Argument 'a' passed to 'add' must be numeric tensor, but got string tensor",
  ],
  [
    'add: an object',
    () => tf.add(any({}), ones([1])),
    "Argument 'a' passed to 'add' must be a Tensor or TensorLike, but got 'Object'",
  ],
  ['add: a disposed', () => tf.add(gone([2]), ones([2])), 'Add: a is disposed: its data is gone'],
  ['add: b disposed', () => tf.add(ones([2]), gone([2])), 'Add: b is disposed: its data is gone'],
  [
    'mul: disposed, int32',
    () => tf.mul(gone([2], 'int32'), ones([2], 'int32')),
    'Multiply: a is disposed: its data is gone',
  ],
  ['pow: shapes', () => tf.pow(ones([3]), ones([2])), 'Operands could not be broadcast together with shapes 3 and 2.'],
  [
    'greater: shapes',
    () => tf.greater(ones([3]), ones([2])),
    'Operands could not be broadcast together with shapes 3 and 2.',
  ],
  [
    'logicalAnd: float32',
    () => tf.logicalAnd(ones([2]), ones([2])),
    "Argument 'a' passed to 'logicalAnd' must be bool tensor, but got float32 tensor",
  ],
  ['relu: disposed', () => tf.relu(gone([2])), 'Relu: x is disposed: its data is gone'],
  [
    'exp: a string',
    () => tf.exp(any('a')),
    "Argument 'x' passed to 'exp' must be numeric tensor, but got string tensor",
  ],
  [
    'sqrt: bool',
    () => tf.sqrt(any('x')),
    "Argument 'x' passed to 'sqrt' must be float32 tensor, but got string tensor",
  ],
  [
    'prelu: shapes',
    () => tf.prelu(ones([2, 3]), ones([4])),
    'Operands could not be broadcast together with shapes 2,3 and 4.',
  ],
  [
    'clipByValue: max below min',
    () => tf.clipByValue(ones([2]), 1, 0),
    'Error in clip: min (1) must be less than or equal to max (0).',
  ],
  [
    'where: shapes',
    () => tf.where(ones([2], 'bool'), ones([2]), ones([3])),
    'Operands could not be broadcast together with shapes 2 and 3.',
  ],
  [
    'where: condition float32',
    () => tf.where(ones([2]), ones([2]), ones([2])),
    "Argument 'condition' passed to 'where' must be bool tensor, but got float32 tensor",
  ],
  [
    'where: disposed',
    () => tf.where(ones([2], 'bool'), gone([2]), ones([2])),
    'Identity: x is disposed: its data is gone',
  ],
  ['addN: shapes', () => tf.addN([ones([2]), ones([3])]), 'All tensors passed to tf.addN() must have the same shape'],
  ['addN: none', () => tf.addN([]), 'Must pass at least one tensor to tf.addN(), but got 0'],
])

describeRefusals('matrix products', [
  [
    'matMul: inner sizes',
    () => tf.matMul(ones([2, 3]), ones([4, 5])),
    'BatchMatMul: a of shape [2,3] has 3 columns, but b of shape [4,5] has 4 rows',
  ],
  [
    'matMul: transposed',
    () => tf.matMul(ones([2, 3]), ones([3, 5]), true),
    'BatchMatMul: a of shape [2,3], transposed, has 2 columns, but b of shape [3,5] has 3 rows',
  ],
  [
    'matMul: rank 1',
    () => tf.matMul(any(ones([3])), ones([3, 5])),
    'BatchMatMul: a has shape [3]; its rank must be at least 2',
  ],
  [
    'matMul: batches',
    () => tf.matMul(ones([2, 3, 4]), ones([3, 4, 5])),
    'BatchMatMul: the batches [2] of a and [3] of b do not broadcast',
  ],
  ['matMul: a disposed', () => tf.matMul(gone([2, 3]), ones([3, 4])), 'BatchMatMul: a is disposed: its data is gone'],
  ['matMul: b disposed', () => tf.matMul(ones([2, 3]), gone([3, 4])), 'BatchMatMul: b is disposed: its data is gone'],
  [
    'matMul: strings',
    () => tf.matMul(any(tf.fill([2, 2], 'a')), ones([2, 2])),
    "Argument 'a' passed to 'matMul' must be numeric tensor, but got string tensor",
  ],
  [
    'fused.matMul: bias',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), bias: ones([5]) }),
    'Operands could not be broadcast together with shapes 2,4 and 5.',
  ],
  [
    'fused.matMul: activation',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), activation: any('gelu') }),
    "_FusedMatMul: activation: 'gelu' is unknown; allowed are linear, relu, relu6, elu, leakyrelu, prelu, sigmoid",
  ],
  [
    'fused.matMul: no options',
    () => tf.fused.matMul(any({})),
    "Argument 'a' passed to 'fused matMul' must be a Tensor or TensorLike, but got 'null'",
  ],
  [
    'fused.matMul: prelu without slopes',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), activation: 'prelu' }),
    '_FusedMatMul: activation is prelu, and preluActivationWeights are absent',
  ],
  [
    'fused.matMul: prelu slopes',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), activation: 'prelu', preluActivationWeights: ones([3]) }),
    'Operands could not be broadcast together with shapes 1,2,4 and 3.',
  ],
  [
    'fused.matMul: bias disposed',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), bias: gone([4]) }),
    '_FusedMatMul: bias is disposed: its data is gone',
  ],
  [
    'dot: sizes',
    () => tf.dot(ones([3]), ones([4])),
    'Error in dot: inner dimensions of inputs must match, but got 3 and 4.',
  ],
  [
    'einsum: sizes',
    () => tf.einsum('ij,jk->ik', ones([2, 3]), ones([4, 5])),
    'Expected dimension 3 at axis 0 of input shaped [4,5], but got dimension 4',
  ],
  [
    'einsum: an unknown letter',
    () => tf.einsum('ij->ik', ones([2, 3])),
    'Output subscripts contain the label k not present in the input subscripts.',
  ],
  ['einsum: too few tensors', () => tf.einsum('ij,jk->ik', ones([2, 3])), 'Expected 2 input tensors, received 1'],
])

describeRefusals('convolution and pooling', [
  [
    'conv2d: channels',
    () => tf.conv2d(image(), filter(3, 3, 4, 2), 1, 'valid'),
    'Error in conv2d: depth of input (3) must match input depth for filter 4.',
  ],
  [
    'conv2d: rank of x',
    () => tf.conv2d(any(ones([5, 5])), filter(), 1, 'valid'),
    'Error in conv2d: input must be rank 4, but got rank 2.',
  ],
  [
    'conv2d: rank of filter',
    () => tf.conv2d(image(), any(ones([3, 3, 3])), 1, 'valid'),
    'Error in conv2d: filter must be rank 4, but got rank 3.',
  ],
  [
    'conv2d: filter too large',
    () => tf.conv2d(image(), filter(7, 7, 3, 2), 1, 'valid'),
    'Conv2D: a filter of 7x7 does not fit in an image of 5x5 with padding 0,0,0,0',
  ],
  [
    'conv2d: stride 0',
    () => tf.conv2d(image(), filter(), 0, 'valid'),
    'Error in conv2D: Strides should be larger than 0.',
  ],
  [
    'conv2d: stride NaN',
    () => tf.conv2d(image(), filter(), Number.NaN, 'valid'),
    'Error in conv2D: Strides should be larger than 0.',
  ],
  [
    'conv2d: negative stride',
    () => tf.conv2d(image(), filter(), -1, 'valid'),
    'Error in conv2D: Strides should be larger than 0.',
  ],
  [
    'conv2d: fractional stride',
    () => tf.conv2d(image(), filter(), 1.5, 'valid'),
    'Conv2D: strides: 1.5; allowed are whole numbers, 1 or more',
  ],
  [
    'conv2d: fractional pad',
    () => tf.conv2d(image(), filter(), 1, 1.5),
    'Conv2D: pad: 1.5; allowed are whole numbers, -9007199254740991 or more',
  ],
  ['conv2d: an unknown pad', () => tf.conv2d(image(), filter(), 1, any('full')), 'Unknown padding parameter: full'],
  [
    'conv2d: negative pad',
    () => tf.conv2d(image(), filter(), 1, -4),
    'Conv2D: a filter of 3x3 does not fit in an image of 5x5 with padding -4,-4,-4,-4',
  ],
  [
    'conv2d: pad NaN',
    () => tf.conv2d(image(), filter(), 1, Number.NaN),
    'Conv2D: pad: NaN; allowed are whole numbers, -9007199254740991 or more',
  ],
  [
    'conv2d: dilation 0',
    () => tf.conv2d(image(), filter(), 1, 'valid', 'NHWC', 0),
    'Error in conv2D: Dilated rates should be larger than 0.',
  ],
  [
    'conv2d: strides and dilations',
    () => tf.conv2d(image(), filter(), 2, 'valid', 'NHWC', 2),
    "Error in conv2D: Either strides or dilations must be 1. Got strides 2 and dilations '2'",
  ],
  [
    'conv2d: data format',
    () => tf.conv2d(image(), filter(), 1, 'valid', any('HWCN')),
    'Error in conv2d: depth of input (5) must match input depth for filter 3.',
  ],
  [
    'conv2d: dimRoundingMode',
    () => tf.conv2d(image(), filter(), 2, 0, 'NHWC', 1, any('up')),
    'Unknown roundingMode up',
  ],
  [
    'conv2d: x disposed',
    () => tf.conv2d(gone([1, 5, 5, 3]) as tf.Tensor4D, filter(), 1, 'valid'),
    'Conv2D: x is disposed: its data is gone',
  ],
  [
    'conv2d: filter disposed',
    () => tf.conv2d(image(), gone([3, 3, 3, 2]) as tf.Tensor4D, 1, 'valid'),
    'Conv2D: filter is disposed: its data is gone',
  ],
  [
    'conv2d: a string image',
    () => tf.conv2d(any(tf.fill([1, 5, 5, 3], 'a')), filter(), 1, 'valid'),
    "Argument 'x' passed to 'conv2d' must be float32 tensor, but got string tensor",
  ],
  [
    'fused.conv2d: bias',
    () => tf.fused.conv2d({ x: image(), filter: filter(), strides: 1, pad: 'valid', bias: ones([3]) }),
    'Operands could not be broadcast together with shapes 1,3,3,2 and 3.',
  ],
  [
    'fused.conv2d: activation',
    () => tf.fused.conv2d({ x: image(), filter: filter(), strides: 1, pad: 'valid', activation: any('gelu') }),
    "FusedConv2D: activation: 'gelu' is unknown; allowed are linear, relu, relu6, elu, leakyrelu, prelu, sigmoid",
  ],
  [
    'fused.conv2d: prelu slopes',
    () =>
      tf.fused.conv2d({
        x: image(),
        filter: filter(),
        strides: 1,
        pad: 'valid',
        activation: 'prelu',
        preluActivationWeights: ones([3, 3, 5]),
      }),
    'Error in fused conv2d: PReLU activation weights (3,3,5) is not compatible with the output shape of the conv2d (1,3,3,2).',
  ],
  [
    'fused.conv2d: prelu without slopes',
    () => tf.fused.conv2d({ x: image(), filter: filter(), strides: 1, pad: 'valid', activation: 'prelu' }),
    'FusedConv2D: activation is prelu, and preluActivationWeights are absent',
  ],
  [
    'conv2dTranspose: outputShape',
    () => tf.conv2dTranspose(image(1, 3, 3, 2), filter(), [1, 9, 9, 3], 1, 'valid'),
    'Conv2DBackpropInput: dy has shape [1,3,3,2], expected [1,7,7,2]',
  ],
  [
    'depthwiseConv2d: channels',
    () => tf.depthwiseConv2d(image(), filter(3, 3, 4, 1), 1, 'valid'),
    'Error in depthwiseConv2d: number of input channels (3) must match the inChannels dimension in filter 4.',
  ],
  [
    'depthwiseConv2d: filter too large',
    () => tf.depthwiseConv2d(image(), filter(7, 7, 3, 1), 1, 'valid'),
    'DepthwiseConv2dNative: a filter of 7x7 does not fit in an image of 5x5 with padding 0,0,0,0',
  ],
  [
    'depthwiseConv2d: filter disposed',
    () => tf.depthwiseConv2d(image(), gone([3, 3, 3, 1]) as tf.Tensor4D, 1, 'valid'),
    'DepthwiseConv2dNative: filter is disposed: its data is gone',
  ],
  [
    'separableConv2d: channels',
    () => tf.separableConv2d(image(), filter(3, 3, 3, 1), filter(1, 1, 4, 2), 1, 'valid'),
    'Error in separableConv2d: the third dimension of pointwise filter must be 3, but got 4.',
  ],
  [
    'maxPool: rank',
    () => tf.maxPool(any(ones([5, 5])), 2, 2, 'valid'),
    'Error in maxPool: input must be rank 4 but got rank 2.',
  ],
  [
    'maxPool: filterSize 0',
    () => tf.maxPool(image(), 0, 1, 'valid'),
    'MaxPool: filterSize: 0; allowed are whole numbers, 1 or more',
  ],
  [
    'maxPool: filter too large',
    () => tf.maxPool(image(), 7, 1, 'valid'),
    'MaxPool: a filter of 7x7 does not fit in an image of 5x5 with padding 0,0,0,0',
  ],
  [
    'maxPool: stride 0',
    () => tf.maxPool(image(), 2, 0, 'valid'),
    'MaxPool: strides: 0; allowed are whole numbers, 1 or more',
  ],
  [
    'maxPool: stride NaN',
    () => tf.maxPool(image(), 2, Number.NaN, 'valid'),
    'MaxPool: strides: NaN; allowed are whole numbers, 1 or more',
  ],
  [
    'maxPool: filterSize NaN',
    () => tf.maxPool(image(), Number.NaN, 1, 'valid'),
    'MaxPool: filterSize: NaN; allowed are whole numbers, 1 or more',
  ],
  [
    'maxPool: filterSize 1.5',
    () => tf.maxPool(image(), 1.5, 1, 'valid'),
    'MaxPool: filterSize: 1.5; allowed are whole numbers, 1 or more',
  ],
  [
    'maxPool: disposed',
    () => tf.maxPool(gone([1, 5, 5, 3]) as tf.Tensor4D, 2, 2, 'valid'),
    'MaxPool: x is disposed: its data is gone',
  ],
  [
    'avgPool: int32',
    () => tf.avgPool(ones([1, 5, 5, 3], 'int32') as tf.Tensor4D, 2, 2, any('half')),
    "Argument 'x' passed to 'avgPool' must be float32 tensor, but got int32 tensor",
  ],
  [
    'avgPool: negative filterSize',
    () => tf.avgPool(image(), -2, 2, 'valid'),
    'AvgPool: filterSize: -2; allowed are whole numbers, 1 or more',
  ],
  [
    'batchNorm: mean',
    () => tf.batchNorm(image(), ones([4]) as tf.Tensor1D, ones([3]) as tf.Tensor1D),
    'FusedBatchNorm: mean has shape [4]; expected [3], or the last sizes of x',
  ],
  [
    'batchNorm: offset',
    () => tf.batchNorm(image(), ones([3]) as tf.Tensor1D, ones([3]) as tf.Tensor1D, ones([2]) as tf.Tensor1D),
    'FusedBatchNorm: offset has shape [2]; expected [3], or the last sizes of x',
  ],
  [
    'batchNorm: variance disposed',
    () => tf.batchNorm(image(), ones([3]) as tf.Tensor1D, gone([3]) as tf.Tensor1D),
    'FusedBatchNorm: variance is disposed: its data is gone',
  ],
  [
    'resizeBilinear: no size',
    () => tf.image.resizeBilinear(image(), any([5])),
    'Error in resizeBilinear: new shape must 2D, but got shape 5.',
  ],
  [
    'resizeBilinear: negative size',
    () => tf.image.resizeBilinear(image(), [-2, 5]),
    'ResizeBilinear: size: [-2, 5]; allowed are whole numbers, 0 or more',
  ],
  [
    'resizeBilinear: NaN',
    () => tf.image.resizeBilinear(image(), [Number.NaN, 5]),
    'ResizeBilinear: size: [NaN, 5]; allowed are whole numbers, 0 or more',
  ],
  [
    'resizeNearestNeighbor: rank',
    () => tf.image.resizeNearestNeighbor(any(ones([5, 5])), [2, 2]),
    'Error in resizeNearestNeighbor: x must be rank 3 or 4, but got rank 2.',
  ],
  [
    'resizeNearestNeighbor: negative size',
    () => tf.image.resizeNearestNeighbor(image(), [2, -2]),
    'ResizeNearestNeighbor: size: [2, -2]; allowed are whole numbers, 0 or more',
  ],
])

const axes = (name: string, op: (x: tf.Tensor, axis: number) => tf.Tensor): Refusal[] => [
  [`${name}: axis 2 of rank 2`, () => op(ones([2, 3]), 2), 'axis param must be in range [-2, 2) but got axis 2'],
  [`${name}: axis 0.5`, () => op(ones([2, 3]), 0.5), 'axis param must be integers but got axis 0.5'],
  [`${name}: axis NaN`, () => op(ones([2, 3]), Number.NaN), 'axis param must be in range [-2, 2) but got axis NaN'],
  [`${name}: disposed`, () => op(gone([2, 3]), 1), ': x is disposed: its data is gone'],
]

describeRefusals('reductions', [
  ...axes('sum', (x, axis) => tf.sum(x, axis)),
  ...axes('mean', (x, axis) => tf.mean(x, axis)),
  ...axes('max', (x, axis) => tf.max(x, axis)),
  ...axes('argMax', (x, axis) => tf.argMax(x, axis)),
  ...axes('cumsum', (x, axis) => tf.cumsum(x, axis)),
  [
    'sum: a string',
    () => tf.sum(any(tf.tensor(['a']))),
    "Argument 'x' passed to 'sum' must be numeric tensor, but got string tensor",
  ],
  ['all: float32', () => tf.all(ones([2])), "Argument 'x' passed to 'all' must be bool tensor, but got float32 tensor"],
  [
    'softmax: not the last axis',
    () => tf.softmax(ones([2, 3]), 0),
    'Softmax along a non-last dimension is not yet supported. Logits was rank 2 and dim was 0',
  ],
  ['softmax: disposed', () => tf.softmax(gone([2, 3])), 'Softmax: logits is disposed: its data is gone'],
  [
    'logSoftmax: axis',
    () => tf.logSoftmax(ones([2, 3]), 3),
    'Log Softmax along a non-last dimension is not yet supported. Logits was rank 2 and axis was 3',
  ],
  [
    'topk: k too large',
    () => tf.topk(ones([3]), 4),
    "'k' passed to topk() must be <= the last dimension (3) but got 4",
  ],
  ['topk: negative k', () => tf.topk(ones([3]), -1), "'k' passed to topk() must be >= 0 but got -1"],
  ['norm: ord', () => tf.norm(ones([3]), any('foo')), 'Error in norm: invalid ord value: foo'],
])

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

describeRefusals('gradients', [
  [
    'grad: of a disposed x',
    () => tf.grad((x) => tf.sum(tf.square(x)))(gone([2])),
    'Square: x is disposed: its data is gone',
  ],
  [
    'grad: f returns no tensor',
    () => tf.grad(any(() => 1))(ones([2])),
    'The result y returned by f() must be a tensor.',
  ],
  [
    'grads: of a string',
    () => tf.grads((a, b) => tf.add(a, b))([any(tf.tensor(['a'])), ones([1])]),
    "Argument 'a' passed to 'add' must be numeric tensor, but got string tensor",
  ],
  [
    'variableGrads: not a scalar',
    () => {
      const v = tf.variable(ones([2]))
      try {
        tf.variableGrads(any(() => tf.square(v)))
      } finally {
        v.dispose()
      }
    },
    'The f passed in variableGrads(f) must return a scalar, but it returned a rank-1 tensor',
  ],
])
