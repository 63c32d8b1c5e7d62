import { expect, it } from 'vitest'
import { describeVariants, maxRelativeError, outSize, randomF32 } from '../runtime/lab.ts'
import {
  avgPool3dGradReference,
  avgPool3dReference,
  maxPool3dGradReference,
  maxPool3dReference,
  sizesOf,
} from './pool3d.reference.ts'
import { avgPool3d, avgPool3dGrad, maxPool3d, maxPool3dGrad, type Pool3dWindows } from './pool3d.ts'

/** Sums of at most 64 f32 numbers below 1, against f64. */
const TOLERANCE = 1e-6

function windows(
  [batch, inDepth, inHeight, inWidth, channels]: number[],
  [filterDepth, filterHeight, filterWidth]: number[],
  [strideDepth, strideHeight, strideWidth]: number[],
  pad: number,
): Pool3dWindows {
  const out = (size: number, filter: number, stride: number) => outSize(size + 2 * pad, filter, stride)
  return {
    ...{ batch, inDepth, inHeight, inWidth, channels, filterDepth, filterHeight, filterWidth },
    ...{ strideDepth, strideHeight, strideWidth, padFront: pad, padTop: pad, padLeft: pad },
    outDepth: out(inDepth, filterDepth, strideDepth),
    outHeight: out(inHeight, filterHeight, strideHeight),
    outWidth: out(inWidth, filterWidth, strideWidth),
  }
}

function* sweep(): Generator<Pool3dWindows> {
  for (const channels of [1, 2, 3, 4, 5, 31, 32, 33, 67]) yield windows([2, 4, 5, 6, channels], [2, 2, 2], [2, 2, 2], 0)
  for (const filter of [
    [1, 1, 1],
    [3, 3, 3],
    [2, 3, 4],
    [4, 1, 2],
  ])
    for (const stride of [
      [1, 1, 1],
      [2, 2, 2],
      [3, 1, 2],
    ])
      for (const pad of [0, 1]) yield windows([2, 5, 6, 7, 6], filter, stride, pad && Math.min(...filter) - 1 && pad)
  yield windows([0, 4, 5, 6, 3], [2, 2, 2], [2, 2, 2], 0)
  yield windows([2, 4, 5, 6, 0], [2, 2, 2], [2, 2, 2], 0)
  yield windows([2, 1, 5, 6, 3], [2, 2, 2], [2, 2, 2], 0)
}

/** Few different values, so that windows hold ties; now and then NaN, infinities and both zeros. */
function tied(length: number, seed: number): Float32Array {
  const odd = [NaN, -Infinity, 0, -0, Infinity, -Infinity]
  return randomF32(length, seed, -3, 9).map((v) => (v > 3 ? odd[Math.floor(v - 3)] : Math.round(v)))
}

const label = (w: Pool3dWindows) =>
  `x ${w.batch}x${w.inDepth}x${w.inHeight}x${w.inWidth}x${w.channels}, filter ${w.filterDepth}x${w.filterHeight}x${w.filterWidth}, stride ${w.strideDepth}x${w.strideHeight}x${w.strideWidth}, pad ${w.padFront}`

describeVariants('pool3d', (lab) => {
  for (const w of sweep()) {
    const sizes = sizesOf(w)

    it(`max and its gradient: ${label(w)}`, () => {
      for (const x of [randomF32(sizes.x, 1), tied(sizes.x, 2), new Float32Array(sizes.x).fill(NaN)]) {
        const dy = randomF32(sizes.y, 3)
        const p = { x: lab().f32(x), y: lab().out(sizes.y * 4), dy: lab().f32(dy), dx: lab().out(sizes.x * 4) }
        maxPool3d(lab().rt, w, p)
        expect(lab().readF32(p.y, sizes.y)).toEqual(maxPool3dReference(w, x))
        maxPool3dGrad(lab().rt, w, p)
        const dx = maxPool3dGradReference(w, x, dy)
        expect(maxRelativeError(lab().readF32(p.dx, sizes.x), dx)).toBeLessThan(TOLERANCE)
        lab().done()
      }
    })

    it(`average and its gradient: ${label(w)}`, () => {
      const x = randomF32(sizes.x, 4)
      if (sizes.x > 40) x[17] = NaN
      const dy = randomF32(sizes.y, 5)
      const p = { x: lab().f32(x), y: lab().out(sizes.y * 4), dy: lab().f32(dy), dx: lab().out(sizes.x * 4) }
      avgPool3d(lab().rt, w, p)
      expect(maxRelativeError(lab().readF32(p.y, sizes.y), avgPool3dReference(w, x))).toBeLessThan(TOLERANCE)
      avgPool3dGrad(lab().rt, w, p)
      expect(maxRelativeError(lab().readF32(p.dx, sizes.x), avgPool3dGradReference(w, dy))).toBeLessThan(TOLERANCE)
      lab().done()
    })
  }
})
