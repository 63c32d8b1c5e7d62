import type { DataType, Tensor } from '@tensorflow/tfjs-core'

export interface Input {
  shape: number[]
  values: Float32Array | Int32Array | Uint8Array
  /** float32 by default. By other inputs nothing is differentiated. */
  dtype?: DataType
}

/** A function whose gradient by each of its float32 inputs is tested. */
export interface GradientCase {
  /** The native kernel whose gradient this is. */
  kernel: string
  name: string
  inputs: Input[]
  f(...xs: Tensor[]): Tensor | Tensor[]
  /** What backend-cpu runs instead, where `f` needs this backend. */
  onCpu?(...xs: Tensor[]): Tensor | Tensor[]
  /**
   * The outputs of f in double precision. Without it, f must be linear in each input, or linear within one unit of its values, and
   * the inputs whole: then differences of backend-cpu's float32 numbers have no error at all.
   */
  double?(...xs: ArrayLike<number>[]): ArrayLike<number>[]
  /** Compare with backend-cpu's gradient alone. */
  onlyCpu?: boolean
  /** Do not: it is wrong. */
  notCpu?: boolean
}

/** Pseudo-random in (-1, 1), the same for the same numbers. */
export function wave(seed: number, i: number): number {
  let h = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(i + 1, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return (((h ^ (h >>> 15)) >>> 0) + 0.5) / 2 ** 31 - 1
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/** Uniform in [low, high]; where a number lies within 0.01 of a kink, 0.05 above it. */
export function real(shape: number[], seed = 1, [low, high] = [-1, 1], kinks: number[] = []): Input {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const x = low + ((wave(seed, i) + 1) / 2) * (high - low)
    const kink = kinks.find((at) => Math.abs(x - at) < 0.01)
    return kink === undefined ? x : kink + 0.05
  })
  return { shape, values }
}

/** Whole numbers in [-8, 8]. */
export function whole(shape: number[], seed = 1): Input {
  return { shape, values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.round(8 * wave(seed, i))) }
}

/** Whole numbers of which no two are nearer than 4 to each other, in no order. */
export function apart(shape: number[], seed = 1): Input {
  const n = sizeOf(shape)
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => wave(seed, a) - wave(seed, b))
  const values = new Float32Array(n)
  for (const [rank, at] of order.entries()) values[at] = 4 * rank - 2 * n
  return { shape, values }
}

export function indices(shape: number[], ...values: number[]): Input {
  return { shape, dtype: 'int32', values: Int32Array.from(values) }
}

/** Exact by whole numbers, and once more by real ones, which are compared with backend-cpu's. */
export const both = (make: (numbers: (shape: number[], seed?: number) => Input) => GradientCase): GradientCase[] => [
  make(whole),
  { ...make((shape, seed) => real(shape, seed)), onlyCpu: true },
]
