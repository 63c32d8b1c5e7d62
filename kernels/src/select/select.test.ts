import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { selectReference } from './select.reference.ts'
import { select } from './select.ts'

const SIZES = [0, 1, 3, 4, 5, 15, 16, 17, 1023, 1024, 1025, 2051]

describeVariants('select', (lab) => {
  it('select_32 and select_8 are exact, in place too', () => {
    for (const n of SIZES) {
      const c = Uint8Array.from(randomF32(n, n), (x) => Number(x > 0))
      const t = Int32Array.from(randomF32(n, n + 1, -(2 ** 31), 2 ** 31))
      const e = Int32Array.from(randomF32(n, n + 2, -(2 ** 31), 2 ** 31))
      const words = lab().i32(e)
      const y = lab().out(n * 4)
      const condition = lab().u8(c)
      select(lab().rt, 4, { condition, t: lab().i32(t), e: words, y, n })
      expect(Array.from(lab().readI32(y, n))).toEqual(selectReference(c, t, e))

      const bytes = lab().u8(Uint8Array.from(e))
      select(lab().rt, 1, { condition, t: lab().u8(Uint8Array.from(t)), e: bytes, y: bytes, n })
      expect(Array.from(lab().readU8(bytes, n))).toEqual(selectReference(c, Uint8Array.from(t), Uint8Array.from(e)))
      lab().done()
    }
  })
})
