import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { type Reduction, reduce } from './reduce.ts'

const shapes = [
  [1, 1_000_000, 1],
  [1024, 1024, 1],
  [1, 1024, 1024],
  [1, 25_088, 64],
  [32, 10, 64],
]

export const cases: KernelBench[] = (['sum_f32', 'max_f32'] as Reduction[]).flatMap((kernel) =>
  shapes.map(([outer, n, inner]) => ({
    label: `${kernel} ${outer}x${n}x${inner}`,
    bytes: outer * n * inner * 4,
    prepare(rt) {
      const x = rt.heap.alloc(outer * n * inner * 4)
      const y = rt.heap.alloc(outer * inner * 4)
      rt.f32.set(randomF32(outer * n * inner, 1), x >>> 2)
      return () => reduce(rt, kernel, { outer, n, inner, x, y })
    },
  })),
)
