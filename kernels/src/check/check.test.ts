import { expect, it } from 'vitest'
import { runCheck } from '../generated/commands.ts'
import { describeVariants } from '../runtime/lab.ts'

describeVariants('check_range_i32', (lab) => {
  for (const n of [0, 1, 2, 7, 100])
    it(`finds the first of ${n} indices that is outside`, () => {
      for (const odd of [undefined, -1, 5, 2 ** 31 - 1, -(2 ** 31)])
        for (const at of new Set([0, n >> 1, n - 1].filter((i) => i >= 0 && i < n))) {
          const indices = Int32Array.from({ length: n }, (_, i) => i % 5)
          if (odd !== undefined) indices[at] = odd
          if (odd !== undefined && at + 1 < n) indices[at + 1] = 77
          const found = lab().out(8)
          runCheck(lab().rt, 'check_range_i32', 1, { indices: lab().i32(indices), found, n, dim: 5 })
          expect([...lab().readI32(found, 2)]).toEqual(odd === undefined ? [0, 0] : [1, odd])
          lab().done()
        }
    })
})
