import type { BinaryKernel } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { binary } from './binary.ts'

const shapes: [kernel: BinaryKernel, a: number[], b: number[]][] = [
  ['add_f32', [64], [64]],
  ['add_f32', [1_000_000], [1_000_000]],
  ['add_f32', [1_000_000], []],
  ['add_f32', [1000, 1000], [1000]],
  ['add_f32', [1000, 1000], [1000, 1]],
  ['add_f32', [100_000, 3], [3]],
  ['pow_f32', [100_000], []],
  ['greater_f32', [1_000_000], [1_000_000]],
  ['mul_i32', [1_000_000], [1_000_000]],
]

const size = (shape: number[]) => shape.reduce((x, y) => x * y, 1)

export const cases: KernelBench[] = shapes.map(([kernel, a, b]) => ({
  label: `${kernel} [${a}] [${b}]`,
  bytes: 4 * (size(a) + size(b)) + (kernel === 'greater_f32' ? 1 : 4) * size(a),
  prepare(rt) {
    const pointers = [a, b, a].map((shape) => {
      const ptr = rt.heap.alloc(size(shape) * 4)
      const random = randomF32(size(shape), 1, 0.5, 2)
      if (kernel.endsWith('i32'))
        rt.i32.set(
          random.map((x) => x * 100),
          ptr >>> 2,
        )
      else rt.f32.set(random, ptr >>> 2)
      return ptr
    })
    return () => binary(rt, kernel, a, b, { a: pointers[0], b: pointers[1], y: pointers[2] })
  },
}))
