import * as tf from '@tensorflow/tfjs-core'
import { apart, type GradientCase, type Input, indices, real, whole } from './case.ts'

type Case = [name: string, inputs: Input[], f: GradientCase['f'], double?: GradientCase['double']]
type Numbers = ArrayLike<number>

/** `reduce` of each row. */
const rowsOf = (columns: number, reduce: (row: number[]) => number[]) => (x: Numbers) => {
  const out: number[] = []
  for (let at = 0; at < x.length; at += columns) out.push(...reduce(Array.from(x).slice(at, at + columns)))
  return [out]
}
const softmax = (row: number[]) => {
  const largest = Math.max(...row)
  const exps = row.map((x) => Math.exp(x - largest))
  const total = exps.reduce((a, b) => a + b)
  return exps.map((e) => e / total)
}
const mean = (row: number[]) => [row.reduce((a, b) => a + b) / row.length]
const product = (row: number[]) => [row.reduce((a, b) => a * b)]

/** Where in a tensor of the shape `of`, aligned at its last dimension, stands what belongs to x's number i. */
function placeIn(of: number[], shape: number[], i: number): number {
  let place = 0
  let stride = 1
  for (let d = 1; d <= of.length; d++) {
    const size = shape[shape.length - d]
    if (of[of.length - d] !== 1) {
      place += (i % size) * stride
      stride *= size
    }
    i = Math.floor(i / size)
  }
  return place
}
const EPSILON = 0.01
const batchNorm =
  (shape: number[], of: number[]) =>
  (x: Numbers, average: Numbers, variance: Numbers, offset: Numbers, scale: Numbers) => [
    Array.from(x, (value, i) => {
      const c = placeIn(of, shape, i)
      return ((value - average[c]) / Math.sqrt(variance[c] + EPSILON)) * scale[c] + offset[c]
    }),
  ]
const parameters = (of: number[]) => [real(of, 2), real(of, 3, [0.3, 2]), real(of, 4), real(of, 5)]
const normalize = (...[x, average, variance, offset, scale]: tf.Tensor[]) =>
  tf.batchNorm(x, average as tf.Tensor1D, variance as never, offset as never, scale as never, EPSILON)
const constant = (n: number) => () => [new Array(n).fill(0)]

const cases: Record<string, Case[]> = {
  ArgMax: [['axis 1', [real([3, 4])], (x) => tf.cast(tf.argMax(x, 1), 'float32'), constant(3)]],
  ArgMin: [['axis 1', [real([3, 4])], (x) => tf.cast(tf.argMin(x, 1), 'float32'), constant(3)]],
  // Over the last axis alone: tfjs-core's own gradient for another has the wrong shape, see docs/backend-cpu-faults.md.
  Cumsum: [
    ['axis 0', [whole([3, 7])], (x) => tf.cumsum(x, 0)],
    ['axis 1 of 3, exclusive, from the end', [whole([3, 4, 2])], (x) => tf.cumsum(x, 1, true, true)],
    ['axis 1', [whole([3, 7])], (x) => tf.cumsum(x, 1)],
    ['axis 1, exclusive', [whole([5, 4])], (x) => tf.cumsum(x, 1, true)],
    ['axis 2, from the end', [whole([2, 6, 3])], (x) => tf.cumsum(x, 2, false, true)],
  ],
  FusedBatchNorm: [
    [
      [2, 3, 4, 5],
      [7, 3],
      [1, 2, 2, 1],
    ].map((shape) => [shape, shape.slice(-1)]),
    [
      [
        [2, 3, 4, 5],
        [1, 3, 1, 1],
      ],
      [
        [2, 4, 4, 4],
        [1, 4, 1, 1],
      ],
      [
        [2, 3, 4, 5],
        [1, 1, 1, 5],
      ],
      [
        [2, 3, 2],
        [2, 1, 2],
      ],
    ],
  ].flatMap((all) =>
    all.map(
      ([shape, of]): Case => [
        `[${shape}] by [${of}]`,
        [real(shape), ...parameters(of)],
        normalize,
        batchNorm(shape, of),
      ],
    ),
  ),
  Max: [
    ['of all', [apart([3, 5])], (x) => tf.max(x)],
    ['axis 1', [apart([3, 9])], (x) => tf.max(x, 1)],
    ['axes 0 and 2, kept', [apart([2, 3, 4])], (x) => tf.max(x, [0, 2], true)],
  ],
  Mean: [
    ['of all', [real([3, 7])], (x) => tf.mean(x), rowsOf(21, mean)],
    ['axis 1', [real([5, 6])], (x) => tf.mean(x, 1), rowsOf(6, mean)],
    ['axes 1 and 2, kept', [real([2, 3, 5])], (x) => tf.mean(x, [1, 2], true), rowsOf(15, mean)],
  ],
  Min: [
    ['of all', [apart([3, 5])], (x) => tf.min(x)],
    ['axis 0', [apart([3, 4])], (x) => tf.min(x, 0)],
  ],
  OneHot: [
    ['depth 3', [whole([4]), indices([4], 1, 0, 2, 1)], (x, i) => tf.mul(tf.oneHot(i, 3), tf.reshape(x, [4, 1]))],
  ],
  Softmax: [1, 2, 5, 33].map(
    (n): Case => [`[3, ${n}]`, [real([3, n], n, [-4, 4])], (x) => tf.softmax(x), rowsOf(n, softmax)],
  ),
}

/** Their gradients come from Cumprod. */
export const products: GradientCase[] = [
  {
    kernel: 'Prod',
    name: 'axis 1',
    inputs: [real([3, 4], 1, [0.5, 2])],
    f: (x) => tf.prod(x, 1),
    double: rowsOf(4, product),
  },
  { kernel: 'Prod', name: 'of all', inputs: [real([7], 1, [-2, 2])], f: (x) => tf.prod(x), double: rowsOf(7, product) },
]

export const reductions: GradientCase[] = Object.entries(cases).flatMap(([kernel, list]) =>
  list.map(([name, inputs, f, double]) => ({ kernel, name, inputs, f, double })),
)
