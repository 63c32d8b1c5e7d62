import * as tf from '@tensorflow/tfjs-core'
import { lstm, scaledDotProductAttention } from '../src/index.ts'

const ramp = (...shape: number[]) => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
    shape,
  )
}
const indices = (...values: number[]) => tf.tensor1d(values, 'int32')
const gradients = (f: (...xs: tf.Tensor[]) => tf.Tensor, ...xs: tf.Tensor[]) =>
  tf.grads((...args: tf.Tensor[]) => f(...args).sum())(xs)

/** The gradients of a convolution, and one with a bias and an activation. */
const convolutions = (
  convolve: typeof tf.conv2d | typeof tf.depthwiseConv2d,
  fused: typeof tf.fused.depthwiseConv2d,
  image: number[],
  filter: number[],
  bias: tf.Tensor,
) => [
  ...gradients((x, w) => convolve(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), ramp(...image), ramp(...filter)),
  fused({
    ...{ x: ramp(...image) as tf.Tensor4D, filter: ramp(...filter) as tf.Tensor4D, strides: 1, pad: 'same' },
    ...{ bias, activation: 'relu' },
  }),
]

/** Calls that between them reach every native kernel: what runs out of memory in tests, and what docs/kernels.md is made from. */
export const calls: Record<string, () => tf.Tensor | tf.Tensor[]> = {
  unary: () =>
    [
      'abs ceil elu erf exp expm1 floor isFinite isInf isNaN leakyRelu log log1p neg reciprocal relu relu6 round rsqrt',
      'acos acosh asin asinh atan atanh cosh selu sigmoid sign sin sinh cos softplus sqrt square step tan tanh',
    ]
      .join(' ')
      .split(' ')
      .map((name) => (tf as unknown as Record<string, (x: tf.Tensor) => tf.Tensor>)[name](ramp(3, 5))),
  clip: () => tf.clipByValue(ramp(3, 5), -0.5, 0.5),
  binary: () =>
    [
      [tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.pow, tf.squaredDifference, tf.mod, tf.floorDiv].map(
        (op) => op(ramp(2, 3, 4), ramp(3, 1)),
      ),
      tf.prelu(ramp(3, 4), ramp(4)),
      gradients((x) => tf.elu(x), ramp(3, 4)),
    ].flat(),
  compare: () =>
    [tf.equal, tf.notEqual, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual].map((op) => op(ramp(4, 3), ramp(3))),
  logical: () => {
    const [a, b] = [ramp(4, 3).greater(0), ramp(4, 3).less(0.5)]
    return [tf.logicalAnd(a, b), tf.logicalOr(a, b), tf.logicalNot(a), tf.where(a, ramp(4, 3), ramp(4, 3))]
  },
  cast: () => [ramp(5).cast('int32').cast('bool').cast('float32'), tf.zerosLike(ramp(2, 2)), tf.onesLike(ramp(3))],
  fill: () => [tf.fill([2, 3], 4), tf.range(0, 5, 1), tf.linspace(0, 1, 4), tf.zeros([3])],
  cumsum: () => [tf.cumsum, tf.cumprod].flatMap((op) => [op(ramp(3, 4), 0), op(ramp(3, 4).greater(0), 1)]),
  reduce: () =>
    [tf.sum, tf.mean, tf.max, tf.min, tf.prod].flatMap((op) => [op(ramp(3, 4, 5)), op(ramp(3, 4, 5), [0, 2])]),
  bools: () => [tf.all(ramp(3, 4).greater(0), 1), tf.any(ramp(3, 4).greater(0), 0)],
  arg: () => [tf.argMax(ramp(3, 4), 1), tf.argMin(ramp(3, 4), 0)],
  batchNorm: () => [
    tf.batchNorm(ramp(2, 3, 4), ramp(4), ramp(4).square()),
    tf.batchNorm(ramp(2, 3, 4), ramp(4), ramp(4).square(), ramp(4), ramp(4)),
    tf.batchNorm(ramp(2, 3, 4), ramp(1, 3, 1), ramp(1, 3, 1).square()),
  ],
  topK: () => Object.values(tf.topk(ramp(3, 7), 2)),
  softmax: () => [tf.softmax(ramp(3, 7)), tf.logSoftmax(ramp(3, 7)), tf.addN([ramp(3), ramp(3), ramp(3)])],
  move: () => [
    tf.transpose(ramp(2, 3, 4), [2, 0, 1]),
    tf.pad(ramp(2, 3), [
      [1, 2],
      [0, 1],
    ]),
    tf.mirrorPad(
      ramp(3, 4),
      [
        [1, 1],
        [2, 1],
      ] as never,
      'reflect',
    ),
    tf.slice(ramp(4, 5), [1, 2], [2, 3]),
    tf.stridedSlice(ramp(6, 5), [0, 1], [6, 5], [2, 3]),
    tf.reverse(ramp(4, 3), 0),
    tf.image.flipLeftRight(ramp(1, 2, 3, 2) as tf.Tensor4D),
    tf.tile(ramp(2, 3), [2, 2]),
    tf.concat([ramp(2, 3), ramp(4, 3)]),
    tf.stack([ramp(3), ramp(3)]),
    ...tf.unstack(ramp(3, 2)),
    ...tf.split(ramp(6, 2), 3),
    tf.expandDims(ramp(3)),
  ],
  blocks: () => [
    tf.spaceToBatchND(
      ramp(1, 3, 4, 2),
      [2, 2],
      [
        [0, 1],
        [0, 0],
      ],
    ),
    tf.batchToSpaceND(
      ramp(4, 2, 2, 3),
      [2, 2],
      [
        [0, 1],
        [0, 0],
      ],
    ),
    tf.depthToSpace(ramp(1, 2, 3, 8) as tf.Tensor4D, 2),
  ],
  resize: () => [
    ...gradients((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 2]), ramp(1, 3, 4, 2)),
    ...gradients((x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [5, 2]), ramp(1, 3, 4, 2)),
  ],
  einsum: () => [
    tf.einsum('abc,dac->dab', ramp(2, 3, 4), ramp(5, 2, 4)),
    tf.einsum('abc,d->ad', ramp(2, 3, 4), ramp(5)),
  ],
  index: () => [
    tf.gather(ramp(5, 3), indices(4, 0, 2)),
    tf.gatherND(ramp(4, 3), tf.tensor2d([1, 3], [2, 1], 'int32')),
    tf.scatterND(tf.tensor2d([1, 3], [2, 1], 'int32'), ramp(2, 3), [5, 3]),
    tf.tensorScatterUpdate(ramp(5, 3), tf.tensor2d([1, 3], [2, 1], 'int32'), ramp(2, 3)),
    tf.sparseToDense(indices(1, 3), ramp(2), [5], 0),
    tf.oneHot(indices(1, 0, 2), 3),
    tf.unsortedSegmentSum(ramp(4, 2), indices(0, 1, 0, 2), 3),
  ],
  matMul: () => [
    tf.matMul(ramp(9, 17), ramp(17, 10)),
    tf.matMul(ramp(2, 9, 17), ramp(2, 10, 17), false, true),
    tf.matMul(ramp(1, 17), ramp(17, 10)),
    tf.fused.matMul({ a: ramp(9, 17), b: ramp(17, 10), bias: ramp(10), activation: 'relu' }),
    ...gradients((a, b) => tf.matMul(a, b), ramp(9, 17), ramp(17, 10)),
  ],
  winograd: () => [
    ...convolutions(tf.conv2d, tf.fused.conv2d, [1, 8, 8, 16], [3, 3, 16, 16], ramp(16)),
    tf.conv2d(ramp(1, 40, 40, 3) as tf.Tensor4D, ramp(7, 7, 3, 16) as tf.Tensor4D, 2, 'same'),
  ],
  conv2d: () => [
    ...convolutions(tf.conv2d, tf.fused.conv2d, [2, 7, 7, 3], [3, 3, 3, 5], ramp(5)),
    ...gradients(
      (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'valid'),
      ramp(1, 8, 8, 2),
      ramp(2, 2, 2, 9),
    ),
  ],
  depthwise: () =>
    convolutions(tf.depthwiseConv2d, tf.fused.depthwiseConv2d, [2, 7, 7, 3], [3, 3, 3, 1], tf.scalar(0.5)),
  pool: () =>
    [tf.maxPool, tf.avgPool].flatMap((pool) =>
      gradients((x) => pool(x as tf.Tensor4D, 3, 2, 'same') as tf.Tensor, ramp(2, 7, 7, 3)),
    ),
  argmax: () => Object.values(tf.maxPoolWithArgmax(ramp(2, 7, 7, 3) as tf.Tensor4D, 3, 2, 'same')),
  volumes: () => [
    ...gradients(
      (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same'),
      ramp(1, 3, 5, 5, 3),
      ramp(2, 3, 3, 3, 5),
    ),
    ...[tf.maxPool3d, tf.avgPool3d].flatMap((pool) =>
      gradients((x) => pool(x as tf.Tensor5D, 2, 2, 'same') as tf.Tensor, ramp(1, 4, 5, 5, 3)),
    ),
  ],
  lstm: () =>
    gradients(
      (x, kernel, recurrent, bias) =>
        lstm(x, kernel, recurrent, bias, { returnSequences: true }).sequences as tf.Tensor,
      ramp(2, 4, 3),
      ramp(3, 20),
      ramp(5, 20),
      ramp(20),
    ),
  attention: () =>
    gradients((q, k, v) => scaledDotProductAttention(q, k, v), ramp(2, 4, 3), ramp(2, 5, 3), ramp(2, 5, 6)),
}
