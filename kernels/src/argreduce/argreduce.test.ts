import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { argReference } from './argreduce.reference.ts'
import { argReduce } from './argreduce.ts'
import { ARG_STRIP } from './command.ts'

const shapes = [1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 33, 100].flatMap((n) =>
  [1, 2, 3, 4, 5, 9, 17, ARG_STRIP - 1, ARG_STRIP, ARG_STRIP + 1].map((inner) => [2, n, inner]),
)

describeVariants('argmax and argmin', (lab) => {
  const run = (op: 'max' | 'min', x: Float32Array | Int32Array, outer: number, n: number, inner: number) => {
    const y = lab().out(outer * inner * 4)
    const float = x instanceof Float32Array
    const px = float ? lab().f32(x) : lab().i32(x)
    argReduce(lab().rt, `arg${op}_${float ? 'f32' : 'i32'}`, { outer, n, inner, x: px, y })
    const out = lab().readI32(y, outer * inner)
    lab().done()
    return [...out]
  }

  it.each(shapes)('[%i, %i, %i] with ties, f32 and i32, are exact', (outer, n, inner) => {
    for (const range of [2, 1000]) {
      const x = randomF32(outer * n * inner, n * inner, -range, range).map(Math.round)
      for (const op of ['max', 'min'] as const) {
        expect(run(op, x, outer, n, inner)).toEqual(argReference(op, x, outer, n, inner))
        expect(run(op, Int32Array.from(x), outer, n, inner)).toEqual(argReference(op, x, outer, n, inner))
      }
    }
  })

  it('pass over NaN, unless it comes first; know infinities and both zeros', () => {
    for (const values of [
      [NaN, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [1, NaN, 2, 9, 3, NaN, 9, -1, -1, NaN],
      [-Infinity, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN],
      [Infinity, NaN, -Infinity, Infinity, -Infinity, 0, 0, 0, 0, 0],
      [0, -0, 0, -0, 0, -0, 0, -0, 0, -0],
      [-0, 0, -0, 0, -0, 0, -0, 0, -0, 0],
      new Array(10).fill(NaN),
    ])
      for (const op of ['max', 'min'] as const) {
        const x = new Float32Array(values)
        for (let n = 1; n <= 10; n++) expect(run(op, x.slice(0, n), 1, n, 1)).toEqual(argReference(op, x, 1, n, 1))
        const long = Float32Array.from({ length: 70 }, (_, i) => values[i % 10])
        expect(run(op, long, 1, 70, 1)).toEqual(argReference(op, long, 1, 70, 1))
        const five = Float32Array.from({ length: 50 }, (_, i) => values[Math.floor(i / 5)])
        expect(run(op, five, 1, 10, 5)).toEqual(argReference(op, five, 1, 10, 5))
      }
  })
})
