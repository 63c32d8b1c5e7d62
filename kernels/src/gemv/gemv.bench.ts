import { packB, packedBytes } from '../gemm/gemm.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type GemvOptions, gemv, gemvPanels } from './gemv.ts'

const sizes = [
  { n: 1024, k: 1024 },
  { n: 128, k: 1600 },
  { n: 256, k: 64 },
]

const kernels: Record<string, (rt: Runtime, o: GemvOptions) => () => void> = {
  gemv_rows_f32: (rt, o) => () => gemv(rt, o),
  gemv_dots_f32: (rt, o) => () => gemv(rt, { ...o, transposed: true }),
  gemv_panels_f32(rt, o) {
    const { n, k } = o
    const panels = rt.heap.alloc(packedBytes(n, k))
    packB(rt, { n, k, b: o.matrix, panels })
    return () => gemvPanels(rt, { ...o, matrix: panels, batchMatrix: 0 })
  },
}

export const cases: KernelBench[] = sizes.flatMap(({ n, k }) =>
  Object.entries(kernels).map(([name, prepare]) => ({
    label: `${name} ${n}x${k}`,
    flops: 2 * n * k,
    bytes: 4 * n * k,
    prepare(rt) {
      const x = rt.heap.alloc(k * 4)
      const matrix = rt.heap.alloc(k * n * 4)
      const y = rt.heap.alloc(n * 4)
      rt.f32.set(randomF32(k, 1), x >>> 2)
      rt.f32.set(randomF32(k * n, 2), matrix >>> 2)
      return prepare(rt, { n, k, x, matrix, y })
    },
  })),
)
