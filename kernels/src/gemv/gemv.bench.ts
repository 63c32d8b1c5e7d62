import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { gemv } from './gemv.ts'

const sizes = [
  { n: 1024, k: 1024 },
  { n: 128, k: 1600 },
  { n: 256, k: 64 },
]

export const cases: KernelBench[] = sizes.flatMap(({ n, k }) =>
  [false, true].map((transposed) => ({
    label: `${transposed ? 'gemv_dots_f32' : 'gemv_rows_f32'} ${n}x${k}`,
    flops: 2 * n * k,
    bytes: 4 * n * k,
    prepare(rt) {
      const x = rt.heap.alloc(k * 4)
      const matrix = rt.heap.alloc(k * n * 4)
      const y = rt.heap.alloc(n * 4)
      rt.f32.set(randomF32(k, 1), x >>> 2)
      rt.f32.set(randomF32(k * n, 2), matrix >>> 2)
      return () => gemv(rt, { n, k, x, matrix, y, transposed })
    },
  })),
)
