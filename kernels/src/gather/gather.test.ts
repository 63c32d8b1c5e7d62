import { expect, it } from 'vitest'
import { runGather } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { gatherReference } from './gather.reference.ts'

describeVariants('gather', (lab) => {
  it.each([0, 1, 2, 3, 4, 5, 16, 17, 130])('gather_rows takes slices of %i elements', (width) => {
    for (const [batch, outer, dim, n] of [
      [1, 1, 7, 5],
      [1, 3, 4, 9],
      [2, 3, 5, 4],
      [3, 1, 1, 2],
      [2, 2, 3, 0],
      [1, 2, 0, 3],
    ]) {
      const shape = { batch, outer, dim, n, width }
      const x = randomF32(batch * outer * dim * width, width)
      const indices = Array.from(randomF32(batch * n, 3, -1, dim + 1), Math.floor)
      const expected = gatherReference(x, indices, shape)
      const y = lab().out(expected.length * 4)
      const pointers = { x: lab().f32(x), indices: lab().i32(indices), y }
      runGather(lab().rt, 'gather_rows', batch * outer * n, { ...pointers, outer, dim, n, run: width * 4 })
      expect(Array.from(lab().readF32(y, expected.length))).toEqual(expected)
      lab().done()
    }
  })

  it('gather_rows takes bytes, and zeros where an index is out of range', () => {
    const y = lab().out(12)
    runGather(lab().rt, 'gather_rows', 4, {
      x: lab().u8([1, 2, 3, 4, 5, 6]),
      indices: lab().i32([1, -2147483648, 2, 0]),
      y,
      outer: 1,
      dim: 2,
      n: 4,
      run: 3,
    })
    expect(Array.from(lab().readU8(y, 12))).toEqual([4, 5, 6, 0, 0, 0, 0, 0, 0, 1, 2, 3])
    lab().done()
  })
})
