import type { KernelBench } from '../runtime/bench.ts'
import { flatIndices } from './flat.ts'

const N = 1 << 14

export const cases: KernelBench[] = [1, 3].map((rank) => ({
  label: `flat_indices ${N} rows of ${rank}`,
  bytes: N * (rank + 1) * 4,
  prepare(rt) {
    const indices = rt.heap.alloc(N * rank * 4)
    const y = rt.heap.alloc(N * 4)
    rt.i32.fill(1, indices >>> 2, (indices >>> 2) + N * rank)
    const ones = new Array<number>(rank).fill(2)
    return () => flatIndices(rt, { indices, y, n: N, shape: ones, strides: ones })
  },
}))
