import { expect, it } from 'vitest'
import type { Conv2dShape } from '../conv2d/conv2d.ts'
import { activate, fused, gemmError } from '../gemm/gemm.reference.ts'
import { describeVariants, type Lab, randomF32 } from '../runtime/lab.ts'
import { depth, taps } from './choice.ts'
import { gradTolerance, tolerance, winogradInputGradReference, winogradReference } from './winograd.reference.ts'
import {
  inputGradShape,
  transformedFilterBytes,
  transformFilter,
  type WinogradSize,
  winograd,
  winogradSize,
} from './winograd.ts'

interface Setting {
  batch?: number
  height: number
  width: number
  channels: [number, number]
  /** top, bottom, left, right */
  pad?: [number, number, number, number]
  /** Of the filter; the stride is 2 */
  strided?: [number, number]
}

function shapeOf({ batch = 1, height, width, channels, pad = [0, 0, 0, 0], strided }: Setting): Conv2dShape {
  const [filterHeight, filterWidth] = strided ?? [3, 3]
  const stride = strided ? 2 : 1
  const places = (size: number, filter: number) => Math.max(0, Math.floor((size - filter) / stride) + 1)
  return {
    ...{ batch, inHeight: height, inWidth: width, inChannels: channels[0], outChannels: channels[1] },
    outHeight: places(height + pad[0] + pad[1], filterHeight),
    outWidth: places(width + pad[2] + pad[3], filterWidth),
    ...{ filterHeight, filterWidth, strideHeight: stride, strideWidth: stride, dilationHeight: 1, dilationWidth: 1 },
    ...{ padTop: pad[0], padLeft: pad[2] },
  }
}

const same: Setting['pad'] = [1, 1, 1, 1]

function* sweep(): Generator<Setting> {
  for (let size = 1; size <= 20; size++) {
    yield { height: size, width: 21 - size, channels: [5, 9], pad: same }
    yield { batch: 2, height: size, width: 6, channels: [4, 8] }
    yield { batch: 2, height: 7, width: size, channels: [4, 8], pad: [0, 1, 2, 0] }
  }
  for (const pad of [
    [2, 2, 2, 2],
    [0, 0, 0, 0],
    [5, 0, 0, 6],
    [0, 9, 7, 0],
    [-1, 0, 0, -2],
    [3, -2, -1, 4],
  ] as Setting['pad'][])
    yield { batch: 3, height: 9, width: 8, channels: [8, 4], pad }
  for (const inChannels of [1, 2, 3, 4, 5, 7, 8, 16, 31, 63, 64, 65, 70])
    for (const outChannels of [1, 3, 4, 7, 8, 9, 12, 70])
      yield { height: 9, width: 7, channels: [inChannels, outChannels], pad: same }
  // More tiles than one item, and than are transformed at once; more channels of x than are summed up at once.
  yield { batch: 5, height: 22, width: 21, channels: [12, 9], pad: same }
  yield { height: 41, width: 40, channels: [33, 12], pad: same }
  yield { height: 2, width: 2, channels: [1030, 9], pad: same }
  // A filter that is read from memory, by many and by few tiles, in several blocks of columns.
  yield { height: 10, width: 10, channels: [150, 120], pad: same }
  yield { batch: 4, height: 3, width: 4, channels: [70, 130], pad: same }
  yield { height: 2, width: 3, channels: [9, 3300], pad: same }
  yield { batch: 0, height: 4, width: 4, channels: [3, 5] }
  yield { height: 2, width: 4, channels: [3, 5] }
}

/** Of stride 2, for filters of these heights and widths. */
function* stridedSweep(filters: [number, number][]): Generator<Setting> {
  for (let size = 1; size <= 30; size++) {
    const strided = filters[size % filters.length]
    yield { height: size, width: 31 - size, channels: [3, 9], pad: [3, 3, 3, 3], strided }
    yield { batch: 2, height: size, width: 13, channels: [2, 8], pad: [2, 3, 2, 3], strided }
  }
  for (const strided of filters)
    for (const pad of [
      [0, 0, 0, 0],
      [2, 2, 3, 3],
      [6, 0, 0, 6],
      [0, 9, 9, 0],
      [-1, 0, 0, -2],
      [3, -2, -1, 4],
    ] as Setting['pad'][])
      for (const inChannels of [1, 3, 4])
        yield { batch: 2, height: 22, width: 21, channels: [inChannels, 5], pad, strided }
  const [strided] = filters
  for (const inChannels of [1, 2, 3, 4, 5, 7, 15, 16, 17, 31, 32, 33, 50])
    for (const outChannels of [1, 3, 8, 12, 70])
      yield { height: 18, width: 17, channels: [inChannels, outChannels], pad: [2, 2, 2, 2], strided }
  // More tiles than one item, and than are transformed at once; more numbers of a cell than are summed up at once.
  yield { batch: 3, height: 44, width: 41, channels: [3, 17], pad: [3, 3, 3, 3], strided }
  yield { batch: 2, height: 60, width: 63, channels: [13, 12], pad: [2, 2, 2, 2], strided }
  yield { height: 8, width: 9, channels: [258, 9], pad: [2, 2, 2, 2], strided }
  // A filter that is read from memory, by many and by few tiles.
  yield { height: 24, width: 24, channels: [40, 120], pad: [2, 2, 2, 2], strided }
  yield { height: 9, width: 9, channels: [40, 200], strided }
  yield { batch: 0, height: 9, width: 9, channels: [3, 5], strided }
  yield { height: 4, width: 9, channels: [3, 5], strided }
}

