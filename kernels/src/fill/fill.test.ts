import { expect, it } from 'vitest'
import { fillPattern } from '../pad/pad.ts'
import { describeVariants } from '../runtime/lab.ts'
import { fill } from './fill.ts'

describeVariants('fill', (lab) => {
  it.each([0, 1, 3, 4, 5, 1023, 1024, 1025, 3071])('fills %i elements of each type', (n) => {
    const f32 = lab().out(n * 4)
    const i32 = lab().out(n * 4)
    const u8 = lab().out(n)
    fill(lab().rt, f32, n * 4, fillPattern(1.5, 'f32'))
    fill(lab().rt, i32, n * 4, fillPattern(-7, 'i32'))
    fill(lab().rt, u8, n, fillPattern(1, 'u8'))
    expect(lab().readF32(f32, n)).toEqual(new Float32Array(n).fill(1.5))
    expect(lab().readI32(i32, n)).toEqual(new Int32Array(n).fill(-7))
    expect(lab().readU8(u8, n)).toEqual(new Uint8Array(n).fill(1))
    lab().done()
  })
})
