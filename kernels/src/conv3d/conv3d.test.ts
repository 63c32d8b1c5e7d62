import { expect, it } from 'vitest'
import { gemmError } from '../gemm/gemm.reference.ts'
import { describeVariants, outSize, randomF32 } from '../runtime/lab.ts'
import {
  conv3dFilterGradReference,
  conv3dInputGradReference,
  conv3dReference,
  sizesOf,
  tolerance,
} from './conv3d.reference.ts'
import {
  type Conv3dShape,
  conv3d,
  conv3dFilterGrad,
  conv3dInputGrad,
  packedFilterBytes3d,
  packedTransposedFilterBytes3d,
  packFilter3d,
  packTransposedFilter3d,
} from './conv3d.ts'

/** x: batch, depth, height, width, channels; filter: depth, height, width, channels; pad: before and behind each axis */
function shapeOf(
  x: number[],
  filter: number[],
  stride = [1, 1, 1],
  pad = [0, 0, 0, 0, 0, 0],
  dilation = [1, 1, 1],
): Conv3dShape {
  const out = (axis: number) =>
    outSize(x[axis + 1] + pad[2 * axis] + pad[2 * axis + 1], filter[axis], stride[axis], dilation[axis])
  return {
    ...{ batch: x[0], inDepth: x[1], inHeight: x[2], inWidth: x[3], inChannels: x[4] },
    ...{ outDepth: out(0), outHeight: out(1), outWidth: out(2), outChannels: filter[3] },
    ...{ filterDepth: filter[0], filterHeight: filter[1], filterWidth: filter[2] },
    ...{ strideDepth: stride[0], strideHeight: stride[1], strideWidth: stride[2] },
    ...{ dilationDepth: dilation[0], dilationHeight: dilation[1], dilationWidth: dilation[2] },
    ...{ padFront: pad[0], padTop: pad[2], padLeft: pad[4] },
  }
}

function* sweep(): Generator<Conv3dShape> {
  for (const filter of [
    [1, 1, 1],
    [1, 2, 3],
    [2, 1, 1],
    [3, 3, 3],
    [2, 4, 1],
  ])
    for (const stride of [
      [1, 1, 1],
      [2, 2, 2],
      [3, 1, 2],
    ])
      for (const pad of [
        [0, 0, 0, 0, 0, 0],
        [1, 1, 1, 1, 1, 1],
        [0, 2, 3, 0, 1, 0],
        [-1, 0, 0, 0, 0, -1],
      ])
        yield shapeOf([2, 4, 5, 6, 3], [...filter, 5], stride, pad)
  for (const dilation of [
    [2, 1, 1],
    [1, 2, 2],
    [2, 2, 3],
  ])
    yield shapeOf([1, 6, 7, 8, 2], [2, 3, 2, 9], [1, 1, 1], [1, 1, 1, 1, 1, 1], dilation)
  for (const [inChannels, outChannels] of [
    [1, 1],
    [1, 16],
    [4, 8],
    [8, 17],
    [40, 24],
    [0, 3],
    [3, 0],
  ])
    yield shapeOf([1, 4, 5, 5, inChannels], [3, 3, 3, outChannels], [1, 1, 1], [1, 1, 1, 1, 1, 1])
  yield shapeOf([0, 4, 5, 5, 3], [3, 3, 3, 4])
  yield shapeOf([1, 2, 5, 5, 3], [3, 3, 3, 4])
  // More pixels than an item makes.
  yield shapeOf([1, 4, 9, 11, 3], [2, 3, 3, 8], [1, 1, 1], [1, 0, 1, 1, 1, 1])
}

const label = (s: Conv3dShape) =>
  `x ${s.batch}x${s.inDepth}x${s.inHeight}x${s.inWidth}x${s.inChannels}, filter ${s.filterDepth}x${s.filterHeight}x${s.filterWidth}x${s.outChannels}, stride ${s.strideDepth}x${s.strideHeight}x${s.strideWidth}, pad ${s.padFront}, ${s.padTop}, ${s.padLeft}, dilation ${s.dilationDepth}x${s.dilationHeight}x${s.dilationWidth}`

describeVariants('conv3d', (lab) => {
  for (const s of sweep())
    it(`forward and gradients: ${label(s)}`, () => {
      const sizes = sizesOf(s)
      const x = randomF32(sizes.x, 1)
      const filter = randomF32(sizes.filter, 2)
      const dy = randomF32(sizes.y, 3)
      const at = {
        x: lab().f32(x),
        filter: lab().f32(filter),
        dy: lab().f32(dy),
        y: lab().out(sizes.y * 4),
        dx: lab().out(sizes.x * 4),
        dw: lab().out(sizes.filter * 4),
      }
      const panels = lab().out(packedFilterBytes3d(s))
      packFilter3d(lab().rt, s, at.filter, panels)
      conv3d(lab().rt, s, { x: at.x, panels, y: at.y })
      const taps = s.filterDepth * s.filterHeight * s.filterWidth
      const y = conv3dReference(s, x, filter)
      expect(gemmError(lab().readF32(at.y, sizes.y), y)).toBeLessThan(tolerance(taps * s.inChannels))

      const transposed = lab().out(packedTransposedFilterBytes3d(s))
      packTransposedFilter3d(lab().rt, s, at.filter, transposed)
      conv3dInputGrad(lab().rt, s, { dy: at.dy, panels: transposed, dx: at.dx })
      const dx = conv3dInputGradReference(s, filter, dy)
      expect(gemmError(lab().readF32(at.dx, sizes.x), dx)).toBeLessThan(tolerance(taps * s.outChannels))

      conv3dFilterGrad(lab().rt, s, { x: at.x, dy: at.dy, dw: at.dw })
      const dw = conv3dFilterGradReference(s, x, dy)
      const terms = s.batch * s.outDepth * s.outHeight * s.outWidth
      expect(gemmError(lab().readF32(at.dw, sizes.filter), dw)).toBeLessThan(tolerance(terms))
      lab().done()
    })
})
