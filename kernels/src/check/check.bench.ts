import { runCheck } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'

const N = 1 << 16

export const cases: KernelBench[] = [
  {
    label: `check_range_i32 ${N}`,
    bytes: N * 4,
    prepare(rt) {
      const indices = rt.heap.alloc(N * 4)
      const found = rt.heap.alloc(8)
      rt.i32.fill(1, indices >>> 2, (indices >>> 2) + N)
      return () => runCheck(rt, 'check_range_i32', 1, { indices, found, n: N, dim: 2 })
    },
  },
]
