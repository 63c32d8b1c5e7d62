import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { select } from './select.ts'

const N = 100_000

export const cases: KernelBench[] = [
  {
    label: `select_32 ${N}`,
    bytes: N * 13,
    prepare(rt) {
      const condition = rt.heap.alloc(N)
      const [t, e, y] = [0, 0, 0].map(() => rt.heap.alloc(N * 4))
      rt.u8.set(
        Uint8Array.from(randomF32(N, 1), (x) => Number(x > 0)),
        condition,
      )
      return () => select(rt, 4, { condition, t, e, y, n: N })
    },
  },
]
