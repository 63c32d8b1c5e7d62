import { runSoftmax } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'

export const cases: KernelBench[] = [
  [128, 512],
  [32, 10],
  [8, 50_000],
].map(([rows, columns]) => ({
  label: `softmax_f32 ${rows}x${columns}`,
  bytes: rows * columns * 8,
  prepare(rt) {
    const x = rt.heap.alloc(rows * columns * 4)
    const y = rt.heap.alloc(rows * columns * 4)
    rt.f32.set(randomF32(rows * columns, 1), x >>> 2)
    return () => runSoftmax(rt, 'softmax_f32', rows, { x, y, columns })
  },
}))
