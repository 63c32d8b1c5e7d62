import fc from 'fast-check'
import type { Call } from './call.ts'
import { type Drawn, type Dtype, dtypes, mostlyFloat, numeric, shapes, tensorOf } from './draw.ts'

type Calls = Record<string, fc.Arbitrary<Call>>

const slope = fc.constantFrom(0, 0.2, 0.3, -0.5, 1, 2)
const finite = fc.constantFrom(-100, -0.7, 0, 0.5, 6, 1e5)
const bound = fc.constantFrom(-Infinity, -100, -0.7, 0, 0.5, 6, 1e10, Infinity)

function unary(dtype: fc.Arbitrary<Dtype>, attrs: fc.Arbitrary<Call['attrs']> = fc.constant({})): fc.Arbitrary<Call> {
  return fc
    .tuple(shapes(), dtype)
    .chain(([shape, type]) => fc.record({ inputs: fc.record({ x: tensorOf(shape, type) }), attrs }))
}

/** Shapes that broadcast, each from one of the dimensions of a common shape on, some sizes being 1. */
const pairs = shapes(6, 1500).chain((shape) => {
  const side = fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
    .map(([from, ones]) => shape.map((n, d) => (ones[d] ? 1 : n)).slice(from))
  const same = fc.constant(shape)
  const any = fc.oneof(same, side)
  return fc.oneof(fc.tuple(same, same), fc.tuple(any, any), fc.tuple(same, fc.constant<number[]>([])))
})

const types = (dtype: fc.Arbitrary<Dtype>) =>
  fc.oneof(
    { weight: 9, arbitrary: dtype.map((type) => [type, type]) },
    { weight: 1, arbitrary: fc.tuple(dtypes, dtypes) },
  )

function binary(dtype: fc.Arbitrary<Dtype>, names = ['a', 'b']): fc.Arbitrary<Call> {
  return fc.tuple(pairs, types(dtype)).chain(([[a, b], [typeA, typeB]]) =>
    fc.tuple(tensorOf(a, typeA), tensorOf(b, typeB)).map(([first, second]) => ({
      inputs: { [names[0]]: first, [names[1]]: second },
      attrs: {},
    })),
  )
}

const forAll = (names: string[], calls: fc.Arbitrary<Call>): Calls =>
  Object.fromEntries(names.map((name) => [name, calls]))

const same = fc
  .tuple(
    shapes(6, 800),
    fc.oneof({ weight: 9, arbitrary: numeric }, dtypes),
    fc.integer({ min: 1, max: 5 }),
    fc.nat(30),
  )
  .chain(([shape, dtype, count, mix]) =>
    fc.record({
      inputs: fc.tuple(
        ...Array.from({ length: count }, (_, i) =>
          tensorOf(shape, i === 1 && mix === 0 ? 'int32' : dtype, { sums: true, scale: 4 }),
        ),
      ) as fc.Arbitrary<Drawn[]>,
      attrs: fc.constant({}),
    }),
  )

export const elementwise: Calls = {
  ...forAll(['Abs', 'Neg', 'Relu', 'Sign', 'Square'], unary(numeric)),
  ...forAll(
    ['Ceil', 'Cos', 'Elu', 'Erf', 'Exp', 'Expm1', 'Floor', 'IsFinite', 'IsInf', 'IsNan', 'Log', 'Sin'],
    unary(mostlyFloat),
  ),
  ...forAll(['Log1p', 'Reciprocal', 'Relu6', 'Round', 'Rsqrt', 'Selu', 'Sigmoid'], unary(mostlyFloat)),
  ...forAll(['Softplus', 'Sqrt', 'Tanh'], unary(mostlyFloat)),
  ...forAll(['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cosh', 'Sinh', 'Tan'], unary(mostlyFloat)),
  ...forAll(['Identity', 'OnesLike', 'ZerosLike'], unary(dtypes)),
  LogicalNot: unary(fc.constant('bool')),
  ClipByValue: unary(
    mostlyFloat,
    fc.tuple(bound, bound).map(([a, b]) => ({ clipValueMin: Math.min(a, b), clipValueMax: Math.max(a, b) })),
  ),
  LeakyRelu: unary(mostlyFloat, fc.record({ alpha: slope })),
  Step: unary(mostlyFloat, fc.record({ alpha: slope })),
  Cast: unary(dtypes, fc.record({ dtype: dtypes })),
  Range: fc
    .record({ start: finite, steps: fc.nat(60), step: fc.constantFrom(1, -1, 2, -2, 0.1, -3.25, 1.5) })
    .chain(({ start, steps, step }) =>
      fc.record({
        inputs: fc.constant({}),
        attrs: fc.record({
          start: fc.constant(start),
          stop: fc.constantFrom(start + steps * step, start - steps * step, start + steps),
          step: fc.constant(step),
          dtype: fc.constantFrom('float32', 'int32'),
        }),
      }),
    ),
  LinSpace: fc.record({
    inputs: fc.constant({}),
    attrs: fc.record({ start: finite, stop: finite, num: fc.integer({ min: 1, max: 80 }) }),
  }),
  Fill: fc.tuple(shapes(), dtypes).chain(([shape, dtype]) =>
    fc.record({
      inputs: fc.constant({}),
      attrs: fc.record({
        shape: fc.constant(shape),
        dtype: fc.constant(dtype),
        value:
          dtype === 'bool' ? fc.constantFrom(0, 1) : fc.constantFrom(0, -0, 1, -7, 2 ** 31 - 1, -(2 ** 31), 0.5, NaN),
      }),
    }),
  ),

  ...forAll(['Add', 'Sub', 'Multiply', 'SquaredDifference', 'Maximum', 'Minimum'], binary(numeric)),
  ...forAll(['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'], binary(numeric)),
  ...forAll(['FloorDiv', 'Mod'], binary(numeric)),
  ...forAll(['RealDiv', 'Pow'], binary(mostlyFloat)),
  ...forAll(['LogicalAnd', 'LogicalOr'], binary(fc.constant('bool'))),
  EluGrad: fc.tuple(shapes(), mostlyFloat).chain(([shape, dtype]) =>
    fc.record({
      inputs: fc.record({ dy: tensorOf(shape, dtype), y: tensorOf(shape, dtype) }),
      attrs: fc.constant({}),
    }),
  ),
  Prelu: binary(mostlyFloat, ['x', 'alpha']),
  AddN: same,
  Select: fc.tuple(shapes(), dtypes).chain(([shape, dtype]) =>
    fc.record({
      inputs: fc.record({
        condition: fc.nat(9).chain((i) => tensorOf(i === 0 && shape.length > 0 ? [shape[0]] : shape, 'bool')),
        t: tensorOf(shape, dtype),
        e: tensorOf(shape, dtype),
      }),
      attrs: fc.constant({}),
    }),
  ),
}
