import { runTopK } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'

/** rows, numbers in a row, how many of them */
export const cases: KernelBench[] = [
  [1, 1000, 5],
  [64, 1000, 5],
  [1, 50_000, 50],
].map(([rows, n, k]) => ({
  label: `topk_f32_rows ${k} of ${rows}x${n}`,
  bytes: rows * n * 4,
  prepare(rt) {
    const [x, values, indices] = [n, k, k].map((size) => rt.heap.alloc(rows * size * 4))
    rt.f32.set(randomF32(rows * n, 1), x >>> 2)
    return () => runTopK(rt, 'topk_f32_rows', rows, { x, values, indices, n, k })
  },
}))
