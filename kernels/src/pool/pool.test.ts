import { expect, it } from 'vitest'
import { describeVariants, maxRelativeError, outSize, randomF32 } from '../runtime/lab.ts'
import {
  avgPoolGradReference,
  avgPoolReference,
  maxPoolArgmaxReference,
  maxPoolGradReference,
  maxPoolReference,
} from './pool.reference.ts'
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad, maxPoolWithArgmax, type PoolWindows } from './pool.ts'

/** Sums of at most 49 f32 numbers below 1, against f64. */
const TOLERANCE = 1e-6

function windows(
  [batch, inHeight, inWidth, channels]: number[],
  [filterHeight, filterWidth]: number[],
  [strideHeight, strideWidth]: number[],
  [padTop, padBottom, padLeft, padRight]: number[],
): PoolWindows {
  return {
    ...{ batch, inHeight, inWidth, channels, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft },
    outHeight: outSize(inHeight + padTop + padBottom, filterHeight, strideHeight),
    outWidth: outSize(inWidth + padLeft + padRight, filterWidth, strideWidth),
  }
}

function* sweep(): Generator<PoolWindows> {
  for (const channels of [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 67])
    yield windows([2, 7, 6, channels], [2, 2], [2, 2], [0, 0, 0, 0])
  for (const filter of [
    [1, 1],
    [2, 2],
    [3, 3],
    [3, 1],
    [1, 4],
    [5, 5],
    [7, 6],
  ])
    for (const stride of [
      [1, 1],
      [2, 2],
      [3, 3],
      [1, 3],
      [4, 2],
    ])
      for (const pad of [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [0, 1, 0, 1],
        [2, 0, 3, 1],
        [6, 6, 6, 6],
        [-1, 0, 0, -1],
      ])
        yield windows([2, 7, 6, 6], filter, stride, pad)
  // Squares have kernels of their own, and 3 x 3 pixels of stride 2 another.
  for (const filter of [
    [2, 2],
    [3, 3],
  ])
    for (const stride of [
      [1, 1],
      [2, 2],
      [2, 1],
      [2, 3],
    ])
      for (const pad of [
        [0, 0, 0, 0],
        [0, 1, 0, 1],
        [1, 1, 1, 1],
        [2, 3, 3, 2],
        [-1, 0, 0, -1],
      ])
        for (const channels of [16, 48]) yield windows([2, 9, 8, channels], filter, stride, pad)
  // Few channels: whole rows of pixels at once, of one channel four of every second one.
  for (const channels of [1, 2, 3, 5, 7])
    for (const filter of [
      [2, 2],
      [3, 3],
      [3, 5],
    ])
      for (const stride of [1, 2, 3])
        for (const [width, pad] of [
          [7, 0],
          [10, 1],
          [13, 2],
          [16, 0],
        ])
          yield windows([2, 6, width, channels], filter, [2, stride], [pad, 0, pad, 1])
  for (const channels of [6, 9, 15, 24, 30])
    for (const size of [2, 3])
      for (const stride of [1, 2]) yield windows([2, 6, 9, channels], [size, size], [stride, stride], [1, 0, 1, 0])
  yield windows([0, 7, 6, 6], [2, 2], [2, 2], [0, 0, 0, 0])
  yield windows([1, 7, 6, 0], [2, 2], [2, 2], [0, 0, 0, 0])
  yield windows([1, 2, 6, 3], [3, 3], [1, 1], [0, 0, 0, 0])
}

/** Few different values, so that windows hold ties; now and then NaN, -Infinity and both zeros. */
function tied(length: number, seed: number): Float32Array {
  const odd = [NaN, -Infinity, 0, -0, Infinity, NaN]
  return randomF32(length, seed, -3, 9).map((v) => (v > 3 ? odd[Math.floor(v - 3)] : Math.round(v)))
}

const label = (w: PoolWindows) =>
  `x ${w.batch}x${w.inHeight}x${w.inWidth}x${w.channels}, filter ${w.filterHeight}x${w.filterWidth}, stride ${w.strideHeight}x${w.strideWidth}, pad ${w.padTop}, ${w.padLeft}`

describeVariants('pool', (lab) => {
  for (const w of sweep()) {
    const sizeX = w.batch * w.inHeight * w.inWidth * w.channels
    const sizeY = w.batch * w.outHeight * w.outWidth * w.channels

    it(`max and its gradient: ${label(w)}`, () => {
      for (const x of [randomF32(sizeX, 1), tied(sizeX, 2), new Float32Array(sizeX).fill(NaN)]) {
        const dy = randomF32(sizeY, 3)
        const p = { x: lab().f32(x), y: lab().out(sizeY * 4), dy: lab().f32(dy), dx: lab().out(sizeX * 4) }
        maxPool(lab().rt, w, p)
        expect(lab().readF32(p.y, sizeY)).toEqual(maxPoolReference(w, x))
        const [y, indices] = [lab().out(sizeY * 4), lab().out(sizeY * 4)]
        for (const includeBatch of [false, true]) {
          maxPoolWithArgmax(lab().rt, w, { x: p.x, y, indices }, includeBatch)
          expect(lab().readF32(y, sizeY)).toEqual(maxPoolReference(w, x))
          expect(lab().readI32(indices, sizeY)).toEqual(maxPoolArgmaxReference(w, x, includeBatch))
        }
        maxPoolGrad(lab().rt, w, p)
        expect(maxRelativeError(lab().readF32(p.dx, sizeX), maxPoolGradReference(w, x, dy))).toBeLessThan(TOLERANCE)
        lab().done()
      }
    })

    it(`average and its gradient: ${label(w)}`, () => {
      const x = randomF32(sizeX, 4)
      if (sizeX > 40) x[17] = NaN
      const dy = randomF32(sizeY, 5)
      const p = { x: lab().f32(x), y: lab().out(sizeY * 4), dy: lab().f32(dy), dx: lab().out(sizeX * 4) }
      avgPool(lab().rt, w, p)
      expect(maxRelativeError(lab().readF32(p.y, sizeY), avgPoolReference(w, x))).toBeLessThan(TOLERANCE)
      avgPoolGrad(lab().rt, w, p)
      expect(maxRelativeError(lab().readF32(p.dx, sizeX), avgPoolGradReference(w, dy))).toBeLessThan(TOLERANCE)
      lab().done()
    })
  }

  it('gradients read the first outHeight x outWidth pixels of a larger dy', () => {
    const w = windows([2, 5, 5, 5], [2, 2], [2, 2], [0, 0, 0, 0])
    const big = { ...w, outHeight: 3, outWidth: 3 }
    const x = randomF32(2 * 25 * 5, 6)
    const dy = randomF32(maxPoolReference(big, x).length, 7)
    const inside = (values: Float32Array) =>
      values.filter((_, i) => Math.floor(i / 15) % 3 < 2 && Math.floor(i / 5) % 3 < 2)
    const p = { x: lab().f32(x), dy: lab().f32(dy), dx: lab().out(x.length * 4) }
    maxPoolGrad(lab().rt, { ...w, dyHeight: 3, dyWidth: 3 }, p)
    expect(lab().readF32(p.dx, x.length)).toEqual(maxPoolGradReference(w, x, inside(dy)))
    avgPoolGrad(lab().rt, { ...w, dyHeight: 3, dyWidth: 3 }, p)
    expect(lab().readF32(p.dx, x.length)).toEqual(avgPoolGradReference(w, inside(dy)))
    lab().done()
  })
})
