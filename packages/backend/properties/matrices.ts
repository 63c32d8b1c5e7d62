import fc from 'fast-check'
import { sizeOf } from '../src/data.ts'
import type { Call } from './call.ts'
import { tensorOf } from './draw.ts'
import { epilogue } from './windows.ts'

const side = fc.oneof(
  { weight: 3, arbitrary: fc.nat(9) },
  { weight: 2, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.nat(100) },
)

interface Product {
  a: number[]
  b: number[]
  out: number[]
  transposeA: boolean
  transposeB: boolean
}

const depth = fc.oneof({ weight: 5, arbitrary: side }, { weight: 1, arbitrary: fc.nat(600) })
const tiny = fc.integer({ min: 1, max: 4 })

/** Shapes of matrices, batches of them that broadcast included. */
const products: fc.Arbitrary<Product> = fc
  .record({
    sides: fc.oneof(
      { weight: 4, arbitrary: fc.record({ m: side, k: depth, n: side }) },
      { weight: 1, arbitrary: fc.record({ m: tiny, k: tiny, n: tiny }) },
    ),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    batch: fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(3), { maxLength: 4 })),
    onesA: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    onesB: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    fromA: fc.nat(4),
    fromB: fc.nat(4),
    plain: fc.boolean(),
  })
  .map(({ sides: { m, k, n }, transposeA, transposeB, batch, onesA, onesB, fromA, fromB, plain }) => {
    const part = (ones: boolean[], from: number) =>
      plain ? batch : batch.map((size, d) => (ones[d] ? 1 : size)).slice(Math.min(from, batch.length))
    const [outerA, outerB] = [part(onesA, fromA), part(onesB, fromB)]
    const rank = Math.max(outerA.length, outerB.length)
    const outer = Array.from({ length: rank }, (_, i) => {
      const [x, y] = [outerA, outerB].map((shape) => shape[shape.length - rank + i] ?? 1)
      return x === 1 ? y : x
    })
    return {
      a: [...outerA, ...(transposeA ? [k, m] : [m, k])],
      b: [...outerB, ...(transposeB ? [n, k] : [k, n])],
      out: [...outer, m, n],
      transposeA,
      transposeB,
    }
  })
  .filter(({ a, b, out }) => sizeOf(a) < 12000 && sizeOf(b) < 12000 && sizeOf(out) < 12000)

const numbers = { sums: true, scale: 4 }

/** backend-cpu, which multiplies integers, makes too few products where both batches are repeated: see docs/backend-cpu-faults.md. */
const isRepeatedTwice = ({ a, b, out }: Product) =>
  Math.max(...[a, b].map((shape) => sizeOf(shape.slice(0, -2)))) !== sizeOf(out.slice(0, -2))

const matMul = fc.tuple(products, fc.nat(19)).chain(([product, odd]) => {
  const { a, b, transposeA, transposeB } = product
  const integers = odd === 0 && !isRepeatedTwice(product)
  return fc.record({
    inputs: fc.record({
      a: tensorOf(a, 'float32', numbers),
      b: tensorOf(b, integers ? 'int32' : 'float32', integers ? { tame: true } : numbers),
    }),
    attrs: fc.constant({ transposeA, transposeB }),
  })
})

const fusedMatMul = products.chain(({ a, b, out, transposeA, transposeB }) =>
  epilogue(out).chain(({ activation, bias, preluActivationWeights }) =>
    fc.record({
      inputs: fc.record({
        a: tensorOf(a, 'float32', numbers),
        b: tensorOf(b, 'float32', numbers),
        bias,
        preluActivationWeights,
      }),
      attrs: fc.constant({
        transposeA,
        transposeB,
        activation,
        leakyreluAlpha: activation === 'leakyrelu' ? 0.3 : undefined,
      }),
    }),
  ),
)

/** Equations of one term or two over up to six letters. */
const einsum = fc
  .record({
    sizes: fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }),
    first: fc.shuffledSubarray([...'abcdef'], { maxLength: 5 }),
    second: fc.option(fc.shuffledSubarray([...'abcdef'], { maxLength: 5 })),
    order: fc.shuffledSubarray([...'abcdef'], { minLength: 6 }),
    kept: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .chain(({ sizes, first, second, order, kept }) => {
    const terms = second === null ? [first] : [first, second]
    const isSummedAlone = (letter: string) => terms.some((term) => !term.includes(letter))
    const output = order.filter((letter, i) => kept[i] && terms.some((term) => term.includes(letter)))
    return fc.record({
      inputs: fc.tuple(
        ...terms.map((term) =>
          tensorOf(
            term.map((letter) => sizes['abcdef'.indexOf(letter)]),
            'float32',
            // Infinity times a sum is not the sum of infinities.
            { ...numbers, tame: terms.flat().some((letter) => isSummedAlone(letter) && !output.includes(letter)) },
          ),
        ),
      ),
      attrs: fc.constant({ equation: `${terms.map((term) => term.join('')).join(',')}->${output.join('')}` }),
    })
  })
  .map((call) => call as Call)

export const matrices: Record<string, fc.Arbitrary<Call>> = {
  BatchMatMul: matMul,
  _FusedMatMul: fusedMatMul,
  Einsum: einsum,
}
