import { runOneHot } from '../generated/commands.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { ONEHOT_BLOCK } from './command.ts'

export const cases: KernelBench[] = [
  { n: 32, depth: 10 },
  { n: 4096, depth: 100 },
].map(({ n, depth }) => ({
  label: `onehot_32 ${n} x ${depth}`,
  bytes: n * depth * 4 + n * 4,
  prepare(rt) {
    const indices = rt.heap.alloc(n * 4)
    const y = rt.heap.alloc(n * depth * 4)
    for (let i = 0; i < n; i++) rt.i32[(indices >>> 2) + i] = i % depth
    return () =>
      runOneHot(rt, 'onehot_32', Math.ceil(n / ONEHOT_BLOCK), { indices, y, n, depth, on: 0x3f800000, off: 0 })
  },
}))
