import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeVariants, type Lab, randomF32 } from '../runtime/lab.ts'
import { padReference } from './pad.reference.ts'
import { fillPattern, pad } from './pad.ts'

type Padding = [number, number]

function check(lab: Lab, shape: number[], paddings: Padding[], type: 'u8' | 'i32' | 'f32', value: number): void {
  const n = shape.reduce((a, b) => a * b, 1)
  const x = Array.from(randomF32(n, n, 0, 200), type === 'f32' ? Number : Math.floor)
  const expected = padReference(x, shape, paddings, value)
  const bytes = type === 'u8' ? 1 : 4
  const y = lab.out(expected.length * bytes)
  pad(lab.rt, lab[type](x), y, shape, paddings, bytes, fillPattern(value, type))
  const read = { u8: 'readU8', i32: 'readI32', f32: 'readF32' }[type] as 'readF32'
  expect(Array.from(lab[read](y, expected.length))).toEqual(expected)
  lab.done()
}

const cases = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.nat(3), fc.nat(3), fc.boolean()), { maxLength: 6 })
  .filter((dims) => dims.reduce((n, [size, a, b]) => n * (size + a + b), 1) < 20_000)

describeVariants('pad', (lab) => {
  it.each([
    ['u8', 1],
    ['i32', -7],
    ['f32', 0.5],
    ['f32', Number.NaN],
  ] as const)('pads any shape of rank 0 to 6, %s with %f', (type, value) => {
    fc.assert(
      fc.property(cases, (dims) => {
        const shape = dims.map(([size]) => size)
        const paddings = dims.map(([, a, b, padded]): Padding => (padded ? [a, b] : [0, 0]))
        check(lab(), shape, paddings, type, value)
      }),
      { numRuns: 300, seed: 2 },
    )
  })

  it.each([1, 3, 4, 5, 15, 16, 17, 127, 128, 129, 600])('pads rows of %i elements', (n) => {
    for (const [before, behind] of [
      [0, 1],
      [1, 0],
      [3, 5],
      [16, 17],
      [130, 4],
    ]) {
      check(
        lab(),
        [3, n],
        [
          [1, 1],
          [before, behind],
        ],
        'f32',
        2,
      )
      check(
        lab(),
        [3, n],
        [
          [1, 1],
          [before, behind],
        ],
        'u8',
        1,
      )
    }
  })
})
