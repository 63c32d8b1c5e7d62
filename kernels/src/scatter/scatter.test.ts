import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { scatterReference } from './scatter.reference.ts'
import { scatter } from './scatter.ts'

describeVariants('scatter_rows', (lab) => {
  it.each([0, 1, 2, 3, 15, 16, 17, 40])('writes some of %i rows, the last of equal ids stays', (segments) => {
    for (const width of [0, 1, 3, 4, 5, 33])
      for (const n of [0, 1, 100])
        for (const single of [false, true]) {
          const ids = Array.from(randomF32(n, width + 1, -1, segments + 1), Math.floor)
          if (n > 2) ids[2] = -(2 ** 31)
          const x = randomF32((single ? 1 : n) * width, n + 1)
          const old = randomF32(segments * width, 7)
          const y = lab().f32(old)
          const shape = { n, run: width * 4, single, segments }
          scatter(lab().rt, { ...shape, x: lab().f32(x), ids: lab().i32(ids), y })
          expect([...lab().readF32(y, segments * width)]).toEqual(scatterReference(x, ids, old, width, single))
          lab().done()
        }
  })

  it('writes rows of bytes', () => {
    const y = lab().u8([9, 9, 9, 9, 9, 9])
    const ids = lab().i32([1, 0, 1])
    scatter(lab().rt, { x: lab().u8([1, 2, 3, 4, 5, 6]), ids, y, n: 3, run: 2, single: false, segments: 3 })
    expect([...lab().readU8(y, 6)]).toEqual([3, 4, 5, 6, 9, 9])
    lab().done()
  })
})
