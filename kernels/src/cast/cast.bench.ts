import type { CastKernel } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { cast } from './cast.ts'

const N = 100_000

export const cases: KernelBench[] = (['cast_f32_i32', 'cast_bool_f32', 'cast_f32_bool'] as CastKernel[]).map(
  (kernel) => ({
    label: `${kernel} ${N}`,
    bytes: N * (kernel === 'cast_f32_i32' ? 8 : 5),
    prepare(rt) {
      const x = rt.heap.alloc(N * 4)
      const y = rt.heap.alloc(N * 4)
      rt.f32.set(randomF32(N, 1, -100, 100), x >>> 2)
      return () => cast(rt, kernel, x, y, N)
    },
  }),
)
