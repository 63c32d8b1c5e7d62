import { expect, it } from 'vitest'
import { tileRows } from '../gemm/gemm.ts'
import { activationCode } from '../gemm/layouts.ts'
import { runConv2d } from '../generated/commands.ts'
import { describeVariants, randomF32, windowsOf } from '../runtime/lab.ts'
import { type Conv2dShape, packedFilterBytes, packFilter } from './conv2d.ts'
import { rowsHeld } from './rows.ts'

interface Case {
  height?: number
  width: number
  outChannels: number
  strideHeight?: number
  dilationHeight?: number
  /** top, bottom, left, right */
  pad?: number[]
  rowBlock?: number
  activation?: 'relu6' | 'prelu'
  noBias?: true
  change?: (x: Float32Array, filter: Float32Array) => void
}

function shapeOf({ height = 4, width, outChannels, strideHeight = 1, dilationHeight = 1, pad }: Case): Conv2dShape {
  const windows = windowsOf([2, height, width], [3, 3], [strideHeight, 1], pad ?? [0, 0, 0, 0], [dilationHeight, 1])
  return { ...windows, inChannels: 1, outChannels }
}

// conv2d.test.ts compares with the reference where `conv2d` chooses this kernel.
describeVariants('conv2d_nine_f32_nhwc', (lab) => {
  function outputs(test: Case) {
    const s = shapeOf(test)
    const x = randomF32(s.batch * s.inHeight * s.inWidth, 1)
    const filter = randomF32(9 * s.outChannels, 2)
    test.change?.(x, filter)
    const numbers = s.batch * s.outHeight * s.outWidth * s.outChannels
    const { rt } = lab()
    const at = { x: lab().f32(x), panels: lab().out(packedFilterBytes(s)) }
    packFilter(rt, s, lab().f32(filter), at.panels)
    const bias = test.noBias ? 0 : lab().f32(randomF32(s.outChannels, 3))
    const slope = lab().f32(randomF32(s.outChannels, 4))
    const rowBlock = test.rowBlock ?? Math.max(s.outWidth, 1)
    const result = (['conv2d_nine_f32_nhwc', 'conv2d_rows_f32_nhwc'] as const).map((kernel) => {
      const y = lab().out(numbers * 4)
      runConv2d(rt, kernel, s.batch * s.outHeight * Math.ceil(s.outWidth / rowBlock), {
        ...{ ...s, ...at, bias, y, slope, rowBlock, depthBlock: 9, held: rowsHeld(s), tables: 0, leak: 0 },
        pixels: s.batch * s.outHeight * s.outWidth,
        tileRows: tileRows(rt.variant, rt.wide),
        activation: activationCode('conv2d', test.activation),
      })
      return lab().readF32(y, numbers)
    })
    lab().done()
    return result
  }

  const paddings = [
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [0, 1, 0, 1],
    [5, 0, 0, 6],
    [-1, 1, -1, 1],
  ]
  const cases: Case[] = [
    ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 28].flatMap((width) =>
      paddings.flatMap((pad) => [7, 8, 9].map((outChannels) => ({ width, pad, outChannels }))),
    ),
    ...[1, 2].map((width) => ({ width, pad: [1, 1, 1, 1], outChannels: 5 })),
    ...[1, 2, 3, 4, 5, 6, 11, 12, 13, 16, 20, 31].map((outChannels) => ({ width: 9, pad: [1, 1, 1, 1], outChannels })),
    ...[1, 3, 4, 5, 7, 12].map((rowBlock) => ({ width: 14, pad: [1, 1, 1, 1], outChannels: 10, rowBlock })),
    { width: 9, height: 9, pad: [2, 1, 1, 1], outChannels: 12, strideHeight: 2 },
    { width: 9, height: 9, pad: [2, 1, 1, 1], outChannels: 12, dilationHeight: 3 },
    // More rows than are copied at once, and more than a row of y sees.
    { width: 1000, height: 7, pad: [1, 1, 1, 1], outChannels: 4 },
    { width: 300, height: 150, pad: [1, 1, 1, 1], outChannels: 4, dilationHeight: 60 },
    { width: 9, pad: [1, 1, 1, 1], outChannels: 13, noBias: true },
    { width: 9, pad: [1, 1, 1, 1], outChannels: 13, activation: 'relu6' },
    { width: 9, pad: [1, 1, 1, 1], outChannels: 13, activation: 'prelu', rowBlock: 5 },
  ]
  it.each(cases.map((test) => [JSON.stringify(test), test] as const))(
    'the bits of conv2d_rows_f32_nhwc: %s',
    (_, test) => {
      const [nine, rows] = outputs(test)
      expect(new Int32Array(nine.buffer)).toEqual(new Int32Array(rows.buffer))
    },
  )

  it.each([NaN, Infinity, -Infinity])('%f in x or the filter, under padding too, as conv2d_rows_f32_nhwc', (value) => {
    for (const place of [0, 1, 4, 8]) {
      const test = { width: 9, pad: [1, 1, 1, 1], outChannels: 7 }
      const [inFilter, inFilterRows] = outputs({
        ...test,
        change: (_, filter) => filter.fill(value, 7 * place, 7 * place + 3),
      })
      expect(inFilter).toEqual(inFilterRows)
      // The first pixel's window: NaN wherever this tap lies over padding, or the product is one.
      expect(Number.isNaN(inFilter[0])).toBe(place < 4 || Number.isNaN(value))
      const [inX, inXRows] = outputs({ ...test, change: (x) => x.fill(value, place, place + 1) })
      expect(inX).toEqual(inXRows)
      expect(inX.some((v) => !Number.isFinite(v))).toBe(true)
    }
  })
})
