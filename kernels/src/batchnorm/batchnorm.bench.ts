import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { batchNorm } from './batchnorm.ts'

export const cases: KernelBench[] = [3, 32, 128, 256].map((channels) => {
  const rows = channels === 128 ? 56 * 56 : Math.ceil(200_000 / channels)
  return {
    label: `batchnorm_f32 ${rows}x${channels}`,
    bytes: rows * channels * 8,
    prepare(rt) {
      const [x, y, mean, variance, scale, offset] = [rows, rows, 1, 1, 1, 1].map((count) => {
        const ptr = rt.heap.alloc(count * channels * 4)
        rt.f32.set(randomF32(count * channels, 1, 0.5, 2), ptr >>> 2)
        return ptr
      })
      return () => batchNorm(rt, { x, y, mean, variance, scale, offset, rows, channels, epsilon: 0.001 })
    },
  }
})
