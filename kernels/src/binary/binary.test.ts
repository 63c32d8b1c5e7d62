import { expect, it } from 'vitest'
import type { BinaryKernel } from '../generated/commands.ts'
import { describeVariants, randomF32, ulpError } from '../runtime/lab.ts'
import { binaryReference, broadcastReference, POW_ULP } from './binary.reference.ts'
import { binary } from './binary.ts'
import { BINARY_BLOCK } from './command.ts'

type Shape = number[]

const SHAPES: [a: Shape, b: Shape][] = [
  ...[0, 1, 3, 4, 7, 8, 9, 15, 16, 17, BINARY_BLOCK - 1, BINARY_BLOCK, BINARY_BLOCK + 1, 2 * BINARY_BLOCK + 3].flatMap(
    (n): [Shape, Shape][] => [
      [[n], [n]],
      [[n], []],
      [[1], [n]],
    ],
  ),
  [[], []],
  [[5, 7], [7]],
  [[7], [5, 7]],
  [
    [5, 7],
    [5, 1],
  ],
  [
    [5, 1],
    [5, 7],
  ],
  [
    [5, 1],
    [1, 7],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [[600, 3], [3]],
  [[3], [600, 3]],
  [[40, 255], [255]],
  [[257], [40, 257]],
  [
    [600, 3],
    [600, 1],
  ],
  [[2, 3, 1030], [1030]],
  [
    [2, 3, 4, 5],
    [2, 1, 4, 1],
  ],
  [
    [2, 1, 4, 1],
    [3, 1, 5],
  ],
  [
    [2, 1, 3, 1, 2, 1],
    [1, 4, 1, 3, 1, 2],
  ],
  [
    [2, 2, 3, 1, 1, 5],
    [1, 1, 3, 4, 4, 1],
  ],
]

const FLOATS = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  0.5,
  -0.5,
  1e-40,
  3e38,
  -3e38,
  1e9,
  -5e9,
  1e19,
  -7,
  40,
]
const INTS = [
  0,
  1,
  -1,
  2,
  -2,
  7,
  -7,
  2 ** 31 - 1,
  -(2 ** 31),
  -(2 ** 31) + 1,
  2 ** 25,
  -(2 ** 25) - 1,
  46341,
  1 << 30,
  12345,
]

const ofBytes = (kernel: string) => /^logical|_u8$/.test(kernel)

/** Random numbers and special ones; the same position of two arrays with other seeds meets ever other pairs of these. */
function inputs(kernel: string, n: number, seed: number): number[] {
  const random = randomF32(n, seed, -20, 20)
  if (ofBytes(kernel)) return Array.from(random, (x) => Number(x > 0))
  if (kernel.endsWith('i32'))
    return Array.from(random, (x, i) => (i % 2 === 1 ? INTS[(i * seed) % INTS.length] : Math.round(x)))
  return Array.from(random, (x, i) => (i % 2 === 1 ? FLOATS[(i * seed) % FLOATS.length] : x))
}

const size = (shape: Shape) => shape.reduce((x, y) => x * y, 1)
const bytesOfResult = (kernel: string) => (/equal|greater|less|logical/.test(kernel) ? 1 : 4)

