import { expect, it } from 'vitest'
import { activate, fused, gemmError } from '../gemm/gemm.reference.ts'
import { describeVariants, type Lab, randomF32, windowsOf } from '../runtime/lab.ts'
import {
  conv2dFilterGradReference,
  conv2dInputGradReference,
  conv2dReference,
  type Expected,
  tolerance,
} from './conv2d.reference.ts'
import {
  type Conv2dGradShape,
  type Conv2dShape,
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  packedFilterBytes,
  packedTransposedFilterBytes,
  packFilter,
  packTransposedFilter,
} from './conv2d.ts'

interface Setting {
  x: number[]
  filter: number[]
  stride?: number[]
  dilation?: number[]
  /** top, bottom, left, right */
  pad?: number[]
}

function shapeOf({ x, filter, stride = [1, 1], dilation = [1, 1], pad = [0, 0, 0, 0] }: Setting): Conv2dShape {
  return { ...windowsOf(x, filter, stride, pad, dilation), inChannels: x[3], outChannels: filter[2] }
}

function* sweep(): Generator<Setting> {
  for (const filter of [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 4],
    [5, 1],
    [5, 6],
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
        [3, 0, 4, 2],
        [-1, 0, 0, -1],
      ])
        for (const dilation of [
          [1, 1],
          [2, 2],
          [1, 3],
        ])
          yield { x: [2, 7, 9, 3], filter: [...filter, 9], stride, pad, dilation }
  for (const inChannels of [1, 2, 4, 5, 6, 7, 8, 13, 16, 32])
    for (const outChannels of [1, 3, 7, 8, 9, 16, 20])
      yield { x: [2, 6, 7, inChannels], filter: [3, 3, outChannels], pad: [1, 1, 1, 1] }
  for (const inChannels of [1, 3, 6, 8])
    for (const width of [3, 4, 5, 8, 9, 12, 13, 14, 15, 26, 30])
      yield { x: [1, 4, width, inChannels], filter: [3, 3, 8], pad: [0, 0, 0, 0] }
  // Few channels, which have their own kernel: rows inside x and not, every tile.
  for (const inChannels of [1, 2, 4])
    for (const filter of [
      [3, 3],
      [1, 1],
      [4, 2],
      [2, 5],
    ])
      for (const pad of [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [5, 0, 0, 6],
        [-1, 1, -1, 0],
      ])
        for (const dilation of [
          [1, 1],
          [2, 3],
        ])
          for (const stride of [
            [1, 1],
            [2, 1],
          ])
            yield { x: [2, 8, 19, inChannels], filter: [...filter, 10], pad, dilation, stride }
  // Few outputs, which have theirs: windows inside x and not, groups that overlap, dilated rows.
  for (const outChannels of [1, 2, 3]) {
    for (const filter of [
      [1, 1],
      [3, 3],
      [4, 2],
      [2, 9],
    ])
      for (const pad of [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [5, 0, 0, 12],
        [-1, 1, -2, 0],
        [7, 7, 9, 9],
      ])
        for (const dilation of [
          [1, 1],
          [3, 1],
        ])
          for (const stride of [
            [1, 1],
            [2, 1],
            [1, 2],
          ])
            yield { x: [2, 6, 20, 8], filter: [...filter, outChannels], pad, dilation, stride }
    for (const width of [7, 8, 9, 11, 12, 15, 16, 17])
      for (const inChannels of [4, 12, 16, 20, 24, 56, 64, 68])
        yield { x: [1, 2, width, inChannels], filter: [1, 1, outChannels] }
  }
  for (const width of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]) yield { x: [1, 2, width + 1, 1], filter: [2, 2, 8] }
  yield { x: [1, 2, 30000, 1], filter: [2, 2, 5] }
  // More numbers in a patch than are gathered at once, cut inside and between pixels of the filter.
  yield { x: [2, 5, 6, 331], filter: [1, 1, 9], pad: [1, 1, 1, 1] }
  yield { x: [2, 5, 5, 331], filter: [1, 1, 33], pad: [1, 1, 1, 1] }
  yield { x: [2, 5, 4, 50], filter: [3, 3, 17] }
  yield { x: [2, 5, 3, 50], filter: [3, 3, 17], pad: [1, 1, 1, 1] }
  yield { x: [2, 5, 6, 50], filter: [3, 3, 9], pad: [1, 1, 1, 1] }
  yield { x: [2, 5, 6, 50], filter: [3, 3, 9] }
  yield { x: [1, 5, 6, 700], filter: [2, 2, 3], dilation: [2, 2] }
  // More pixels than one item, and than one chunk of the filter's gradient.
  yield { x: [3, 17, 31, 2], filter: [3, 3, 5], pad: [1, 1, 1, 1] }
  yield { x: [1, 3, 700, 2], filter: [2, 2, 5] }
  // More rows of x than are copied at once: of one row of y, of several; and rows so far apart that they do not fit with what lies between.
  for (const stride of [
    [1, 1],
    [2, 1],
    [5, 2],
  ])
    for (const inChannels of [6, 20]) yield { x: [2, 30, 60, inChannels], filter: [3, 3, 9], pad: [1, 1, 1, 1], stride }
  yield { x: [1, 110, 3000, 1], filter: [2, 2, 9], pad: [1, 0, 0, 1], dilation: [100, 1] }
  // Some taps lie over x, or none: rows, columns, both, the middle one.
  for (const [inChannels, outChannels] of [
    [5, 9],
    [8, 2],
  ]) {
    yield { x: [2, 1, 1, inChannels], filter: [3, 3, outChannels], pad: [1, 1, 1, 1] }
    yield { x: [2, 1, 1, inChannels], filter: [3, 3, outChannels], pad: [2, 0, 0, 2] }
    yield { x: [2, 2, 2, inChannels], filter: [5, 5, outChannels], pad: [2, 2, 2, 2] }
    yield { x: [1, 2, 20, inChannels], filter: [5, 3, outChannels], pad: [2, 2, 1, 1] }
    yield { x: [1, 2, 9, inChannels], filter: [5, 21, outChannels], pad: [2, 2, 10, 10] }
    yield { x: [1, 9, 3, inChannels], filter: [3, 5, outChannels], pad: [1, 1, 3, 3] }
    yield { x: [2, 7, 7, inChannels], filter: [3, 3, outChannels], pad: [12, 12, 12, 12], dilation: [12, 12] }
    yield { x: [1, 3, 3, inChannels], filter: [4, 4, outChannels], pad: [3, 2, 3, 2], stride: [3, 3] }
    yield { x: [2, 1, 1, inChannels], filter: [2, 2, outChannels], pad: [2, 2, 2, 2], dilation: [4, 4] }
    yield { x: [2, 1, 20, inChannels], filter: [2, 1, outChannels], pad: [2, 2, 0, 0], dilation: [4, 1] }
  }
  // As a matrix: pixels, and whole images.
  yield { x: [3, 4, 5, 6], filter: [1, 1, 10] }
  yield { x: [3, 4, 5, 6], filter: [4, 5, 10] }
  yield { x: [3, 4, 5, 6], filter: [4, 5, 10], stride: [2, 3] }
  // Windows of padding alone, so far from x that what would be read lies before all memory.
  yield { x: [1, 2, 1, 4], filter: [1, 1, 5], stride: [1, 2 ** 28], pad: [0, 0, 2 ** 28 - 1, 0] }
  yield { x: [1, 2, 1, 4], filter: [1, 1, 2], stride: [1, 2 ** 28], pad: [0, 0, 2 ** 28 - 1, 0] }
  // Nothing to do, or nothing to add.
  yield { x: [0, 4, 5, 6], filter: [3, 3, 10] }
  yield { x: [2, 2, 5, 6], filter: [3, 3, 10] }
  yield { x: [2, 4, 5, 0], filter: [3, 3, 10] }
  yield { x: [2, 4, 5, 6], filter: [3, 3, 0] }
  yield { x: [2, 4, 5, 0], filter: [1, 1, 10] }
}

