import { binary, type Conv2dShape, fill, gemm } from '@lanewise/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { copy } from './move.ts'

/**
 * The taps of a filter that lie over a pixel of x somewhere, or between such: its rows [top, bottom) and columns [left, right). The others add zeros
 * to all of y, or NaN where they are NaN or infinite.
 */
export interface LiveTaps {
  top: number
  bottom: number
  left: number
  right: number
}

/** Undefined where that is all of the filter, or nothing of it. */
export function liveTaps(s: Conv2dShape): LiveTaps | undefined {
  const [top, bottom] = liveRange(s.filterHeight, s.dilationHeight, s.strideHeight, s.padTop, s.inHeight, s.outHeight)
  const [left, right] = liveRange(s.filterWidth, s.dilationWidth, s.strideWidth, s.padLeft, s.inWidth, s.outWidth)
  if (bottom - top === s.filterHeight && right - left === s.filterWidth) return undefined
  if (bottom === 0 || right === 0 || s.inChannels === 0 || s.outChannels === 0) return undefined
  return { top, bottom, left, right }
}

/** The first tap that lies over a pixel, and the one behind the last: 0 where there is none. */
function liveRange(taps: number, dilation: number, stride: number, pad: number, inSize: number, outSize: number) {
  const isLive = (tap: number) => {
    const offset = tap * dilation - pad
    const pixel = Math.max(0, Math.ceil(-offset / stride))
    return pixel < outSize && pixel * stride + offset < inSize
  }
  let first = 0
  while (first < taps && !isLive(first)) first++
  let last = first < taps ? taps : 0
  while (last > 0 && !isLive(last - 1)) last--
  return [first, last]
}

/** The convolution by these taps only. */
export function liveShape(s: Conv2dShape, { top, bottom, left, right }: LiveTaps): Conv2dShape {
  return {
    ...s,
    filterHeight: bottom - top,
    filterWidth: right - left,
    padTop: s.padTop - top * s.dilationHeight,
    padLeft: s.padLeft - left * s.dilationWidth,
  }
}

/** Copies these taps of the filter at `filter`. */
function copyLive(backend: LanewiseBackend, s: Conv2dShape, live: LiveTaps, filter: number, to: number): void {
  const { top, bottom, left, right } = live
  const tap = s.inChannels * s.outChannels
  copy.start(4)
  copy.dimension(bottom - top, s.filterWidth * tap, (right - left) * tap)
  copy.dimension((right - left) * tap, 1, 1)
  copy.run(backend.rt, filter + (top * s.filterWidth + left) * tap * 4, to)
}

/** to[o] = the sum of 0 * filter[.., o] over the other taps: 0, or NaN. */
function sumDead(backend: LanewiseBackend, s: Conv2dShape, live: LiveTaps, filter: number, to: number): void {
  const { rt } = backend
  const { inChannels, outChannels: n, filterHeight, filterWidth } = s
  const row = filterWidth * inChannels
  const runs = [[0, live.top * row]]
  for (let i = live.top; i < live.bottom; i++)
    runs.push(
      [i * row, live.left * inChannels],
      [i * row + live.right * inChannels, (filterWidth - live.right) * inChannels],
    )
  runs.push([live.bottom * row, (filterHeight - live.bottom) * row])
  const longest = Math.max(...runs.map(([, k]) => k))
  const zeros = backend.workspace(longest * 4)
  fill(rt, zeros, longest * 4, 0)
  fill(rt, to, n * 4, 0)
  for (const [first, k] of runs)
    if (k > 0) gemm(rt, { m: 1, n, k, a: zeros, b: filter + first * n * 4, c: to, accumulate: true })
  backend.release(zeros)
}

const nameOf = (s: Conv2dShape, { top, bottom, left, right }: LiveTaps) =>
  `${s.filterHeight}x${s.filterWidth}x${s.inChannels}x${s.outChannels}, rows ${top} to ${bottom}, columns ${left} to ${right}`

/** The address of what `pack` makes of these taps of the filter, kept with it. */
export function packLive(
  backend: LanewiseBackend,
  filter: TensorInfo,
  s: Conv2dShape,
  live: LiveTaps,
  layout: string,
  bytes: number,
  pack: (filter: number, to: number) => void,
): number {
  return backend.derived(filter, `${layout} of ${nameOf(s, live)}`, bytes, (to) => {
    const taps = (live.bottom - live.top) * (live.right - live.left)
    const part = backend.workspace(taps * s.inChannels * s.outChannels * 4)
    copyLive(backend, s, live, backend.ptr(filter), part)
    pack(part, to)
    backend.release(part)
  })
}

/** The address of what the other taps add to each pixel, kept with the filter: a number for each output channel. */
export function deadSums(backend: LanewiseBackend, filter: TensorInfo, s: Conv2dShape, live: LiveTaps): number {
  return backend.derived(filter, `sums of all but ${nameOf(s, live)}`, s.outChannels * 4, (to) =>
    sumDead(backend, s, live, backend.ptr(filter), to),
  )
}

/** Adds two rows of n numbers to a workspace. */
export function addRows(backend: LanewiseBackend, n: number, a: number, b: number): number {
  const y = backend.workspace(n * 4)
  binary(backend.rt, 'add_f32', [n], [n], { a, b, y })
  return y
}
