import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { scatter } from './scatter.ts'

export const cases: KernelBench[] = [
  { segments: 10_000, width: 64, n: 4096 },
  { segments: 10_000, width: 1, n: 4096 },
].map(({ segments, width, n }) => ({
  label: `scatter_rows [${n}, ${width}] to ${segments}`,
  bytes: 2 * n * width * 4 + n * 4,
  prepare(rt) {
    const x = rt.heap.alloc(n * width * 4)
    const ids = rt.heap.alloc(n * 4)
    const y = rt.heap.alloc(segments * width * 4)
    rt.i32.set(randomF32(n, 1, 0, segments), ids >>> 2)
    return () => scatter(rt, { x, ids, y, n, run: width * 4, single: false, segments })
  },
}))
