import type { RandomKernel } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { RANDOM_STATE_BYTES } from './command.ts'
import { random } from './random.ts'

const N = 1 << 16
const kernels: RandomKernel[] = [
  'random_uniform_f32',
  'random_uniform_i32',
  'random_normal_f32',
  'random_truncated_f32',
]

export const cases: KernelBench[] = kernels.map((kernel) => ({
  label: `${kernel} ${N}`,
  bytes: N * 4,
  prepare(rt) {
    const state = rt.heap.alloc(RANDOM_STATE_BYTES)
    const y = rt.heap.alloc(N * 4)
    return () => random(rt, kernel, { state, y, n: N, stream: 0, a: 0, b: 1 })
  },
}))
