import { expect, it } from 'vitest'
import { activate, fused, gemmError } from '../gemm/gemm.reference.ts'
import { describeVariants, randomF32, windowsOf } from '../runtime/lab.ts'
import {
  depthwiseFilterGradReference,
  depthwiseInputGradReference,
  depthwiseReference,
  outputsOf,
  tolerance,
} from './depthwise.reference.ts'
import { type DepthwiseShape, depthwise, depthwiseFilterGrad, depthwiseInputGrad } from './depthwise.ts'

function shapeOf(
  x: number[],
  filter: number[],
  stride: number[],
  pad: number[],
  dilation: number[],
  multiplier = 1,
): DepthwiseShape {
  return { ...windowsOf(x, filter, stride, pad, dilation), channels: x[3], multiplier }
}

function* sweep(): Generator<DepthwiseShape> {
  for (const filter of [
    [1, 1],
    [2, 2],
    [3, 3],
    [5, 4],
    [1, 3],
  ])
    for (const stride of [
      [1, 1],
      [2, 2],
      [3, 1],
      [1, 4],
    ])
      for (const pad of [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [0, 1, 0, 1],
        [3, 4, 5, 0],
        [-1, 0, 0, -1],
      ])
        for (const dilation of [
          [1, 1],
          [2, 3],
        ])
          yield shapeOf([2, 7, 9, 5], filter, stride, pad, dilation)
  for (const channels of [0, 1, 3, 4, 7, 8, 9, 12, 31, 32, 33, 47, 64, 77])
    yield shapeOf([2, 5, 6, channels], [3, 3], [1, 1], [1, 1, 1, 1], [1, 1])
  for (const channels of [0, 1, 2, 3, 4, 5, 8, 9, 33])
    for (const multiplier of [0, 2, 3, 4, 5, 8, 17, 20])
      yield shapeOf([2, 5, 6, channels], [3, 3], [1, 1], [1, 1, 1, 1], [1, 1], multiplier)
  for (const stride of [
    [1, 1],
    [2, 2],
    [2, 3],
  ])
    for (const dilation of [
      [1, 1],
      [2, 3],
      [4, 2],
    ])
      for (const multiplier of [1, 2, 3])
        yield shapeOf([2, 13, 11, 5], [3, 4], stride, [2, 4, 3, 3], dilation, multiplier)
  // So wide that pixels are made four at a time.
  for (const width of [9, 10, 13, 16])
    for (const [size, stride, pad, dilation] of [
      [3, 1, 1, 1],
      [3, 2, 0, 1],
      [3, 1, 2, 2],
      [5, 1, 2, 1],
      [5, 2, 1, 1],
      [4, 1, 5, 1],
    ])
      yield shapeOf([2, 6, width, 19], [size, size], [stride, stride], Array(4).fill(pad), [dilation, dilation])
  // Pixels together, as many as have whole eights of numbers, and four times as many.
  for (const [channels, whole] of [
    [1, 8],
    [3, 8],
    [4, 2],
    [6, 4],
    [12, 2],
    [33, 8],
  ])
    for (const inside of [1, 2, whole - 1, whole, whole + 1, 4 * whole - 1, 4 * whole, 5 * whole + 1])
      for (const [size, pad, dilation] of [
        [3, 1, 1],
        [2, 0, 2],
      ]) {
        const width = inside + (size - 1) * dilation
        yield shapeOf([2, 5, width, channels], [3, size], [1, 1], [1, 1, pad, pad], [1, dilation])
      }
  for (const width of [1, 2, 3, 4, 7, 8, 9])
    for (const [channels, multiplier] of [
      [1, 2],
      [1, 32],
      [2, 4],
      [3, 3],
      [3, 32],
      [4, 16],
      [5, 8],
      [7, 5],
      [10, 2],
      [40, 2],
    ])
      for (const [size, stride, pad, dilation] of [
        [3, 1, 1, 1],
        [3, 2, 0, 1],
        [2, 3, 1, 2],
      ])
        yield shapeOf(
          [3, 7, width, channels],
          [3, size],
          [stride, stride],
          [pad, pad, 1, 1],
          [dilation, dilation],
          multiplier,
        )
  // Filters and images of which scratch memory holds some columns, or fewer outputs, at a time.
  yield shapeOf([1, 6, 2200, 5], [5, 3], [1, 1], [2, 2, 1, 1], [1, 1], 7)
  yield shapeOf([2, 2, 6000, 5], [2, 5], [1, 3], [0, 1, 2, 9], [1, 2], 7)
  yield shapeOf([1, 190, 70, 3], [3, 3], [7, 2], [8, 8, 20, 0], [90, 32], 12)
  yield shapeOf([1, 2, 34000, 1], [1, 3], [1, 1], [0, 0, 1, 1], [1, 1], 3)
  yield shapeOf([1, 1, 9, 3], [1, 3], [1, 1], [0, 0, 1, 1], [1, 1], 1500)
  yield shapeOf([0, 5, 6, 4], [3, 3], [1, 1], [1, 1, 1, 1], [1, 1])
  yield shapeOf([1, 2, 6, 4], [3, 3], [1, 1], [0, 0, 0, 0], [1, 1])
}

const label = (s: DepthwiseShape) =>
  `x ${s.batch}x${s.inHeight}x${s.inWidth}x${s.channels}, filter ${s.filterHeight}x${s.filterWidth}, stride ${s.strideHeight}x${s.strideWidth}, pad ${s.padTop}, ${s.padLeft}, dilation ${s.dilationHeight}x${s.dilationWidth}, multiplier ${s.multiplier}`

