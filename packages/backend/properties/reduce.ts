import fc from 'fast-check'
import type { Call } from './call.ts'
import { type Drawn, type Dtype, mostlyFloat, type NumbersOf, numeric, shapes, tensorOf } from './draw.ts'

function reduction(
  attrs: (shape: number[]) => fc.Arbitrary<Call['attrs']>,
  dtype: fc.Arbitrary<Dtype>,
  of: fc.Arbitrary<number[]>,
  numbers: NumbersOf = {},
): fc.Arbitrary<Call> {
  return fc
    .tuple(of, dtype)
    .chain(([shape, type]) =>
      fc.record({ inputs: fc.record({ x: tensorOf(shape, type, numbers) }), attrs: attrs(shape) }),
    )
}

/** Zeros and ones fewer than numbers: of nothing there is no largest one. */
const some = shapes(6, 2500).map((shape) => shape.map((n) => (n === 0 ? 1 : n)))
const any = fc.oneof({ weight: 6, arbitrary: some }, { weight: 1, arbitrary: shapes() })

const axesOf = (shape: number[]) => fc.subarray([...shape.keys()])
const byAxis = (shape: number[]) => fc.record({ axis: axesOf(shape), keepDims: fc.boolean() })
const optional = (drawn: fc.Arbitrary<Drawn>): fc.Arbitrary<Drawn | null> => fc.option(drawn)
const axisIn = (shape: number[]) => fc.integer({ min: -shape.length, max: shape.length - 1 })
const withAxis = shapes(6, 2500, 1)
/** Of nothing there is no largest one: along the axis there is something. */
const argReduction = fc
  .tuple(withAxis, numeric)
  .chain(([shape, dtype]) => fc.tuple(fc.constant(shape), fc.constant(dtype), axisIn(shape)))
  .chain(([shape, dtype, axis]) =>
    fc.record({
      inputs: fc.record({ x: tensorOf(shape.with(axis, Math.max(shape.at(axis) as number, 1)), dtype) }),
      attrs: fc.constant({ axis }),
    }),
  )

/** NaN, which backend-cpu's order does not know, is left out. */
const largest = shapes(4, 1500, 1)
  .map((shape) => shape.map((size, d) => (d === shape.length - 1 ? Math.max(size, 1) : size)))
  .chain((shape) =>
    fc.record({
      inputs: fc.record({ x: tensorOf(shape, 'float32', { tame: true }) }),
      attrs: fc.record({ k: fc.integer({ min: 1, max: shape[shape.length - 1] }), sorted: fc.constant(true) }),
    }),
  )

const cumulative = (shape: number[]) =>
  fc.record({ axis: axisIn(shape), exclusive: fc.boolean(), reverse: fc.boolean() })

export const reduce: Record<string, fc.Arbitrary<Call>> = {
  Sum: reduction(byAxis, numeric, any, { sums: true, scale: 4 }),
  Mean: reduction(byAxis, numeric, any, { sums: true, scale: 4 }),
  Prod: reduction(byAxis, numeric, any, { tame: true, scale: 1 }),
  Max: reduction(
    (shape) => byAxis(shape).map(({ axis, keepDims }) => ({ reductionIndices: axis, keepDims })),
    numeric,
    any,
  ),
  Min: reduction(byAxis, numeric, any),
  All: reduction(byAxis, fc.constant('bool'), any),
  Any: reduction(byAxis, fc.constant('bool'), any),
  ArgMax: argReduction,
  ArgMin: argReduction,
  Cumsum: reduction(cumulative, numeric, withAxis, { scale: 4 }),
  Cumprod: reduction(cumulative, numeric, withAxis, { scale: 1 }),
  Softmax: fc
    .tuple(shapes(6, 2500, 1), mostlyFloat)
    .chain(([shape, dtype]) =>
      fc.record({ inputs: fc.record({ logits: tensorOf(shape, dtype) }), attrs: fc.constant({ dim: -1 }) }),
    ),
  FusedBatchNorm: fc.tuple(shapes(6, 2500, 1), mostlyFloat, fc.nat(9)).chain(([shape, dtype, odd]) => {
    const channels = odd === 0 ? 1 : shape[shape.length - 1]
    // For each channel, or of x's rank and alike along some axes.
    const few = fc.subarray([...shape.keys()]).map((axes) => shape.map((size, d) => (axes.includes(d) ? size : 1)))
    const vector = (odd > 2 ? fc.constant<number[]>([channels]) : few).chain((of) =>
      tensorOf(of, 'float32', { tame: true, scale: 4 }),
    )
    return fc.record({
      inputs: fc.record({
        x: tensorOf(shape, dtype, { sums: true }),
        mean: vector,
        // Neither roots of negative numbers nor divisions by zero.
        variance: vector.map((drawn) => ({ ...drawn, seed: 0 })),
        scale: optional(vector),
        offset: optional(vector),
      }),
      attrs: fc.record({ varianceEpsilon: fc.constantFrom(0.001, 1e-5, 0.5) }),
    })
  }),
  TopK: largest,
}
