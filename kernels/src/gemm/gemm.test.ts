import { expect, it } from 'vitest'
import { describeVariants, type Lab, randomF32 } from '../runtime/lab.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { fused, gemmError, gemmReference, type ReferenceOptions, tolerance } from './gemm.reference.ts'
import { type GemmOptions, gemm, gemmPacked, packB, packedBytes } from './gemm.ts'

type Case = Omit<ReferenceOptions, 'bias' | 'slope' | 'start'> & {
  packed?: boolean
  bias?: boolean
  accumulate?: boolean
}

/** Runs one product between canaries and returns its error against the reference. */
function errorOf(lab: Lab, o: Case, seed = 1): number {
  const { m, n, k } = o
  const a = randomF32(m * k, seed)
  const b = randomF32(k * n, seed + 1)
  const bias = o.bias ? randomF32(n, seed + 2) : undefined
  const slope = o.activation === 'prelu' ? randomF32(n, seed + 3) : undefined
  const start = o.accumulate ? randomF32(m * n, seed + 4) : undefined
  const options: GemmOptions = {
    ...o,
    a: lab.f32(a),
    b: lab.f32(b),
    c: start ? lab.f32(start) : lab.out(m * n * 4),
    bias: bias && lab.f32(bias),
    slope: slope && lab.f32(slope),
  }
  if (o.packed) {
    const panels = lab.out(packedBytes(n, k))
    packB(lab.rt, { ...o, b: options.b, panels })
    gemmPacked(lab.rt, { ...options, b: panels })
  } else gemm(lab.rt, options)
  const c = lab.readF32(options.c, m * n)
  lab.done()
  return gemmError(c, gemmReference(a, b, { ...o, bias, slope, start }))
}

const transposes = [
  { transposeA: false, transposeB: false },
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: true },
]

