import fc from 'fast-check'
import { sizeOf } from '../src/data.ts'

export type Dtype = 'float32' | 'int32' | 'bool'

/** A tensor as a test draws it: short to print, and made of parts that shrink. */
export interface Drawn {
  shape: number[]
  dtype: Dtype
  /** Of the numbers that fill it, which are in [-scale, scale]; 0: all of them are `scale`. */
  seed: number
  scale: number
  /** Without fractions, so that many are alike. */
  whole?: boolean
  /** [position modulo the size, value] of the numbers that stand out. */
  odd: [at: number, value: number][]
}

const FLT_MAX = (2 - 2 ** -23) * 2 ** 127
const FLT_MIN = 2 ** -126
const DENORMAL = 2 ** -149

/** Where float32 kernels have their corners: ranges of exp and tanh, halves, the ends of exact integers and of int32. */
const corners = [0.5, 1, 1.5, 2.5, 6, 7, 9.1, 16, 17, 88.72, 88.73, 103.9, 104, 1e4, 4194303.5, 8388607.5, 16777217]
const ends = [2 ** 31, 2 ** 31 + 256, 2 ** 32, 1e10, 1e20, FLT_MAX]
const tiny = [0, DENORMAL, 3 * DENORMAL, FLT_MIN - DENORMAL, FLT_MIN, 1e-20, 2 ** -24, 2 ** -12, 1e-4]
const bothSigns = (values: number[]) => values.flatMap((value) => [value, -value])

const oddFloats = fc.constantFrom(NaN, Infinity, -Infinity, ...bothSigns([...tiny, ...corners, ...ends]))
/** None whose products or sums overflow: what comes out of those depends on the order. */
const summable = fc.constantFrom(NaN, Infinity, -Infinity, ...bothSigns([...tiny, ...corners, 1e6, 1e15]))
const oddInts = fc.constantFrom(
  ...[0, 1, 2, 3, 255, 256, 65535, 65536, 46340, 46341, 2 ** 24, 2 ** 24 + 1, 2 ** 30, 2 ** 31 - 2],
  ...[2 ** 31 - 1, -(2 ** 31), 1 - 2 ** 31, -1, -2, -7, -46341, -65536, -(2 ** 24) - 1],
)
const oddBools = fc.constantFrom(0, 1)

export const dtypes = fc.constantFrom<Dtype[]>('float32', 'int32', 'bool')
/** For kernels that serve float32 first. */
export const mostlyFloat = fc.oneof({ weight: 6, arbitrary: fc.constant<Dtype>('float32') }, dtypes)
export const numeric = fc.oneof({ weight: 5, arbitrary: fc.constantFrom<Dtype[]>('float32', 'int32') }, dtypes)

/** `limit`: at most that many elements, even with ones for zeros. */
export const shapes = (maxRank = 6, limit = 2500, minRank = 0): fc.Arbitrary<number[]> =>
  fc
    .oneof(
      { weight: 6, arbitrary: fc.array(fc.nat(6), { minLength: minRank, maxLength: maxRank }) },
      {
        weight: 3,
        arbitrary: fc.array(fc.nat(40), { minLength: minRank, maxLength: Math.max(minRank, Math.min(3, maxRank)) }),
      },
      {
        weight: 1,
        arbitrary: fc.array(fc.nat(300), { minLength: minRank, maxLength: Math.max(minRank, Math.min(2, maxRank)) }),
      },
    )
    .filter((shape) => shape.length >= minRank)
    .map((shape) => {
      // Sizes shrink, from the largest on, until there is room.
      const fitted = shape.slice()
      while (sizeOf(fitted.map((n) => Math.max(n, 1))) > limit) {
        const at = fitted.indexOf(Math.max(...fitted))
        fitted[at] = Math.max(1, fitted[at] >> 1)
      }
      return fitted
    })

export interface NumbersOf {
  /** Products and sums of the numbers do not overflow. */
  sums?: boolean
  /** Neither NaN nor infinities nor other odd ones. */
  tame?: boolean
  /** At most this magnitude, of which smaller ones are drawn too. */
  scale?: number
}

const none = fc.constant<[number, number][]>([])

/** A tensor of that shape and type. */
export function tensorOf(
  shape: number[],
  dtype: Dtype,
  { sums, tame, scale = 100 }: NumbersOf = {},
): fc.Arbitrary<Drawn> {
  const values: fc.Arbitrary<number> =
    dtype === 'int32' ? oddInts : dtype === 'bool' ? oddBools : sums ? summable : oddFloats
  return fc.record({
    shape: fc.constant(shape),
    dtype: fc.constant(dtype),
    seed: fc.nat(1 << 20),
    scale:
      dtype === 'int32'
        ? fc.constantFrom(3, 100, 2 ** 31)
        : fc.constantFrom(...[1, 4, 100, 1e-3].filter((size) => size <= scale)),
    whole: fc.boolean(),
    odd: tame ? none : fc.oneof(none, fc.array(fc.tuple(fc.nat(2500), values), { maxLength: 12 })),
  })
}

/** For each dimension something drawn by `arbitrary`. */
export function each<T>(shape: number[], arbitrary: (size: number, d: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.tuple(...shape.map(arbitrary)) as fc.Arbitrary<T[]>
}