describeVariants('binary', (lab) => {
  for (const [kernel, f] of Object.entries(binaryReference)) {
    const ulp = kernel === 'pow_f32' ? POW_ULP : 0
    it(`${kernel} with every kind of broadcasting, within ${ulp} ulp`, () => {
      for (const [shapeA, shapeB] of SHAPES) {
        const a = inputs(kernel, size(shapeA), 7)
        const b = inputs(kernel, size(shapeB), 11)
        const { values } = broadcastReference(shapeA, shapeB, a.map(f32(kernel)), b.map(f32(kernel)), f)
        const y = lab().out(values.length * bytesOfResult(kernel))
        const put = (v: number[]) =>
          ofBytes(kernel) ? lab().u8(v) : kernel.endsWith('i32') ? lab().i32(v) : lab().f32(v)
        binary(lab().rt, kernel as BinaryKernel, shapeA, shapeB, { a: put(a), b: put(b), y })
        const n = values.length
        const actual =
          bytesOfResult(kernel) === 1
            ? lab().readU8(y, n)
            : kernel.endsWith('i32') || kernel === 'floor_div_f32'
              ? lab().readI32(y, n)
              : lab().readF32(y, n)
        for (let i = 0; i < n; i++) {
          const error = ulpError(actual[i], ulp === 0 ? Math.fround(values[i]) : values[i])
          const exact = actual instanceof Float32Array ? error <= ulp : actual[i] === values[i]
          if (!exact) expect.fail(`[${shapeA}] and [${shapeB}]: y[${i}] is ${actual[i]}, not ${values[i]}`)
        }
        lab().done()
      }
    })
  }

  it.each(['mul_i32', 'squared_difference_i32'] as const)(
    '%s of 16 numbers of which one or none is large',
    (kernel) => {
      for (const n of [15, 16, 17, 35])
        for (const [countA, countB] of [
          [n, n],
          [n, 1],
          [1, n],
        ])
          for (let at = -1; at < n; at++) {
            const numbers = (count: number, seed: number) =>
              Array.from(randomF32(count, seed, -33_554_431, 33_554_431), Math.round)
            const a = numbers(countA, n)
            const b = numbers(countB, n + 1)
            if (at >= 0) (at % 2 === 0 ? a : b)[at % (at % 2 === 0 ? countA : countB)] = 2_000_000_011
            const y = lab().out(n * 4)
            binary(lab().rt, kernel, [countA], [countB], { a: lab().i32(a), b: lab().i32(b), y })
            const expected = Array.from({ length: n }, (_, i) => {
              const [p, q] = [a[i % countA], b[i % countB]]
              return kernel === 'mul_i32' ? p * q : (p - q) * (p - q)
            })
            expect([...lab().readI32(y, n)]).toEqual([...Int32Array.from(expected)])
            lab().done()
          }
    },
  )

  it('meets all pairs of special numbers', () => {
    for (const [kernel, f] of Object.entries(binaryReference)) {
      if (!kernel.endsWith('f32') || bytesOfResult(kernel) === 1 || kernel === 'floor_div_f32') continue
      const n = FLOATS.length
      const y = lab().out(n * n * 4)
      const special = lab().f32(FLOATS)
      binary(lab().rt, kernel as BinaryKernel, [n, 1], [n], { a: special, b: special, y })
      const actual = lab().readF32(y, n * n)
      const ulp = kernel === 'pow_f32' ? POW_ULP : 0
      FLOATS.map(Math.fround).forEach((a, i) => {
        FLOATS.map(Math.fround).forEach((b, j) => {
          const error = ulpError(actual[i * n + j], ulp === 0 ? Math.fround(f(a, b)) : f(a, b))
          expect(error, `${kernel}(${a}, ${b}) is ${actual[i * n + j]}, not ${f(a, b)}`).toBeLessThanOrEqual(ulp)
        })
      })
      lab().done()
    }
  })

  it(`pow_f32 stays within ${POW_ULP} ulp of all results from 2^-149 to 2^128`, () => {
    const n = 200_000
    const random = randomF32(2 * n, 3, 0, 1)
    const x = Float32Array.from({ length: n }, (_, i) =>
      random[i] < 0.5 ? random[i] + 0.5 : 2 ** (random[i] * 200 - 148),
    )
    const y = x.map((v, i) => (random[n + i] * 280 - 150) / Math.log2(v))
    const z = lab().out(n * 4)
    binary(lab().rt, 'pow_f32', [n], [n], { a: lab().f32(x), b: lab().f32(y), y: z })
    const actual = lab().readF32(z, n)
    const worst = actual.reduce((error, v, i) => Math.max(error, ulpError(v, x[i] ** y[i])), 0)
    expect(worst).toBeLessThanOrEqual(POW_ULP)
    lab().done()
  })

  it('pow_f32 squares to the same bits wherever a number stands', () => {
    const n = 2051
    const x = randomF32(n, 4, -9, 9)
    const y = lab().out(n * 4)
    for (const other of [2, 2.5, -1]) {
      const exponents = x.map((_, i) => (i % 3 === 1 ? other : 2))
      binary(lab().rt, 'pow_f32', [n], [n], { a: lab().f32(x), b: lab().f32(exponents), y })
      const powers = lab().readF32(y, n)
      for (let i = 0; i < n; i++) if (exponents[i] === 2) expect(powers[i]).toBe(Math.fround(x[i] * x[i]))
    }
    lab().done()
  })

  it('works in place', () => {
    const n = 2053
    const a = lab().f32(randomF32(n, 1))
    const b = lab().f32(randomF32(n, 2))
    const y = lab().out(n * 4)
    binary(lab().rt, 'sub_f32', [n], [n], { a, b, y })
    binary(lab().rt, 'sub_f32', [n], [n], { a, b, y: b })
    expect(lab().readF32(b, n)).toEqual(lab().readF32(y, n))
    lab().done()
  })

  it('refuses more dimensions than a command holds', () => {
    expect(() => binary(lab().rt, 'add_f32', [2, 1, 2, 1, 2, 1, 2], [2, 1, 2, 1, 2, 1], { a: 0, b: 0, y: 0 })).toThrow(
      'broadcast over too many dimensions',
    )
  })
})

function f32(kernel: string): (x: number) => number {
  return kernel.endsWith('f32') ? Math.fround : (x) => x
}