describeVariants('depthwise', (lab) => {
  it.each([1, 3, 8])(
    'padding touches nothing, and NaN and infinity stay with their channel; %i of each',
    (multiplier) => {
      const s = shapeOf([2, 9, 9, 9], [3, 3], [1, 1], [1, 1, 1, 1], [1, 1], multiplier)
      const x = randomF32(2 * 81 * 9, 1)
      const filter = randomF32(9 * 9 * multiplier, 2)
      x[40 * 9 + 4] = Number.NaN
      x[81 * 9 + 7] = Number.POSITIVE_INFINITY
      // The filter's first pixel, which lies over padding in the first row and column.
      filter[2 * multiplier] = Number.POSITIVE_INFINITY
      filter[3 * multiplier] = Number.NaN
      const y = lab().out(2 * 81 * 9 * multiplier * 4)
      depthwise(lab().rt, s, { x: lab().f32(x), filter: lab().f32(filter), y })
      const kind = (v: number) => (Number.isFinite(v) ? 0 : v)
      const bias = new Float32Array(9 * multiplier)
      expect(Array.from(lab().readF32(y, 2 * 81 * 9 * multiplier), kind)).toEqual(
        Array.from(depthwiseReference(s, x, filter, bias).c, kind),
      )
      lab().done()
    },
  )

  for (const [channels, multiplier] of [
    [16, 1],
    [5, 1],
    [9, 2],
    [3, 8],
  ])
    it.each(fused)(`applies %s after the bias: ${channels} channels, ${multiplier} of each`, (activation) => {
      const s = shapeOf([2, 7, 11, channels], [3, 3], [1, 1], [1, 1, 1, 1], [1, 1], multiplier)
      const outputs = outputsOf(s)
      const x = randomF32(2 * 77 * channels, 1)
      const [filter, bias, slope] = [randomF32(9 * outputs, 2), randomF32(outputs, 3), randomF32(outputs, 4)]
      const expected = depthwiseReference(s, x, filter, bias)
      expected.c = expected.c.map((v, i) => activate(v, activation, 0.3, slope[i % outputs]))
      const at = { x: lab().f32(x), filter: lab().f32(filter), y: lab().out(expected.c.length * 4) }
      depthwise(lab().rt, s, { ...at, bias: lab().f32(bias), activation, leak: 0.3, slope: lab().f32(slope) })
      expect(gemmError(lab().readF32(at.y, expected.c.length), expected)).toBeLessThan(tolerance(9))
      lab().done()
    })

  for (const s of sweep()) {
    const taps = s.filterHeight * s.filterWidth
    const x = randomF32(s.batch * s.inHeight * s.inWidth * s.channels, 1)
    const outputs = outputsOf(s)
    const filter = randomF32(taps * outputs, 2)
    const dy = randomF32(s.batch * s.outHeight * s.outWidth * outputs, 3)

    it(`forward: ${label(s)}`, () => {
      const bias = randomF32(outputs, 4)
      const at = { x: lab().f32(x), filter: lab().f32(filter), y: lab().out(dy.length * 4), bias: lab().f32(bias) }
      depthwise(lab().rt, s, at)
      const expected = depthwiseReference(s, x, filter, bias)
      expect(gemmError(lab().readF32(at.y, dy.length), expected)).toBeLessThan(tolerance(taps))
      depthwise(lab().rt, s, { ...at, bias: 0, activation: 'relu6' })
      const linear = depthwiseReference(s, x, filter, bias.fill(0))
      const clipped = { ...linear, c: linear.c.map((v) => Math.min(Math.max(v, 0), 6)) }
      expect(gemmError(lab().readF32(at.y, dy.length), clipped)).toBeLessThan(tolerance(taps))
      lab().done()
    })

    it(`gradients: ${label(s)}`, () => {
      // Larger than what counts, by pixels that are NaN.
      const [dyHeight, dyWidth] = [s.outHeight + 1, s.outWidth + 2]
      const wide = new Float32Array(s.batch * dyHeight * dyWidth * outputs).fill(Number.NaN)
      const row = s.outWidth * outputs
      for (let r = 0; r < s.batch * s.outHeight; r++) {
        const to = (r + Math.floor(r / s.outHeight)) * dyWidth * outputs
        wide.set(dy.subarray(r * row, (r + 1) * row), to)
      }
      const at = {
        x: lab().f32(x),
        filter: lab().f32(filter),
        dx: lab().out(x.length * 4),
        dw: lab().out(filter.length * 4),
      }
      for (const [values, size] of [
        [dy, {}],
        [wide, { dyHeight, dyWidth }],
      ] as const) {
        const tensors = { ...at, dy: lab().f32(values) }
        depthwiseInputGrad(lab().rt, { ...s, ...size }, tensors)
        const dx = depthwiseInputGradReference(s, filter, dy)
        expect(gemmError(lab().readF32(at.dx, x.length), dx)).toBeLessThan(tolerance(taps * (s.multiplier ?? 1)))
        depthwiseFilterGrad(lab().rt, { ...s, ...size }, tensors)
        const dw = depthwiseFilterGradReference(s, x, dy)
        const terms = s.batch * s.outHeight * s.outWidth
        expect(gemmError(lab().readF32(at.dw, filter.length), dw)).toBeLessThan(tolerance(terms))
      }
      lab().done()
    })
  }
})
