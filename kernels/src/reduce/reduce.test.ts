import { expect, it } from 'vitest'
import { describeVariants, maxRelativeError, randomF32 } from '../runtime/lab.ts'
import { STRIP } from './command.ts'
import { reduceLoop, SUM_ERROR } from './reduce.reference.ts'
import { type Reduction, reduce } from './reduce.ts'

const rows = [1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1023, 1024, 1025, 5000].map((n) => [2, n, 1])
const shortRows = [1, 2, 3, 10, 15].flatMap((n) => [4, 11].map((outer) => [outer, n, 1]))
const columns = [
  ...[2, 3, 4, 5, 7, 15, 16, 17, 33, STRIP - 1, STRIP, STRIP + 1].map((inner) => [2, 5, inner]),
  ...[1, 2, 3, 4, 8, 65, 127, 128, 129, 300].map((n) => [3, n, 6]),
  ...[1, 2, 3, 127, 128, 129, 131, 132, 300].flatMap((n) => [31, 32, 45, 64, 65].map((inner) => [2, n, inner])),
]
const shapes = [...rows, ...shortRows, ...columns] as [number, number, number][]

function sumErrors(
  actual: ArrayLike<number>,
  x: Float32Array,
  outer: number,
  n: number,
  inner: number,
  divisor = 1,
): number {
  const exact = reduceLoop('sum', x, outer, n, inner)
  const size = reduceLoop('sum', x.map(Math.abs), outer, n, inner)
  return Math.max(0, ...exact.map((e, i) => Math.abs(actual[i] * divisor - e) / (size[i] || 1)))
}

describeVariants('reduce', (lab) => {
  const run = (
    kernel: Reduction,
    x: Float32Array | Int32Array,
    outer: number,
    n: number,
    inner: number,
    divisor = 1,
  ) => {
    const y = lab().out(outer * inner * 4)
    const px = x instanceof Float32Array ? lab().f32(x) : lab().i32(x)
    reduce(lab().rt, kernel, { outer, n, inner, x: px, y, divisor })
    const out = x instanceof Float32Array ? lab().readF32(y, outer * inner) : lab().readI32(y, outer * inner)
    lab().done()
    return out
  }

  it.each(shapes)(
    'sum_f32 and mean of [%i, %i, %i] are within 70 * 2^-24 of the sum of the sizes',
    (outer, n, inner) => {
      const x = randomF32(outer * n * inner, n + inner, -1, 2)
      expect(sumErrors(run('sum_f32', x, outer, n, inner), x, outer, n, inner)).toBeLessThan(SUM_ERROR)
      expect(sumErrors(run('sum_f32', x, outer, n, inner, n), x, outer, n, inner, n)).toBeLessThan(SUM_ERROR)
    },
  )

  it('sum_f32 of a million equal numbers is within 1e-6 relative', () => {
    const x = new Float32Array(1 << 20).fill(0.1)
    const exact = x[0] * x.length
    for (const [outer, n, inner] of [
      [1, x.length, 1],
      [1, x.length / 4, 4],
    ])
      for (const sum of run('sum_f32', x, outer, n, inner))
        expect(Math.abs(sum / (exact / inner) - 1)).toBeLessThan(1e-6)
  })

  it.each(shapes)(
    'max and min of [%i, %i, %i] are exact, f32 and i32; the i32 sum is modulo 2^32',
    (outer, n, inner) => {
      const x = randomF32(outer * n * inner, n - inner)
      const xi = Int32Array.from(x, (v) => v * 2 ** 31)
      for (const op of ['max', 'min'] as const) {
        expect([...run(`${op}_f32`, x, outer, n, inner)]).toEqual(reduceLoop(op, x, outer, n, inner))
        expect([...run(`${op}_i32`, xi, outer, n, inner)]).toEqual(reduceLoop(op, xi, outer, n, inner))
      }
      const sums = reduceLoop('sum', xi, outer, n, inner).map((sum) => sum | 0)
      expect([...run('sum_i32', xi, outer, n, inner)]).toEqual(sums)
    },
  )

  it('NaN wins, infinities add up as IEEE says', () => {
    for (const [n, inner] of [
      [3, 1],
      [23, 1],
      [70, 1],
      [23, 23],
      [7, 2],
    ])
      for (let at = 0; at < n; at++) {
        const x = randomF32(n * inner, at)
        for (let i = 0; i < inner; i++) x[at * inner + i] = NaN
        for (const kernel of ['sum_f32', 'max_f32', 'min_f32'] as const)
          expect([...run(kernel, x, 1, n, inner)].every(Number.isNaN)).toBe(true)
      }
    expect([...run('sum_f32', new Float32Array([Infinity, 1, -2, 5, 5]), 1, 5, 1)]).toEqual([Infinity])
    expect([...run('sum_f32', new Float32Array([Infinity, 1, -Infinity]), 1, 3, 1)]).toEqual([NaN])
    expect([...run('max_f32', new Float32Array(9).fill(-Infinity), 1, 9, 1)]).toEqual([-Infinity])
  })

  it.each(shapes)('prod of [%i, %i, %i] is within 1e-7 for f32, and exact modulo 2^32 for i32', (outer, n, inner) => {
    const x = randomF32(outer * n * inner, n, 0.5, 1.5)
    const exact = reduceLoop('prod', x, outer, n, inner)
    expect(maxRelativeError(run('prod_f32', x, outer, n, inner), exact, 2 ** -126)).toBeLessThan(1e-7)
    for (const range of [4, 1000, 2 ** 31]) {
      const xi = Int32Array.from(x, (v) => Math.trunc((v - 1) * range) || 1)
      const expected = reduceLoop('prod', xi, outer, n, inner).map((product) => product | 0)
      expect([...run('prod_i32', xi, outer, n, inner)]).toEqual(expected)
    }
  })

  it('prod of numbers that would overflow in another order is as from first to last', () => {
    for (const n of [16, 80, 400]) {
      const x = Float32Array.from({ length: n }, (_, i) => (i % 8 < 4 ? 1e38 : 1e-38))
      expect(run('prod_f32', x, 1, n, 1)[0]).toBeCloseTo(1, 3)
      const y = Float32Array.from({ length: n }, (_, i) => (i % 2 < 1 ? 1e38 : 1e-38))
      expect(run('prod_f32', y, 1, n, 1)[0]).toBeCloseTo(1, 3)
    }
    for (const bad of [0, NaN, Infinity, -Infinity])
      for (let at = 0; at < 19; at++) {
        const x = randomF32(19, at, 1, 2)
        x[at] = bad
        expect(run('prod_f32', x, 1, 19, 1)[0]).toBe(bad)
      }
    expect([
      ...run(
        'prod_i32',
        Int32Array.from({ length: 40 }, (_, i) => (i === 33 ? 0 : -7)),
        1,
        40,
        1,
      ),
    ]).toEqual([0])
  })

  it.each(shapes)('any and all of [%i, %i, %i] are exact', (outer, n, inner) => {
    const x = randomF32(outer * n * inner, n, 0, 1)
    for (const share of [0, 1 / n, 1 - 1 / n, 1])
      for (const op of ['any', 'all'] as const) {
        const bits = Uint8Array.from(x, (v) => Number(v < share))
        const y = lab().out(outer * inner)
        reduce(lab().rt, `${op}_u8`, { outer, n, inner, x: lab().u8(bits), y })
        expect([...lab().readU8(y, outer * inner)]).toEqual(reduceLoop(op, bits, outer, n, inner))
        lab().done()
      }
  })
})
