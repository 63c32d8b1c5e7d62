import { expect, it } from 'vitest'
import { runTopK } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { topKReference } from './topk.reference.ts'

/** Few different numbers, so that there are ties, and now and then a special one. */
function tied(length: number, seed: number): Float32Array {
  const odd = [NaN, -Infinity, Infinity, 0, -0, NaN]
  return randomF32(length, seed, -9, 12).map((v) => (v > 9 ? odd[Math.floor((v - 9) * 2)] : Math.round(v)))
}

describeVariants('topk', (lab) => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 33, 257])
    it(`topk_f32_rows of ${n} numbers is exact, ties and NaN included`, () => {
      for (const k of [1, 2, 3, 4, 5, 8, 31, 257].filter((size) => size <= n))
        for (const rows of [0, 1, 3])
          for (const make of [
            tied,
            randomF32,
            (length: number) => Float32Array.from({ length }, (_, i) => i),
            (length: number) => new Float32Array(length).fill(NaN),
          ]) {
            const x = make(rows * n, n + k)
            const p = { x: lab().f32(x), values: lab().out(rows * k * 4), indices: lab().out(rows * k * 4) }
            runTopK(lab().rt, 'topk_f32_rows', rows, { ...p, n, k })
            const indices = topKReference(x, rows, n, k)
            expect(Array.from(lab().readI32(p.indices, rows * k))).toEqual(indices)
            const values = indices.map((at, i) => x[Math.floor(i / k) * n + at])
            expect(Array.from(lab().readF32(p.values, rows * k))).toEqual(values)
            lab().done()
          }
    })
})
