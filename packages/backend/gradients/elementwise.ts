import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, type Input, real, sizeOf } from './case.ts'

type Unary = [
  op: (x: tf.Tensor) => tf.Tensor,
  double: (x: number) => number,
  range?: [number, number],
  kinks?: number[],
]

const SELU = [1.0507009873554805, 1.6732632423543772]
const elu = (x: number) => (x > 0 ? x : Math.expm1(x))
/** Its derivative is all that finite differences see of it: Simpson's rule from 0 to x. */
const erf = (x: number) => {
  const n = 400
  let sum = 0
  for (let i = 0; i <= n; i++) sum += Math.exp(-(((i * x) / n) ** 2)) * (i === 0 || i === n ? 1 : i % 2 ? 4 : 2)
  return (2 / Math.sqrt(Math.PI)) * sum * (x / n / 3)
}
const flat = () => 0
const asFloat = (op: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.cast(op(x), 'float32')

const unary: Record<string, Unary> = {
  Abs: [tf.abs, Math.abs, [-2, 2], [0]],
  Acos: [tf.acos, Math.acos, [-0.9, 0.9]],
  Acosh: [tf.acosh, Math.acosh, [1.2, 9]],
  Asin: [tf.asin, Math.asin, [-0.9, 0.9]],
  Asinh: [tf.asinh, Math.asinh, [-9, 9]],
  Atan: [tf.atan, Math.atan, [-9, 9]],
  Atanh: [tf.atanh, Math.atanh, [-0.9, 0.9]],
  Ceil: [tf.ceil, flat],
  ClipByValue: [(x) => tf.clipByValue(x, -0.5, 0.7), (x) => Math.min(Math.max(x, -0.5), 0.7), [-2, 2], [-0.5, 0.7]],
  Cos: [tf.cos, Math.cos, [-9, 9]],
  Cosh: [tf.cosh, Math.cosh, [-4, 4]],
  Elu: [tf.elu, elu, [-4, 4], [0]],
  Erf: [tf.erf, erf, [-3, 3]],
  Exp: [tf.exp, Math.exp, [-5, 5]],
  Expm1: [tf.expm1, Math.expm1, [-5, 5]],
  Floor: [tf.floor, flat],
  Identity: [tf.clone, (x) => x],
  IsFinite: [asFloat(tf.isFinite), flat],
  IsInf: [asFloat(tf.isInf), flat],
  IsNan: [asFloat(tf.isNaN), flat],
  LeakyRelu: [(x) => tf.leakyRelu(x, 0.3), (x) => (x > 0 ? x : 0.3 * x), [-2, 2], [0]],
  Log: [tf.log, Math.log, [0.1, 9]],
  Log1p: [tf.log1p, Math.log1p, [-0.8, 9]],
  Neg: [tf.neg, (x) => -x],
  OnesLike: [(x) => tf.onesLike(x), flat],
  Reciprocal: [tf.reciprocal, (x) => 1 / x, [0.2, 5]],
  Relu: [tf.relu, (x) => Math.max(x, 0), [-2, 2], [0]],
  Relu6: [tf.relu6, (x) => Math.min(Math.max(x, 0), 6), [-3, 9], [0, 6]],
  Round: [tf.round, flat],
  Rsqrt: [tf.rsqrt, (x) => 1 / Math.sqrt(x), [0.2, 5]],
  Selu: [tf.selu, (x) => SELU[0] * (x > 0 ? x : SELU[1] * Math.expm1(x)), [-4, 4], [0]],
  Sigmoid: [tf.sigmoid, (x) => 1 / (1 + Math.exp(-x)), [-6, 6]],
  Sign: [tf.sign, flat],
  Sin: [tf.sin, Math.sin, [-9, 9]],
  Sinh: [tf.sinh, Math.sinh, [-4, 4]],
  Softplus: [tf.softplus, (x) => Math.log1p(Math.exp(x)), [-6, 6]],
  Sqrt: [tf.sqrt, Math.sqrt, [0.1, 9]],
  Square: [tf.square, (x) => x * x],
  Step: [(x) => tf.step(x, 0.3), flat],
  Tan: [tf.tan, Math.tan, [-1.2, 1.2]],
  // Further out, 1 - y y, which all backends take, has fewer digits.
  Tanh: [tf.tanh, Math.tanh, [-2, 2]],
  ZerosLike: [(x) => tf.zerosLike(x), flat],
}

type Double = (a: number, b: number) => number
type Binary = [op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, double: Double, ranges?: [number, number][]]

const binary: Record<string, Binary> = {
  Add: [tf.add, (a, b) => a + b],
  Multiply: [tf.mul, (a, b) => a * b],
  // a / b lies between two whole numbers, so that its floor, which the derivative by b is, does not change.
  Mod: [
    tf.mod,
    (a, b) => a - b * Math.floor(a / b),
    [
      [5.1, 5.9],
      [0.97, 1],
    ],
  ],
  // tfjs-core gives it the gradient of the quotient.
  FloorDiv: [
    tf.floorDiv,
    (a, b) => a / b,
    [
      [-2, 2],
      [0.5, 3],
    ],
  ],
  Pow: [
    tf.pow,
    (a, b) => a ** b,
    [
      [0.2, 3],
      [-2, 3],
    ],
  ],
  RealDiv: [
    tf.div,
    (a, b) => a / b,
    [
      [-2, 2],
      [0.5, 3],
    ],
  ],
  Maximum: [tf.maximum, Math.max],
  Minimum: [tf.minimum, Math.min],
  SquaredDifference: [tf.squaredDifference, (a, b) => (a - b) ** 2],
  Sub: [tf.sub, (a, b) => a - b],
}

const sameShape: Record<string, Binary> = {
  GreaterEqual: [(a, b) => tf.cast(tf.greaterEqual(a, b), 'float32'), flat],
}

/** Broadcasts to `shape`. */
function combine(shape: number[], a: Input['shape'], b: Input['shape'], f: Double): GradientCase['double'] {
  const at = (own: number[], i: number) => {
    let rest = i
    let from = 0
    let stride = 1
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = own[d - shape.length + own.length] ?? 1
      from += size === 1 ? 0 : (rest % shape[d]) * stride
      rest = Math.floor(rest / shape[d])
      stride *= size
    }
    return from
  }
  return (x, y) => [Array.from({ length: sizeOf(shape) }, (_, i) => f(x[at(a, i)], y[at(b, i)]))]
}

