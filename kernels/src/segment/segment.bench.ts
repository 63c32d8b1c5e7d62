import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { segmentSum } from './segment.ts'

export const cases: KernelBench[] = [
  { segments: 10_000, width: 64, n: 4096 },
  { segments: 28, width: 100, n: 320 },
].map(({ segments, width, n }) => ({
  label: `segment_sum_f32 [${n}, ${width}] to ${segments}`,
  bytes: 3 * n * width * 4 + segments * width * 4,
  prepare(rt) {
    const x = rt.heap.alloc(n * width * 4)
    const ids = rt.heap.alloc(n * 4)
    const y = rt.heap.alloc(segments * width * 4)
    rt.f32.set(randomF32(n * width, 1), x >>> 2)
    rt.i32.set(randomF32(n, 1, 0, segments), ids >>> 2)
    return () => segmentSum(rt, { type: 'f32', x, ids, y, n, width, segments })
  },
}))
