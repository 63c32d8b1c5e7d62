import type { UnaryKernel } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { unary } from './unary.ts'

const kernels: UnaryKernel[] = ['relu_f32', 'sqrt_f32', 'exp_f32', 'log_f32', 'tanh_f32', 'sigmoid_f32', 'erf_f32']

export const cases: KernelBench[] = kernels.flatMap((kernel) =>
  [64, 100_000].map((n) => ({
    label: `${kernel} ${n}`,
    bytes: n * 8,
    prepare(rt) {
      const x = rt.heap.alloc(n * 4)
      const y = rt.heap.alloc(n * 4)
      rt.f32.set(randomF32(n, 1, 0.1, 4), x >>> 2)
      return () => unary(rt, kernel, x, y, n)
    },
  })),
)
