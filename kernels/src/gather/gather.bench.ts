import { runGather } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'

export const cases: KernelBench[] = [
  { dim: 10_000, width: 64, n: 4096 },
  { dim: 10_000, width: 1, n: 4096 },
  { dim: 1000, width: 64, n: 320 },
].map(({ dim, width, n }) => ({
  label: `gather_rows ${n} of [${dim}, ${width}]`,
  bytes: 2 * n * width * 4 + n * 4,
  prepare(rt) {
    const x = rt.heap.alloc(dim * width * 4)
    const indices = rt.heap.alloc(n * 4)
    const y = rt.heap.alloc(n * width * 4)
    rt.i32.set(randomF32(n, 1, 0, dim), indices >>> 2)
    return () => runGather(rt, 'gather_rows', n, { x, indices, y, outer: 1, dim, n, run: width * 4 })
  },
}))
