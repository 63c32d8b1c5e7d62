import { type Conv3DAttrs, conv3dInfo, type Pool3DAttrs, pool3dInfo } from '../src/kernels/windows3d.ts'
import type { Call, Content } from './call.ts'

type Right = (inputs: Record<string, Content>, attrs: Call['attrs']) => Content[]
type Info = ReturnType<typeof conv3dInfo>

/** For each axis, all [place in x, place in the window, place in y] that meet. */
function meetings(info: Info): number[][][] {
  const axes = [
    [info.inDepth, info.outDepth, info.filterDepth, info.strideDepth, info.dilationDepth, info.padInfo.front],
    [info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.dilationHeight, info.padInfo.top],
    [info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.dilationWidth, info.padInfo.left],
  ]
  return axes.map(([size, out, filter, stride, dilation, pad]) => {
    const all: number[][] = []
    for (let o = 0; o < out; o++)
      for (let f = 0; f < filter; f++) {
        const i = o * stride + f * dilation - pad
        if (i >= 0 && i < size) all.push([i, f, o])
      }
    return all
  })
}

/** Calls `visit` with the pixels of x, the filter and y that meet, slice by slice, row by row. */
function eachMeeting(info: Info, visit: (x: number, filter: number, y: number) => void): void {
  const [slices, rows, columns] = meetings(info)
  for (let b = 0; b < info.batchSize; b++)
    for (const [z, l, d] of slices)
      for (const [row, i, r] of rows)
        for (const [column, j, c] of columns)
          visit(
            ((b * info.inDepth + z) * info.inHeight + row) * info.inWidth + column,
            (l * info.filterHeight + i) * info.filterWidth + j,
            ((b * info.outDepth + d) * info.outHeight + r) * info.outWidth + c,
          )
}

/** Convolutions of volumes, one product after the other. */
export function convolutionLoops(kind: 'forward' | 'x' | 'filter'): Right {
  return ({ x, filter, dy }, attrs) => {
    const inputShape = x?.shape ?? (attrs.inputShape as number[])
    const filterShape = filter?.shape ?? (attrs.filterShape as number[])
    const info = conv3dInfo('', inputShape, filterShape, attrs as unknown as Conv3DAttrs)
    const shape = kind === 'forward' ? info.outShape : kind === 'x' ? inputShape : filterShape
    const out = new Float64Array(shape.reduce((a, b) => a * b, 1))
    const [ins, outs] = filterShape.slice(3)
    eachMeeting(info, (px, pw, py) => {
      for (let ch = 0; ch < ins; ch++)
        for (let o = 0; o < outs; o++) {
          const [ix, iw, iy] = [px * ins + ch, (pw * ins + ch) * outs + o, py * outs + o]
          if (kind === 'forward') out[iy] += x.values[ix] * filter.values[iw]
          else if (kind === 'x') out[ix] += filter.values[iw] * dy.values[iy]
          else out[iw] += x.values[ix] * dy.values[iy]
        }
    })
    // Padding is pixels of zero, and zero times NaN is NaN.
    if (kind === 'forward') addPadding(info, filter, outs, ins, out)
    return [{ shape, dtype: 'float32', values: Float32Array.from(out) }]
  }
}

function addPadding(info: Info, filter: Content, outs: number, ins: number, out: Float64Array): void {
  const taps = info.filterDepth * info.filterHeight * info.filterWidth
  const pixels = out.length / Math.max(outs, 1)
  const seen = Array.from({ length: pixels }, () => new Set<number>())
  eachMeeting(info, (_, tap, y) => seen[y].add(tap))
  for (let y = 0; y < pixels; y++)
    for (let tap = 0; tap < taps; tap++)
      if (!seen[y].has(tap))
        for (let ch = 0; ch < ins; ch++)
          for (let o = 0; o < outs; o++) out[y * outs + o] += 0 * filter.values[(tap * ins + ch) * outs + o]
}

/** The gradient of the maximum goes to the last of the largest numbers of each window. */
export const maxPoolGradient: Right = ({ dy, input }, attrs) => {
  const info = pool3dInfo({ ...input, dataId: {} }, attrs as unknown as Pool3DAttrs)
  const channels = info.inChannels
  const best = new Float64Array(dy.values.length).fill(-Infinity)
  const place = new Int32Array(dy.values.length).fill(-1)
  eachMeeting(info, (px, _, py) => {
    for (let ch = 0; ch < channels; ch++)
      if (input.values[px * channels + ch] >= best[py * channels + ch]) {
        best[py * channels + ch] = input.values[px * channels + ch]
        place[py * channels + ch] = px * channels + ch
      }
  })
  const dx = new Float64Array(input.values.length)
  place.forEach((at, i) => {
    if (at >= 0) dx[at] += dy.values[i]
  })
  return [{ shape: input.shape, dtype: 'float32', values: Float32Array.from(dx) }]
}