const SHAPES = [[1], [3], [4], [5], [2, 3, 11], [1, 0, 2], []]
const PAIRS: [number[], number[]][] = [
  [[5], [5]],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[4], [3, 4]],
  [[], [7]],
  [
    [2, 1, 5],
    [1, 3, 1],
  ],
]

export const elementwise: GradientCase[] = [
  ...Object.entries(unary).flatMap(([kernel, [f, double, range, kinks]]) =>
    SHAPES.map((shape, i) => ({
      kernel,
      name: `[${shape}]`,
      inputs: [real(shape, i, range, kinks)],
      f,
      double: (x: ArrayLike<number>) => [Array.from(x, double)],
    })),
  ),
  ...Object.entries({ ...binary, ...sameShape }).flatMap(([kernel, [f, double, ranges = []]]) =>
    (kernel in binary ? PAIRS : SHAPES.map((shape) => [shape, shape])).map(([a, b], i) => ({
      kernel,
      name: `[${a}] and [${b}]`,
      inputs: [real(a, 2 * i, ranges[0]), real(b, 2 * i + 1, ranges[1])],
      f,
      double: combine(tf.broadcast_util.assertAndGetBroadcastShape(a, b), a, b, double),
    })),
  ),
  ...[
    [[3, 4], [4]],
    [
      [2, 3, 4],
      [3, 4],
    ],
    [
      [2, 5],
      [2, 5],
    ],
  ].map(([x, alpha], i) => ({
    kernel: 'Prelu',
    name: `[${x}] and [${alpha}]`,
    inputs: [real(x, i, [-2, 2], [0]), real(alpha, i + 9)],
    f: (a: tf.Tensor, b: tf.Tensor) => tf.prelu(a, b),
    double: combine(x, x, alpha, (a, b) => (a >= 0 ? a : a * b)),
  })),
]
