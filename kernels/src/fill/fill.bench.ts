import type { KernelBench } from '../runtime/bench.ts'
import { fill } from './fill.ts'

export const cases: KernelBench[] = [64, 400_000].map((bytes) => ({
  label: `fill ${bytes} bytes`,
  bytes,
  prepare(rt) {
    const y = rt.heap.alloc(bytes)
    return () => fill(rt, y, bytes, 0)
  },
}))