describeVariants('gemm', (lab) => {
  const seams = [0, 1, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17]
  for (const { transposeA, transposeB } of transposes) {
    const name = `${transposeA ? 'A^T' : 'A'}.${transposeB ? 'B^T' : 'B'}`
    for (const packed of [false, true]) {
      it(`${name}${packed ? ', packed,' : ''} is within (k + 8) half ulps of sum |a b| around the tiles`, () => {
        for (const m of seams)
          for (const n of seams)
            for (const k of [0, 1, 3, 4, 5, 17])
              expect(errorOf(lab(), { m, n, k, transposeA, transposeB, packed }), `${m}x${n}x${k}`).toBeLessThanOrEqual(
                tolerance(k),
              )
      })

      it.each([
        [255, 13, 40],
        [256, 9, 64],
        [257, 8, 7],
        [13, 255, 33],
        [12, 257, 319],
        [7, 31, 321],
        [71, 24, 641],
        [72, 24, 20],
        [120, 24, 641],
        [121, 515, 5],
        [130, 1025, 3],
        [3841, 17, 5],
        [2, 1024, 40],
        [9, 1024, 33],
        [12, 2048, 18],
        [193, 40, 130],
        [65, 9, 1025],
        [7, 265, 513],
        [5, 9, 4100],
      ])(`${name}${packed ? ', packed,' : ''} around the blocks: %i x %i x %i`, (m, n, k) => {
        expect(errorOf(lab(), { m, n, k, transposeA, transposeB, packed, bias: true })).toBeLessThanOrEqual(
          tolerance(k),
        )
        expect(errorOf(lab(), { m, n, k, transposeA, transposeB, packed, accumulate: true })).toBeLessThanOrEqual(
          tolerance(k),
        )
      })
    }
  }

  it.each([1, 2, 3, 4, 5, 31, 32, 33])(
    'sums of %i numbers around the strips of rows, whatever they start from',
    (k) => {
      for (const m of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 25])
        for (const n of [8, 9, 15, 16, 23, 24, 31, 32, 33, 40, 47, 48, 63, 64, 71, 104])
          for (const start of [{}, { bias: true }, { accumulate: true }] as const)
            for (const packed of [false, true])
              expect(errorOf(lab(), { m, n, k, packed, ...start }), `${m}x${n}`).toBeLessThanOrEqual(tolerance(k))
    },
  )

  it('stays within the scratch memory with few rows of A, transposed, and deep panels', () => {
    for (const m of [60, 64]) {
      const o = { m, n: 9, k: 4096, transposeA: true, packed: true }
      expect(errorOf(lab(), o)).toBeLessThanOrEqual(tolerance(o.k))
    }
  })

  it('A . I = A and I . B = B, exactly', () => {
    for (const n of [1, 5, 6, 7, 8, 9, 33, 260]) {
      const identity = new Float32Array(n * n)
      for (let i = 0; i < n; i++) identity[i * n + i] = 1
      const x = randomF32(n * n, n)
      for (const { transposeA, transposeB } of transposes) {
        for (const left of [true, false]) {
          const [a, b] = left ? [x, identity] : [identity, x]
          const c = lab().out(n * n * 4)
          gemm(lab().rt, { m: n, n, k: n, a: lab().f32(a), b: lab().f32(b), c, transposeA, transposeB })
          const transposed = left ? transposeA : transposeB
          const expected = transposed ? x.map((_, i) => x[(i % n) * n + Math.floor(i / n)]) : x
          expect(lab().readF32(c, n * n)).toEqual(expected)
          lab().done()
        }
      }
    }
  })

  it.each(fused)('bias (or what C held) and %s', (activation) => {
    for (const [m, n, k] of [
      [1, 1, 0],
      [1, 10, 128],
      [7, 9, 5],
      [32, 128, 400],
    ])
      for (const packed of [false, true])
        for (const accumulate of [false, true])
          expect(
            errorOf(lab(), { m, n, k, bias: !accumulate, accumulate, activation, leak: 0.2, packed }),
          ).toBeLessThanOrEqual(tolerance(k))
  })

  it('alpha scales the product and not the bias', () => {
    for (const packed of [false, true])
      for (const transposeB of [false, true])
        for (const [m, n, k] of [
          [3, 5, 7],
          [20, 33, 64],
        ])
          expect(errorOf(lab(), { m, n, k, alpha: 0.3, bias: true, packed, transposeB })).toBeLessThanOrEqual(
            tolerance(k),
          )
  })

  it('batches, repeats a matrix whose batch stride is 0, and respects leading dimensions', () => {
    const [batch, m, n, k] = [3, 7, 10, 5]
    const [lda, ldb, ldc] = [8, 13, 11]
    for (const batchA of [m * lda, 0]) {
      for (const batchB of [k * ldb, 0]) {
        const a = randomF32(batch * m * lda, 1)
        const b = randomF32(batch * k * ldb, 2)
        const c = lab().f32(new Float32Array(batch * m * ldc).fill(9))
        const options = {
          batch,
          m,
          n,
          k,
          a: lab().f32(a),
          b: lab().f32(b),
          c,
          lda,
          ldb,
          ldc,
          batchA,
          batchB,
          batchC: m * ldc,
        }
        gemm(lab().rt, options)
        const result = lab().readF32(c, batch * m * ldc)
        for (let t = 0; t < batch; t++) {
          const dense = (x: Float32Array, from: number, rows: number, columns: number, ld: number) =>
            Float32Array.from(
              { length: rows * columns },
              (_, i) => x[from + Math.floor(i / columns) * ld + (i % columns)],
            )
          const expected = gemmReference(dense(a, t * batchA, m, k, lda), dense(b, t * batchB, k, n, ldb), { m, n, k })
          expect(gemmError(dense(result, t * m * ldc, m, n, ldc), expected)).toBeLessThanOrEqual(tolerance(k))
          for (let i = 0; i < m; i++) expect(result[t * m * ldc + i * ldc + n]).toBe(9)
        }
        lab().done()
      }
    }
  })

  it('lets NaN and infinities through to their own row and column, and to no other', () => {
    const [m, n, k] = [9, 11, 6]
    const a = randomF32(m * k, 1)
    const b = randomF32(k * n, 2)
    a[4 * k + 2] = Number.NaN
    a[7 * k + 3] = Infinity
    b[1 * n + 10] = -Infinity
    for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'tanh', 'gelu'] as const) {
      const c = lab().out(m * n * 4)
      gemm(lab().rt, { m, n, k, a: lab().f32(a), b: lab().f32(b), c, activation })
      expect(gemmError(lab().readF32(c, m * n), gemmReference(a, b, { m, n, k, activation }))).toBeLessThanOrEqual(
        tolerance(k),
      )
      lab().done()
    }
  })

  it('stays inside the scratch memory with its largest blocks', async () => {
    const rt = await createRuntime({ variant: lab().rt.variant })
    // The first block that a new runtime hands out lies behind the scratch memory.
    const behind = rt.heap.alloc(1 << 18)
    rt.u8.fill(0x5a, behind, behind + (1 << 18))
    const [m, n, k] = [121, 768, 1024]
    const [a, b, c] = [m * k, n * k, m * n].map((size) => rt.heap.alloc(size * 4))
    for (const { transposeA, transposeB } of transposes)
      gemm(rt, { m, n, k, a, b, c, transposeA, transposeB, alpha: 0.5 })
    expect(rt.u8.subarray(behind, behind + (1 << 18)).every((byte) => byte === 0x5a)).toBe(true)
  })

  it('refuses to accumulate with bias', () => {
    expect(() => gemm(lab().rt, { m: 1, n: 1, k: 1, a: 0, b: 0, c: 0, bias: 4, accumulate: true })).toThrow(
      'accumulate',
    )
  })
})
