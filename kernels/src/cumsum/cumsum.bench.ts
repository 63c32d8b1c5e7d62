import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { cumsum } from './cumsum.ts'

export const cases: KernelBench[] = [
  [128, 512, 1],
  [8, 128, 64],
].map(([outer, n, inner]) => ({
  label: `cumsum_f32 ${outer}x${n}x${inner}`,
  bytes: outer * n * inner * 8,
  prepare(rt) {
    const x = rt.heap.alloc(outer * n * inner * 4)
    const y = rt.heap.alloc(outer * n * inner * 4)
    rt.f32.set(randomF32(outer * n * inner, 1), x >>> 2)
    return () => cumsum(rt, 'f32', { outer, n, inner, x, y, exclusive: false, reverse: false })
  },
}))
