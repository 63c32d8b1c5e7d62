import { depthwiseConv2d } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { any, describeRefusals, gone, ones } from './badInput.ts'

const image = (...shape: number[]) => ones(shape.length > 0 ? shape : [1, 5, 5, 3]) as tf.Tensor4D
const filter = (...shape: number[]) => ones(shape.length > 0 ? shape : [3, 3, 3, 2]) as tf.Tensor4D

describeRefusals('depthwiseConv2d with gradients of dilations', [
  [
    'x: an array',
    () => depthwiseConv2d(any([1]), filter(), 1, 'same'),
    'depthwiseConv2d: x: expected a tf.Tensor, got [1]',
  ],
  [
    'filter: absent',
    () => depthwiseConv2d(image(), any(undefined), 1, 'same'),
    'depthwiseConv2d: filter: expected a tf.Tensor, got undefined',
  ],
  ['x: rank 2', () => depthwiseConv2d(any(ones([5, 5])), filter(), 1, 'same'), 'input must be rank 4, but got rank 2'],
  ['x: disposed', () => depthwiseConv2d(any(gone([1, 5, 5, 3])), filter(), 1, 'same'), 'disposed'],
  [
    'x: int32',
    () => depthwiseConv2d(any(ones([1, 5, 5, 3], 'int32')), filter(), 1, 'same'),
    'must be float32 tensor, but got int32',
  ],
  [
    'filter: channels',
    () => depthwiseConv2d(image(), filter(3, 3, 4, 2), 1, 'same'),
    'number of input channels (3) must match the inChannels dimension in filter 4',
  ],
  [
    'dilations: too large',
    () => depthwiseConv2d(image(), filter(), 1, 'valid', 'NHWC', 3),
    'a filter of 7x7 does not fit in an image of 5x5',
  ],
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
    'FusedBatchNorm: mean has shape [4]; expected [3], or what broadcasts to [1,5,5,3]',
  ],
  [
    'batchNorm: offset',
    () => tf.batchNorm(image(), ones([3]) as tf.Tensor1D, ones([3]) as tf.Tensor1D, ones([2]) as tf.Tensor1D),
    'FusedBatchNorm: offset has shape [2]; expected [3], or what broadcasts to [1,5,5,3]',
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
