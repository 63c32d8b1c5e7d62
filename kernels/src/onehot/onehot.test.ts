import { expect, it } from 'vitest'
import { runOneHot } from '../generated/commands.ts'
import { fillPattern } from '../pad/pad.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { ONEHOT_BLOCK } from './command.ts'
import { oneHotReference } from './onehot.reference.ts'

describeVariants('onehot', (lab) => {
  it.each([0, 1, 3, 4, 63, 64, 65, 130])('%i indices of any depth, some out of range', (n) => {
    for (const depth of [1, 2, 3, 4, 5, 10, 16, 17]) {
      const indices = Array.from(randomF32(n, depth, -1, depth + 1), Math.floor)
      const items = Math.ceil(n / ONEHOT_BLOCK)
      const words = lab().out(n * depth * 4)
      const bytes = lab().out(n * depth)
      const fields = { indices: lab().i32(indices), n, depth }
      const f32 = (value: number) => fillPattern(value, 'f32')
      const u8 = (value: number) => fillPattern(value, 'u8')
      runOneHot(lab().rt, 'onehot_32', items, { ...fields, y: words, on: f32(0.9), off: f32(-0.1) })
      runOneHot(lab().rt, 'onehot_8', items, { ...fields, y: bytes, on: u8(0), off: u8(1) })
      const on = Math.fround(0.9)
      expect(Array.from(lab().readF32(words, n * depth))).toEqual(
        oneHotReference(indices, depth, on, Math.fround(-0.1)),
      )
      expect(Array.from(lab().readU8(bytes, n * depth))).toEqual(oneHotReference(indices, depth, 0, 1))
      lab().done()
    }
  })
})
