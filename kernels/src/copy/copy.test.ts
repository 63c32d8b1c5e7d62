import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeVariants, type Lab, randomF32 } from '../runtime/lab.ts'
import { eachElement, strides, type View } from './copy.reference.ts'
import { ViewCopy } from './copy.ts'

const UNTOUCHED = 77

/** Copies the view between buffers that it just fills, and compares every byte of both with the reference. */
function check(lab: Lab, view: View, bytes: 1 | 4): void {
  let [lowFrom, highFrom, lowTo, highTo] = [0, 0, 0, 0]
  let count = 0
  eachElement(view, (from, to) => {
    lowFrom = Math.min(lowFrom, from)
    highFrom = Math.max(highFrom, from)
    lowTo = Math.min(lowTo, to)
    highTo = Math.max(highTo, to)
    count++
  })
  const source = Array.from(randomF32(highFrom - lowFrom + 1, 5, 0, bytes === 1 ? 256 : 2 ** 31), Math.floor)
  const expected = new Array<number>(highTo - lowTo + 1).fill(UNTOUCHED)
  eachElement(view, (from, to) => {
    expected[to - lowTo] = source[from - lowFrom]
  })
  const put = (values: number[]) => (bytes === 1 ? lab.u8(values) : lab.i32(values))
  const get = (ptr: number, length: number) => (bytes === 1 ? lab.readU8(ptr, length) : lab.readI32(ptr, length))
  const src = put(source)
  const dst = put(new Array(expected.length).fill(UNTOUCHED))
  const copy = new ViewCopy()
  copy.start(bytes)
  for (let d = 0; d < view.size.length; d++) copy.dimension(view.size[d], view.from[d], view.to[d])
  copy.run(lab.rt, src - lowFrom * bytes, dst - lowTo * bytes)
  expect(
    get(dst, expected.length).findIndex((v, i) => v !== expected[i]),
    `${count} elements`,
  ).toBe(-1)
  expect(get(src, source.length).findIndex((v, i) => v !== source[i])).toBe(-1)
  lab.done()
}

/** A box of `size` in a dense source and a dense destination with margins, the source permuted and read with steps. */
const views = fc
  .array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 })
  .filter((size) => size.reduce((a, b) => a * b, 1) <= 4096)
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      order: fc.shuffledSubarray(
        size.map((_, d) => d),
        { minLength: size.length },
      ),
      step: fc.array(fc.constantFrom(1, 1, 1, 1, 2, -1, 0), { minLength: size.length, maxLength: size.length }),
      fromMargin: fc.array(fc.constantFrom(0, 0, 0, 3), { minLength: size.length, maxLength: size.length }),
      toMargin: fc.array(fc.constantFrom(0, 0, 0, 2), { minLength: size.length, maxLength: size.length }),
    }),
  )
  .map(({ size, order, step, fromMargin, toMargin }): View => {
    const permuted = strides(order.map((d) => size[d] * Math.max(1, Math.abs(step[d])) + fromMargin[d]))
    const from = new Array<number>(size.length)
    order.forEach((d, place) => {
      from[d] = permuted[place] * step[d]
    })
    return { size, from, to: strides(size.map((n, d) => n + toMargin[d])) }
  })
  .filter((view) => {
    let extent = 1
    view.size.forEach((n, d) => {
      extent += Math.abs(view.from[d]) * n + view.to[d] * n
    })
    return extent < 100_000
  })

describeVariants('copy', (lab) => {
  for (const bytes of [1, 4] as const) {
    it(`copies any view of rank 0 to 8, ${bytes} bytes an element`, () => {
      fc.assert(
        fc.property(views, (view) => check(lab(), view, bytes)),
        { numRuns: 400, seed: 1 },
      )
    })

    it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 128, 129, 511, 512, 513])(
      `copies rows and steps of %i elements of ${bytes} bytes`,
      (n) => {
        check(lab(), { size: [3, n], from: [n + 1, 1], to: [n + 2, 1] }, bytes)
        check(lab(), { size: [3, n], from: [2 * n + 1, 2], to: [n + 2, 1] }, bytes)
        check(lab(), { size: [3, n], from: [n + 1, -1], to: [n + 2, 1] }, bytes)
        check(lab(), { size: [3, n], from: [1, 0], to: [n + 2, 1] }, bytes)
        check(lab(), { size: [3, n], from: [n + 1, 1], to: [3 * n + 2, 3] }, bytes)
        check(lab(), { size: [3, n], from: [3 * n + 1, 3], to: [2 * n + 2, 2] }, bytes)
      },
    )

    it.each([65_535, 65_536, 65_537, 131_073])(`cuts rows of %i elements of ${bytes} bytes into blocks`, (n) => {
      check(lab(), { size: [n], from: [1], to: [1] }, bytes)
      check(lab(), { size: [2, n], from: [n + 1, 1], to: [n + 2, 1] }, bytes)
      check(lab(), { size: [2, n], from: [n, 1], to: [2 * n, 2] }, bytes)
    })
  }
})
