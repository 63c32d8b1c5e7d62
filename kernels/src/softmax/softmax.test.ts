import { expect, it } from 'vitest'
import { runSoftmax } from '../generated/commands.ts'
import { describeVariants, maxRelativeError, randomF32 } from '../runtime/lab.ts'
import { SOFTMAX_ERROR, softmaxReference } from './softmax.reference.ts'

describeVariants('softmax_f32', (lab) => {
  const run = (x: Float32Array, rows: number, columns: number, inPlace = false) => {
    const px = lab().f32(x)
    const y = inPlace ? px : lab().out(x.length * 4)
    runSoftmax(lab().rt, 'softmax_f32', rows, { x: px, y, columns })
    const out = lab().readF32(y, x.length)
    lab().done()
    return out
  }

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 10, 1023, 1024, 1025, 3001])('is within 3e-6 relative for %i columns', (columns) => {
    const x = randomF32(3 * columns, columns, -10, 10)
    const expected = softmaxReference(x, 3, columns)
    expect(maxRelativeError(run(x, 3, columns), expected, 1e-30)).toBeLessThan(SOFTMAX_ERROR)
    expect(maxRelativeError(run(x, 3, columns, true), expected, 1e-30)).toBeLessThan(SOFTMAX_ERROR)
  })

  it('does not overflow, and takes -Infinity for a probability of 0', () => {
    expect([...run(new Float32Array([3e38, 3e38, -3e38, -Infinity, 0]), 1, 5)]).toEqual([0.5, 0.5, 0, 0, 0])
  })

  it('gives NaN for rows with NaN, +Infinity or nothing but -Infinity, and for these alone', () => {
    const x = [NaN, 1, 2, 3, 4, Infinity, 1, 2, -Infinity, -Infinity, -Infinity, -Infinity, 1, 1, 1, 1]
    const y = [...run(new Float32Array(x), 4, 4)]
    expect(y.slice(0, 4).every(Number.isNaN)).toBe(true)
    expect(y[5]).toBeNaN()
    expect(y.slice(8, 12).every(Number.isNaN)).toBe(true)
    expect(y.slice(12)).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  it('does nothing for no rows', () => {
    expect(run(new Float32Array(0), 0, 4)).toHaveLength(0)
  })
})
