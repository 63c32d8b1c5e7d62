import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { CUMSUM_STRIP } from './command.ts'
import { cumsumReference } from './cumsum.reference.ts'
import { cumprod, cumsum } from './cumsum.ts'

const shapes = [
  ...[0, 1, 2, 3, 4, 5, 8, 9].flatMap((outer) => [1, 2, 7, 100].map((n) => [outer, n, 1])),
  ...[2, 3, 4, 5, 17, CUMSUM_STRIP - 1, CUMSUM_STRIP, CUMSUM_STRIP + 1].flatMap((inner) => [
    [2, 1, inner],
    [2, 5, inner],
  ]),
]

for (const [name, run] of Object.entries({ cumsum, cumprod }))
  describeVariants(name, (lab) => {
    for (const exclusive of [false, true])
      for (const reverse of [false, true])
        it(`${exclusive ? 'exclusive ' : ''}${reverse ? 'from the last ' : ''}is exact, f32 and i32`, () => {
          for (const shape of shapes) {
            const [outer, n, inner] = shape
            const x = randomF32(outer * n * inner, n + inner).map((v, i) => (i % 11 === 5 ? -0 : v))
            const xi = Int32Array.from(x, (v) => v * 2 ** 31)
            for (const inPlace of exclusive ? [false] : [false, true])
              for (const type of ['f32', 'i32'] as const) {
                const px = type === 'f32' ? lab().f32(x) : lab().i32(xi)
                const y = inPlace ? px : lab().out(x.length * 4)
                run(lab().rt, type, { outer, n, inner, x: px, y, exclusive, reverse })
                if (type === 'f32')
                  expect([...lab().readF32(y, x.length)]).toEqual(
                    cumsumReference(x, shape, exclusive, reverse, Math.fround, name === 'cumprod'),
                  )
                else
                  expect([...lab().readI32(y, x.length)]).toEqual(
                    cumsumReference(xi, shape, exclusive, reverse, (value) => value | 0, name === 'cumprod'),
                  )
                lab().done()
              }
          }
        })
  })