const cases: { size: WinogradSize; setting: Setting }[] = [
  ...([2, 4] as const).flatMap((size) => [...sweep()].map((setting) => ({ size, setting }))),
  ...[
    ...stridedSweep([
      [5, 5],
      [6, 5],
      [5, 6],
      [6, 6],
    ]),
  ].flatMap((setting) => ([2, 4] as const).map((size) => ({ size, setting }))),
  ...[
    ...stridedSweep([
      [7, 7],
      [8, 7],
      [7, 8],
      [8, 8],
    ]),
  ].map((setting) => ({ size: 3 as const, setting })),
  ...[...stridedSweep([[4, 4]])].map((setting) => ({ size: 5 as const, setting })),
]

const label = ({ batch = 1, height, width, channels, pad = [0, 0, 0, 0], strided }: Setting) =>
  `${batch}x${height}x${width}x${channels[0]} to ${channels[1]}, pad ${pad}${strided ? `, ${strided.join('x')} stride 2` : ''}`
const named = (size: WinogradSize) => `F(${size}x${size}, ${taps(size)}x${taps(size)})`

function transformed(lab: Lab, s: Conv2dShape, size: WinogradSize, filter: ArrayLike<number>): number {
  const panels = lab.out(transformedFilterBytes(s, size))
  transformFilter(lab.rt, s, size, { filter: lab.f32(filter), panels })
  return panels
}

describeVariants('winograd', (lab) => {
  for (const { size, setting } of cases) {
    const s = shapeOf(setting)
    const counts = {
      x: s.batch * s.inHeight * s.inWidth * s.inChannels,
      y: s.batch * s.outHeight * s.outWidth * s.outChannels,
      filter: s.filterHeight * s.filterWidth * s.inChannels * s.outChannels,
    }
    const numbers = depth(s)

    it(`${named(size)} within ${size > 3 ? 2 : 1} (${setting.strided ? 'numbers of a cell' : 'channels'} + 8) / 2^24: ${label(setting)}`, () => {
      const [x, filter, bias] = [counts.x, counts.filter, s.outChannels].map((n, seed) => randomF32(n, seed + 1))
      const at = { x: lab().f32(x), y: lab().out(counts.y * 4), bias: lab().f32(bias) }
      const panels = transformed(lab(), s, size, filter)
      winograd(lab().rt, s, size, { ...at, panels })
      const expected = winogradReference(s, size, x, filter, bias)
      const error = gemmError(lab().readF32(at.y, counts.y), expected)
      expect(error).toBeLessThan(tolerance[size](numbers))
      lab().done()
    })

    const factor = (size > 3 ? 2 : 1) * (setting.strided ? 3 : 1)
    it(`${named(size)} gradient at x within ${factor} (channels + 8) / 2^24: ${label(setting)}`, () => {
      const [dy, filter, bias] = [counts.y, counts.filter, s.inChannels].map((n, seed) => randomF32(n, seed + 5))
      const grad = { ...s, ...inputGradShape(s) }
      const at = { x: lab().f32(dy), y: lab().out(counts.x * 4), bias: lab().f32(bias) }
      const panels = lab().out(transformedFilterBytes(grad, size))
      transformFilter(lab().rt, grad, size, { filter: lab().f32(filter), panels, flipped: true })
      winograd(lab().rt, grad, size, { ...at, panels })
      // A convolution transposed may have a bias, too.
      const expected = winogradInputGradReference(s, size, filter, dy, bias)
      expect(gemmError(lab().readF32(at.y, counts.x), expected)).toBeLessThan(
        gradTolerance(size, s.strideHeight, s.outChannels),
      )
      lab().done()
    })
  }

  for (const size of [2, 3, 4, 5] as const)
    it.each(fused)(`${named(size)} applies %s after the bias`, (activation) => {
      const strided: Setting['strided'] = size === 3 ? [7, 8] : size === 5 ? [4, 4] : undefined
      const s = shapeOf({ batch: 2, height: 10, width: 9, channels: [6, 11], pad: [3, 3, 3, 3], strided })
      const x = randomF32(2 * 90 * 6, 1)
      const filter = randomF32(s.filterHeight * s.filterWidth * 66, 2)
      const [bias, slope] = [randomF32(11, 3), randomF32(11, 4)]
      const expected = winogradReference(s, size, x, filter, bias)
      expected.c = expected.c.map((v, i) => activate(v, activation, 0.3, slope[i % 11]))
      const at = { x: lab().f32(x), y: lab().out(expected.c.length * 4), bias: lab().f32(bias) }
      const panels = transformed(lab(), s, size, filter)
      winograd(lab().rt, s, size, { ...at, panels, activation, leak: 0.3, slope: lab().f32(slope) })
      expect(gemmError(lab().readF32(at.y, expected.c.length), expected)).toBeLessThan(tolerance[size](depth(s)))
      lab().done()
    })

  it('gives back the memory it works in', () => {
    const s = shapeOf({ height: 30, width: 30, channels: [8, 8], pad: same })
    const { rt } = lab()
    const [x, y, panels] = [7200, 7200, transformedFilterBytes(s, 4) / 4].map((n) => lab().out(n * 4))
    const { inUse } = rt.heap
    winograd(rt, s, 4, { x, y, panels })
    expect(rt.heap.inUse).toBe(inUse)
    lab().done()
  })
})

