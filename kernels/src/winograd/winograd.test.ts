import { expect, it } from 'vitest'
import { conv2dInputGradReference } from '../conv2d/conv2d.reference.ts'
import type { Conv2dShape } from '../conv2d/conv2d.ts'
import { gemmError } from '../gemm/gemm.reference.ts'
import { erf } from '../math/math.reference.ts'
import { describeVariants, type Lab, randomF32 } from '../runtime/lab.ts'
import { tolerance, winogradReference } from './winograd.reference.ts'
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
}

function shapeOf({ batch = 1, height, width, channels, pad = [0, 0, 0, 0] }: Setting): Conv2dShape {
  return {
    ...{ batch, inHeight: height, inWidth: width, inChannels: channels[0], outChannels: channels[1] },
    ...{ outHeight: Math.max(0, height + pad[0] + pad[1] - 2), outWidth: Math.max(0, width + pad[2] + pad[3] - 2) },
    ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 },
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

const label = ({ batch = 1, height, width, channels, pad = [0, 0, 0, 0] }: Setting) =>
  `${batch}x${height}x${width}x${channels[0]} to ${channels[1]}, pad ${pad}`

function transformed(lab: Lab, s: Conv2dShape, size: WinogradSize, filter: ArrayLike<number>): number {
  const panels = lab.out(transformedFilterBytes(s, size))
  transformFilter(lab.rt, s, size, { filter: lab.f32(filter), panels })
  return panels
}

describeVariants('winograd', (lab) => {
  for (const size of [2, 4] as const)
    for (const setting of sweep()) {
      const s = shapeOf(setting)
      const counts = {
        x: s.batch * s.inHeight * s.inWidth * s.inChannels,
        y: s.batch * s.outHeight * s.outWidth * s.outChannels,
        filter: 9 * s.inChannels * s.outChannels,
      }

      it(`F(${size}x${size}) within ${size / 2} (channels + 8) / 2^24: ${label(setting)}`, () => {
        const [x, filter, bias] = [counts.x, counts.filter, s.outChannels].map((n, seed) => randomF32(n, seed + 1))
        const at = { x: lab().f32(x), y: lab().out(counts.y * 4), bias: lab().f32(bias) }
        const panels = transformed(lab(), s, size, filter)
        winograd(lab().rt, s, size, { ...at, panels })
        const expected = winogradReference(s, size, x, filter, bias)
        const error = gemmError(lab().readF32(at.y, counts.y), expected)
        expect(error).toBeLessThan(tolerance[size](s.inChannels))
        lab().done()
      })

      it(`F(${size}x${size}) gradient at x: ${label(setting)}`, () => {
        const [dy, filter] = [counts.y, counts.filter].map((n, seed) => randomF32(n, seed + 5))
        const grad = { ...s, ...inputGradShape(s) }
        const at = { x: lab().f32(dy), y: lab().out(counts.x * 4) }
        const panels = lab().out(transformedFilterBytes(grad, size))
        transformFilter(lab().rt, grad, size, { filter: lab().f32(filter), panels, flipped: true })
        winograd(lab().rt, grad, size, { ...at, panels })
        const { scale } = winogradReference(grad, size, dy, flip(filter, s))
        const expected = { c: conv2dInputGradReference(s, filter, dy).c, scale }
        expect(gemmError(lab().readF32(at.y, counts.x), expected)).toBeLessThan(tolerance[size](s.outChannels))
        lab().done()
      })
    }

  for (const size of [2, 4] as const)
    it.each(['relu', 'relu6', 'elu', 'leakyrelu', 'prelu', 'sigmoid', 'tanh', 'gelu'] as const)(
      `F(${size}x${size}) applies %s after the bias`,
      (activation) => {
        const s = shapeOf({ batch: 2, height: 10, width: 9, channels: [6, 11], pad: same })
        const x = randomF32(2 * 90 * 6, 1)
        const filter = randomF32(9 * 66, 2)
        const [bias, slope] = [randomF32(11, 3), randomF32(11, 4)]
        const apply = {
          relu: (v: number) => Math.max(v, 0),
          relu6: (v: number) => Math.min(Math.max(v, 0), 6),
          elu: (v: number) => (v < 0 ? Math.expm1(v) : v),
          leakyrelu: (v: number) => (v < 0 ? 0.3 * v : v),
          prelu: (v: number, o: number) => (v < 0 ? slope[o] * v : v),
          sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
          tanh: (v: number) => Math.tanh(v),
          gelu: (v: number) => (v * (1 + erf(v / Math.SQRT2))) / 2,
        }[activation]
        const expected = winogradReference(s, size, x, filter, bias)
        expected.c = expected.c.map((v, i) => apply(v, i % 11))
        const at = { x: lab().f32(x), y: lab().out(expected.c.length * 4), bias: lab().f32(bias) }
        const panels = transformed(lab(), s, size, filter)
        winograd(lab().rt, s, size, { ...at, panels, activation, leak: 0.3, slope: lab().f32(slope) })
        expect(gemmError(lab().readF32(at.y, expected.c.length), expected)).toBeLessThan(tolerance[size](6))
        lab().done()
      },
    )

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

/** The filter turned by 180 degrees, with its channels in and out exchanged. */
function flip(filter: Float32Array, { inChannels, outChannels }: Conv2dShape): Float32Array {
  const flipped = new Float32Array(filter.length)
  for (let tap = 0; tap < 9; tap++)
    for (let i = 0; i < inChannels; i++)
      for (let o = 0; o < outChannels; o++)
        flipped[((8 - tap) * outChannels + o) * inChannels + i] = filter[(tap * inChannels + i) * outChannels + o]
  return flipped
}