const label = (s: Setting) =>
  `x ${s.x.join('x')}, filter ${s.filter.join('x')}, stride ${s.stride ?? 1}, pad ${s.pad ?? 0}, dilation ${s.dilation ?? 1}`

function numbers(s: Conv2dShape) {
  const { batch, inChannels, outChannels } = s
  return {
    x: randomF32(batch * s.inHeight * s.inWidth * inChannels, 1),
    filter: randomF32(s.filterHeight * s.filterWidth * inChannels * outChannels, 2),
    dy: randomF32(batch * s.outHeight * s.outWidth * outChannels, 3),
    bias: randomF32(outChannels, 4),
  }
}

function check(lab: Lab, at: number, expected: Expected, terms: number): void {
  expect(gemmError(lab.readF32(at, expected.c.length), expected)).toBeLessThan(tolerance(terms))
}

describeVariants('conv2d', (lab) => {
  for (const setting of sweep()) {
    const s = shapeOf(setting)
    const patch = s.filterHeight * s.filterWidth * s.inChannels

    it(`forward: ${label(setting)}`, () => {
      const { x, filter, dy, bias } = numbers(s)
      const at = { x: lab().f32(x), y: lab().out(dy.length * 4), panels: lab().out(packedFilterBytes(s)) }
      packFilter(lab().rt, s, lab().f32(filter), at.panels)
      conv2d(lab().rt, s, { ...at, bias: lab().f32(bias) })
      check(lab(), at.y, conv2dReference(s, x, filter, bias), patch)
      conv2d(lab().rt, s, at)
      check(lab(), at.y, conv2dReference(s, x, filter), patch)
      lab().done()
    })

    it(`gradients: ${label(setting)}`, () => {
      const { x, filter, dy } = numbers(s)
      const at = { x: lab().f32(x), dy: lab().f32(dy), dx: lab().out(x.length * 4), dw: lab().out(filter.length * 4) }
      const panels = lab().out(packedTransposedFilterBytes(s))
      packTransposedFilter(lab().rt, s, lab().f32(filter), panels)
      conv2dInputGrad(lab().rt, s, { ...at, panels })
      check(lab(), at.dx, conv2dInputGradReference(s, filter, dy), s.filterHeight * s.filterWidth * s.outChannels)
      conv2dFilterGrad(lab().rt, s, at)
      check(lab(), at.dw, conv2dFilterGradReference(s, x, dy), s.batch * s.outHeight * s.outWidth)
      lab().done()
    })
  }

  it.each([
    { x: [2, 5, 5, 5], filter: [2, 2, 11], stride: [2, 2] },
    { x: [2, 5, 5, 5], filter: [1, 1, 8], stride: [1, 1] },
  ])('gradients read the first outHeight x outWidth pixels of a larger dy: %o', (setting) => {
    const s = shapeOf(setting)
    const big: Conv2dGradShape = { ...s, dyHeight: s.outHeight + 1, dyWidth: s.outWidth + 2 }
    const { x, filter, dy } = numbers(s)
    const width = s.outWidth * s.outChannels
    const wide = new Float32Array(s.batch * (s.outHeight + 1) * (s.outWidth + 2) * s.outChannels).fill(NaN)
    for (let row = 0; row < s.batch * s.outHeight; row++) {
      const to = (row + Math.floor(row / s.outHeight)) * (s.outWidth + 2) * s.outChannels
      wide.set(dy.subarray(row * width, (row + 1) * width), to)
    }
    const at = { x: lab().f32(x), dy: lab().f32(wide), dx: lab().out(x.length * 4), dw: lab().out(filter.length * 4) }
    const panels = lab().out(packedTransposedFilterBytes(big))
    packTransposedFilter(lab().rt, big, lab().f32(filter), panels)
    conv2dInputGrad(lab().rt, big, { ...at, panels })
    check(lab(), at.dx, conv2dInputGradReference(s, filter, dy), s.filterHeight * s.filterWidth * s.outChannels)
    conv2dFilterGrad(lab().rt, big, at)
    check(lab(), at.dw, conv2dFilterGradReference(s, x, dy), s.batch * s.outHeight * s.outWidth)
    lab().done()
  })

  const kinds: Record<string, Setting> = {
    'a matrix of pixels': { x: [2, 5, 9, 6], filter: [1, 1, 11] },
    'a matrix of images': { x: [9, 3, 3, 4], filter: [3, 3, 11] },
    'gathered patches': { x: [2, 9, 9, 20], filter: [3, 3, 11], stride: [2, 2], dilation: [2, 2], pad: [2, 2, 2, 2] },
    'rows of x': { x: [2, 9, 9, 3], filter: [3, 3, 11], pad: [1, 1, 1, 1] },
    'nine vectors': { x: [2, 9, 20, 1], filter: [3, 3, 11], pad: [1, 1, 1, 1] },
    'few outputs': { x: [2, 6, 20, 8], filter: [3, 3, 2], pad: [1, 1, 1, 1] },
  }
  for (const [kind, setting] of Object.entries(kinds))
    it.each(fused)(`applies %s after the bias: ${kind}`, (activation) => {
      const s = shapeOf(setting)
      const { x, filter, bias } = numbers(s)
      const outputs = s.outChannels
      const slope = randomF32(outputs, 5)
      const expected = conv2dReference(s, x, filter, bias)
      expected.c = expected.c.map((v, i) => activate(v, activation, 0.3, slope[i % outputs]))
      const at = { x: lab().f32(x), y: lab().out(expected.c.length * 4), panels: lab().out(packedFilterBytes(s)) }
      packFilter(lab().rt, s, lab().f32(filter), at.panels)
      conv2d(lab().rt, s, { ...at, bias: lab().f32(bias), activation, leak: 0.3, slope: lab().f32(slope) })
      check(lab(), at.y, expected, s.filterHeight * s.filterWidth * s.inChannels)
      lab().done()
    })
})