it('is chosen for windows of 3x3, stride 1 and dilation 1, with channels enough', () => {
  const s = shapeOf({ height: 56, width: 56, channels: [64, 64], pad: same })
  expect(winogradSize(s)).toBe(4)
  expect(winogradSize({ ...s, outHeight: 4, outWidth: 4 })).toBe(2)
  for (const other of [
    { filterHeight: 2 },
    { filterWidth: 5 },
    { strideHeight: 2 },
    { strideWidth: 3 },
    { dilationHeight: 2 },
    { dilationWidth: 2 },
    { inChannels: 0 },
    { outChannels: 0 },
    { inChannels: 1 },
    { batch: 0 },
  ])
    expect([other, winogradSize({ ...s, ...other })]).toEqual([other, 0])
})

it('is chosen for windows of 4x4 and from 5x5 to 8x8 of stride 2', () => {
  const stem = shapeOf({ height: 224, width: 224, channels: [3, 64], pad: [3, 3, 3, 3], strided: [7, 7] })
  for (const strided of [
    [7, 7],
    [7, 8],
    [8, 8],
  ] as const)
    expect(winogradSize({ ...stem, filterHeight: strided[0], filterWidth: strided[1] })).toBe(3)
  for (const strided of [
    [5, 5],
    [5, 6],
    [6, 6],
  ] as const)
    expect(winogradSize({ ...stem, filterHeight: strided[0], filterWidth: strided[1] })).toBe(4)
  const wide = { ...stem, inChannels: 32 }
  expect(winogradSize({ ...wide, filterHeight: 4, filterWidth: 4 })).toBe(5)
  expect(winogradSize({ ...wide, filterHeight: 3, filterWidth: 3 })).toBe(0)
  for (const other of [
    { filterHeight: 9, filterWidth: 9 },
    { filterHeight: 6 },
    { filterWidth: 3 },
    { strideHeight: 1 },
    { strideWidth: 3 },
    { strideHeight: 3, strideWidth: 3 },
    { dilationHeight: 2 },
    { outChannels: 0 },
    { batch: 0 },
  ])
    expect([other, winogradSize({ ...stem, ...other })]).toEqual([other, 0])
})

it('is chosen for the gradient at x of the same windows, if the filter is transformed for it alone too', () => {
  for (const [side, tiles] of [
    [4, 5],
    [5, 4],
    [7, 3],
  ]) {
    const s = shapeOf({ height: 56, width: 56, channels: [32, 32], pad: [1, 1, 1, 1], strided: [side, side] })
    expect(winogradSize({ ...s, ...inputGradShape(s) }, { once: true })).toBe(tiles)
  }
  const deep = shapeOf({ height: 8, width: 8, channels: [256, 256], pad: [1, 1, 1, 1], strided: [4, 4] })
  expect(winogradSize({ ...deep, ...inputGradShape(deep) }, { once: true })).toBe(0)
})

it('refuses tiles that are not for the filter', () => {
  const s = shapeOf({ height: 20, width: 20, channels: [8, 8], strided: [7, 7] })
  expect(() => transformedFilterBytes(s, 4)).toThrow(
    'transformedFilterBytes: tiles of 4x4 are not for a filter of 7x7 and stride 2',
  )
  expect(() => transformedFilterBytes({ ...s, strideHeight: 3 }, 3)).toThrow('7x7 and stride 3')
})
