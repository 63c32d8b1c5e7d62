import { WinogradInputCmd } from '../generated/commands.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { HAS_WIDE } from '../runtime/simd.as'
import { input_2x2 } from './points2.as'
import { input_2x2_wide } from './points2_wide.as'
import { input_4x4 } from './points4.as'
import { input_4x4_wide } from './points4_wide.as'
import { pointsOnSide, WORK } from './work.as'

/** Numbers of a cell that are copied at once where a tile reaches beyond x. */
const COPIED: i32 = 64

/** See `winogradInput` in command.ts. */
export function winograd_input_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradInputCmd>(cmd)
  const stride = c.stride
  const side = pointsOnSide(c.size)
  const seen = side * stride
  const pixel = <usize>c.inChannels << 2
  const row = pixel * c.inWidth
  const perImage = c.tilesHigh * c.tilesWide
  // Numbers of a cell that lie side by side in x
  const run = stride * c.inChannels
  const copied = min(COPIED / (stride * stride), c.inChannels)
  for (let item = begin; item < end; item++) {
    const tile = c.firstTile + item
    const image = tile / perImage
    const inImage = tile - image * perImage
    const tileRow = inImage / c.tilesWide
    const top = tileRow * c.size * stride - c.padTop
    const left = (inImage - tileRow * c.tilesWide) * c.size * stride - c.padLeft
    const x = c.x + row * (image * c.inHeight)
    let v = c.v + <usize>item * c.rowStep
    const inside = top >= 0 && left >= 0 && top + seen <= c.inHeight && left + seen <= c.inWidth
    if (inside && (stride == 1 ? (run & 3) == 0 : run >= 4)) {
      for (let i = 0; i < stride; i++) {
        transform(c, x + row * (top + i) + pixel * left, row * stride, pixel * stride, run, v)
        v += <usize>run << 2
      }
      continue
    }
    for (let channel = 0; channel < c.inChannels; channel += copied) {
      // Of a stride of 2 no block is smaller: the last overlaps the one before.
      const first = stride == 1 ? channel : min(channel, c.inChannels - copied)
      const channels = min(copied, c.inChannels - first)
      const copy = scratch + WORK
      const step = <usize>(stride == 1 ? (channels + 3) & ~3 : channels) << 2
      const cell = step * stride * stride
      copyWindow(c, x + (<usize>first << 2), top, left, channels, copy, step)
      if (stride == 1 || channels == c.inChannels) transform(c, copy, cell * side, cell, <i32>(cell >> 2), v + (<usize>first << 2))
      else {
        for (let phase = 0; phase < 4; phase++) {
          transform(c, copy + step * phase, cell * side, cell, channels, v + (<usize>(phase * c.inChannels + first) << 2))
        }
      }
    }
  }
}

/** Transforms `count` numbers, at least 4, of all cells of a tile. Where there is no whole number of vectors, the last two overlap. */
// @ts-ignore: decorator
@inline
function transform(c: WinogradInputCmd, from: usize, row: usize, pixel: usize, count: i32, to: usize): void {
  transformVectors(c, from, row, pixel, count >> 2, to)
  const last = <usize>(count - 4) << 2
  if (count & 3) transformVectors(c, from + last, row, pixel, 1, to + last)
}

function transformVectors(c: WinogradInputCmd, from: usize, row: usize, pixel: usize, vectors: i32, to: usize): void {
  if (HAS_WIDE && c.wide) {
    const pairs = vectors >> 1
    if (c.size == 2) input_2x2_wide(from, row, pixel, pairs, to, c.pointStep, scratch)
    else input_4x4_wide(from, row, pixel, pairs, to, c.pointStep, scratch)
    vectors &= 1
    from += <usize>pairs << 5
    to += <usize>pairs << 5
  }
  if (c.size == 2) input_2x2(from, row, pixel, vectors, to, c.pointStep, scratch)
  else input_4x4(from, row, pixel, vectors, to, c.pointStep, scratch)
}

/**
 * The cells of x that a tile sees, `channels` of each pixel, with zeros for what lies outside; `step` bytes from one pixel of a
 * cell to the next.
 */
function copyWindow(c: WinogradInputCmd, x: usize, top: i32, left: i32, channels: i32, to: usize, step: usize): void {
  const stride = c.stride
  const seen = pointsOnSide(c.size) * stride
  const pixel = <usize>c.inChannels << 2
  const bytes = <usize>channels << 2
  for (let i = top; i < top + seen; i += stride) {
    for (let j = left; j < left + seen; j += stride) {
      for (let y = i; y < i + stride; y++) {
        for (let z = j; z < j + stride; z++) {
          if (<u32>y < <u32>c.inHeight && <u32>z < <u32>c.inWidth) copyBytes(to, x + pixel * (y * c.inWidth + z), bytes)
          else fillBytes(to, bytes, 0)
          to += step
        }
      }
    }
  }
}
