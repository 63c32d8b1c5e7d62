import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { gemmError, gemmReference, tolerance } from './gemm.reference.ts'
import { type GemmOptions, gemm } from './gemm.ts'
import { isTiny } from './tiny.ts'

const SIZES = [1, 2, 3, 4, 5]

describeVariants('gemm_tiny', (lab) => {
  for (const transposeA of [false, true])
    for (const transposeB of [false, true])
      it.each([1, 2, 3, 4, 5, 9, 200])(
        `%i products ${transposeA ? 'A^T' : 'A'}.${transposeB ? 'B^T' : 'B'} are within (k + 8) half ulps of sum |a b|`,
        (batch) => {
          for (const m of SIZES)
            for (const n of SIZES)
              for (const k of batch < 200 ? [...SIZES, 17] : [2, 3]) {
                const a = randomF32(batch * m * k, 1)
                const b = randomF32(batch * k * n, 2)
                const o = { m, n, k, transposeA, transposeB, a: lab().f32(a), b: lab().f32(b) }
                const c = lab().out(batch * m * n * 4)
                gemm(lab().rt, { ...o, c, batch })
                for (let t = 0; t < batch; t++) {
                  const expected = gemmReference(a.subarray(t * m * k), b.subarray(t * k * n), o)
                  const error = gemmError(lab().readF32(c + t * m * n * 4, m * n), expected)
                  expect(error, `${m}x${n}x${k}`).toBeLessThanOrEqual(tolerance(k))
                }
                lab().done()
              }
        },
      )

  it('repeats a matrix whose batch stride is 0, and respects leading dimensions', () => {
    const [batch, m, n, k] = [7, 3, 2, 4]
    for (const transposed of [false, true])
      for (const [batchA, batchB] of [
        [30, 0],
        [0, 30],
        [30, 35],
      ]) {
        const [lda, ldb] = transposed ? [m + 2, k + 3] : [k + 1, n + 4]
        const [a, b] = [randomF32(batch * 30, 1), randomF32(batch * 35, 2)]
        const c = lab().out(batch * m * n * 4)
        const order = { transposeA: transposed, transposeB: transposed }
        const o = { m, n, k, ...order, batch, batchA, batchB, lda, ldb, a: lab().f32(a), b: lab().f32(b), c }
        expect(isTiny(o)).toBe(true)
        gemm(lab().rt, o)
        for (let t = 0; t < batch; t++) {
          const dense = (x: Float32Array, from: number, rows: number, columns: number, ld: number) =>
            Float32Array.from(
              { length: rows * columns },
              (_, i) => x[from + Math.floor(i / columns) * ld + (i % columns)],
            )
          const left = transposed ? dense(a, t * batchA, k, m, lda) : dense(a, t * batchA, m, k, lda)
          const right = transposed ? dense(b, t * batchB, n, k, ldb) : dense(b, t * batchB, k, n, ldb)
          const actual = lab().readF32(c + t * m * n * 4, m * n)
          expect(gemmError(actual, gemmReference(left, right, { m, n, k, ...order }))).toBeLessThanOrEqual(tolerance(k))
        }
        lab().done()
      }
  })

  it('lets NaN and infinities through to their own row and column, and to no other', () => {
    const [batch, m, n, k] = [6, 2, 3, 2]
    const [a, b] = [randomF32(batch * m * k, 1), randomF32(batch * k * n, 2)]
    a[4] = Number.NaN
    a[11] = Infinity
    b[14] = -Infinity
    b[batch * k * n - 1] = Number.NaN
    for (const transposeB of [false, true]) {
      const c = lab().out(batch * m * n * 4)
      gemm(lab().rt, { m, n, k, a: lab().f32(a), b: lab().f32(b), c, batch, transposeB })
      for (let t = 0; t < batch; t++) {
        const expected = gemmReference(a.subarray(t * m * k), b.subarray(t * k * n), { m, n, k, transposeB })
        expect(gemmError(lab().readF32(c + t * m * n * 4, m * n), expected)).toBeLessThanOrEqual(tolerance(k))
      }
      lab().done()
    }
  })

  it('leaves what it can not do, or does slowly, to the others', () => {
    const o: GemmOptions = { m: 2, n: 2, k: 2, batch: 9, a: 0, b: 0, c: 0 }
    expect(isTiny(o)).toBe(true)
    expect(isTiny({ ...o, activation: 'linear', alpha: 1, ldc: 2, batchC: 4 })).toBe(true)
    const others: Partial<GemmOptions>[] = [
      ...[{ batch: 1 }, { k: 0 }, { n: 5 }, { m: 200 }, { m: 8, k: 9, transposeB: true }, { n: 1, m: 9 }],
      ...[{ bias: 64 }, { accumulate: true }, { activation: 'relu' as const }, { alpha: 2 }, { ldc: 3 }, { batchC: 5 }],
    ]
    for (const other of others) expect(isTiny({ ...o, ...other }), JSON.stringify(other)).toBe(false)
  })
})
