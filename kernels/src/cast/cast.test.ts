import { expect, it } from 'vitest'
import type { CastKernel } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { castReference } from './cast.reference.ts'
import { cast } from './cast.ts'

const SIZES = [0, 1, 3, 4, 5, 15, 16, 17, 1023, 1024, 1025, 2051]
const FLOATS = [
  NaN,
  2147483647,
  2147483648,
  -2147483648,
  -3e9,
  1e10,
  0,
  256,
  0.5,
  -0.7,
  -0,
  1e19,
  3e38,
  Infinity,
  1e-40,
]
const INTS = [0, 256, -(2 ** 31), 2 ** 31 - 1, 2 ** 24 + 1, 2 ** 24 + 3, -65536]

describeVariants('cast', (lab) => {
  for (const [kernel, f] of Object.entries(castReference) as [CastKernel, (x: number) => number][]) {
    it(`${kernel} is exact`, () => {
      const [, from, to] = kernel.split('_')
      for (const n of SIZES) {
        const random = Array.from(randomF32(n, n, -1000, 1000))
        const special = from === 'f32' ? FLOATS : INTS
        const x = random.map((v, i) => (from === 'bool' ? Number(v > 0) : i % 2 ? special[i % special.length] : v))
        const put = { f32: () => lab().f32(x), i32: () => lab().i32(x), bool: () => lab().u8(x) }
        const y = lab().out(to === 'bool' ? n : n * 4)
        const at = put[from as keyof typeof put]()
        cast(lab().rt, kernel, at, y, n)
        const given = { f32: new Float32Array(x), i32: new Int32Array(x), bool: new Uint8Array(x) }[from]
        const read = to === 'f32' ? lab().readF32(y, n) : to === 'i32' ? lab().readI32(y, n) : lab().readU8(y, n)
        expect(Array.from(read)).toEqual(Array.from(given as Float32Array, f))
        lab().done()
      }
    })
  }
})
