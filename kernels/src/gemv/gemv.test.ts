import { expect, it } from 'vitest'
import { packB, packedBytes } from '../gemm/gemm.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { gemvError, gemvReference, tolerance } from './gemv.reference.ts'
import { type GemvOptions, gemv, gemvPanels } from './gemv.ts'

describeVariants('gemv', (lab) => {
  function errorOf(
    o: Pick<GemvOptions, 'n' | 'k' | 'transposed' | 'alpha' | 'activation'> & { with?: string },
  ): number {
    const { n, k } = o
    const x = randomF32(k, 1)
    const matrix = randomF32(n * k, 2)
    const bias = o.with === 'bias' ? randomF32(n, 3) : o.with === 'one bias' ? new Float32Array(n).fill(0.7) : undefined
    const start = o.with === 'accumulate' ? randomF32(n, 4) : undefined
    const y = start ? lab().f32(start) : lab().out(n * 4)
    gemv(lab().rt, {
      ...o,
      x: lab().f32(x),
      matrix: lab().f32(matrix),
      y,
      bias: bias && lab().f32(o.with === 'bias' ? bias : [0.7]),
      biasStep: o.with === 'one bias' ? 0 : 1,
      accumulate: o.with === 'accumulate',
    })
    const result = lab().readF32(y, n)
    lab().done()
    return gemvError(result, gemvReference(x, matrix, { ...o, bias, start }))
  }

  for (const transposed of [false, true]) {
    const name = transposed ? 'gemv_dots_f32' : 'gemv_rows_f32'
    it(`${name} is within (k + 8) half ulps of sum |x m| around the vectors and blocks`, () => {
      for (const n of [0, 1, 3, 4, 5, 6, 7, 8, 9, 63, 64, 65, 1023, 1024, 1025])
        for (const k of [0, 1, 3, 4, 5, 7, 8, 9, 12, 15, 17, 100])
          for (const extra of ['', 'bias', 'one bias', 'accumulate'])
            expect(errorOf({ n, k, transposed, with: extra, alpha: 0.5 }), `${n}x${k} ${extra}`).toBeLessThanOrEqual(
              tolerance(k),
            )
    })

    it(`${name} with activations`, () => {
      for (const activation of ['relu', 'relu6', 'elu', 'sigmoid', 'tanh', 'gelu'] as const)
        expect(errorOf({ n: 70, k: 33, transposed, with: 'bias', activation })).toBeLessThanOrEqual(tolerance(33))
    })

    it(`${name} in a batch, with a leading dimension`, () => {
      const [batch, n, k, ld] = [3, 70, 9, 75]
      const x = randomF32(batch * k, 1)
      const matrix = randomF32(batch * 70 * ld, 2)
      const y = lab().out(batch * n * 4)
      const batchMatrix = 70 * ld
      gemv(lab().rt, { batch, n, k, ld, batchMatrix, x: lab().f32(x), matrix: lab().f32(matrix), y, transposed })
      const result = lab().readF32(y, batch * n)
      lab().done()
      for (let t = 0; t < batch; t++) {
        const columns = transposed ? k : n
        const dense = Float32Array.from(
          { length: n * k },
          (_, i) => matrix[t * batchMatrix + Math.floor(i / columns) * ld + (i % columns)],
        )
        const expected = gemvReference(x.subarray(t * k, (t + 1) * k), dense, { n, k, transposed })
        expect(gemvError(result.subarray(t * n, (t + 1) * n), expected)).toBeLessThanOrEqual(tolerance(k))
      }
    })

    it(`${name} lets NaN and infinities through`, () => {
      const [n, k] = [13, 6]
      const x = randomF32(k, 1)
      const matrix = randomF32(n * k, 2)
      matrix[20] = Number.NaN
      matrix[n * k - 1] = Infinity
      const y = lab().out(n * 4)
      gemv(lab().rt, { n, k, x: lab().f32(x), matrix: lab().f32(matrix), y, transposed })
      expect(gemvError(lab().readF32(y, n), gemvReference(x, matrix, { n, k, transposed }))).toBeLessThanOrEqual(
        tolerance(k),
      )
      lab().done()
    })
  }

  const name = 'gemv_panels_f32'

  /** y = x . M by way of M's panels; how far it is off. */
  function errorOfPanels(o: Pick<GemvOptions, 'n' | 'k' | 'batch' | 'activation'> & { with?: string }): number {
    const { n, k, batch = 1, activation } = o
    const x = randomF32(batch * k, 1)
    const matrix = randomF32(n * k, 2)
    const bias = o.with === 'bias' ? randomF32(n, 3) : undefined
    const start = o.with === 'accumulate' ? randomF32(batch * n, 4) : undefined
    const panels = lab().out(packedBytes(n, k))
    packB(lab().rt, { n, k, b: lab().f32(matrix), panels })
    const y = start ? lab().f32(start) : lab().out(batch * n * 4)
    const given = { x: lab().f32(x), matrix: panels, y, bias: bias && lab().f32(bias) }
    gemvPanels(lab().rt, { ...o, ...given, batchMatrix: 0, accumulate: start !== undefined })
    const result = lab().readF32(y, batch * n)
    lab().done()
    const errors = Array.from({ length: batch }, (_, t) => {
      const part = (values: Float32Array, size: number) => values.subarray(t * size, (t + 1) * size)
      const expected = gemvReference(part(x, k), matrix, { n, k, activation, bias, start: start && part(start, n) })
      return gemvError(part(result, n), expected)
    })
    return Math.max(0, ...errors)
  }

  it(`${name} is within (k + 8) half ulps of sum |x m| around the panels and blocks`, () => {
    for (const n of [0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 40, 63, 64, 71, 1023, 1024, 1025, 1057])
      for (const k of [0, 1, 2, 3, 4, 5, 9, 100])
        for (const extra of ['', 'bias', 'accumulate'])
          expect(errorOfPanels({ n, k, with: extra }), `${n}x${k} ${extra}`).toBeLessThanOrEqual(tolerance(k))
  })

  it(`${name} gives the same bits from the first panel to the last and back`, () => {
    for (const n of [31, 32, 64, 100, 1024, 2113])
      for (const activation of [undefined, 'relu'] as const) {
        const [batch, k] = [2, 19]
        const panels = lab().out(packedBytes(n, k))
        packB(lab().rt, { n, k, b: lab().f32(randomF32(n * k, 1)), panels })
        const [x, bias, y] = [lab().f32(randomF32(batch * k, 2)), lab().f32(randomF32(n, 3)), lab().out(batch * n * 4)]
        const results = [1, 2, 3].map(() => {
          gemvPanels(lab().rt, { n, k, batch, x, matrix: panels, y, bias, activation, batchMatrix: 0 })
          return lab().readF32(y, batch * n)
        })
        expect(results[1]).toEqual(results[0])
        expect(results[2]).toEqual(results[0])
        lab().done()
      }
  })

  it(`${name} with activations, in a batch`, () => {
    for (const activation of ['relu', 'relu6', 'elu', 'sigmoid', 'tanh', 'gelu'] as const)
      expect(errorOfPanels({ n: 70, k: 33, batch: 3, with: 'bias', activation })).toBeLessThanOrEqual(tolerance(33))
  })
})
