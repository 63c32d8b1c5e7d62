import { WinogradInputCmd } from '../generated/commands.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { HAS_WIDE } from '../runtime/simd.as'
import { input_2x2 } from './points2.as'
import { input_2x2_wide } from './points2_wide.as'
import { input_4x4 } from './points4.as'
import { input_4x4_wide } from './points4_wide.as'
import { WORK } from './work.as'

/** Channels of x that are copied at once where a tile reaches beyond it. */
const CHANNELS: i32 = 64

/** See `winogradInput` in command.ts. */
export function winograd_input_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradInputCmd>(cmd)
  const seen = c.size + 2
  const pixel = <usize>c.inChannels << 2
  const row = pixel * c.inWidth
  const perImage = c.tilesHigh * c.tilesWide
  for (let item = begin; item < end; item++) {
    const tile = c.firstTile + item
    const image = tile / perImage
    const inImage = tile - image * perImage
    const tileRow = inImage / c.tilesWide
    const top = tileRow * c.size - c.padTop
    const left = (inImage - tileRow * c.tilesWide) * c.size - c.padLeft
    const x = c.x + row * (image * c.inHeight)
    const v = c.v + <usize>item * c.rowStep
    const inside = top >= 0 && left >= 0 && top + seen <= c.inHeight && left + seen <= c.inWidth
    if (inside && (c.inChannels & 3) == 0) {
      transform(c, x + row * top + pixel * left, row, pixel, c.inChannels >> 2, v)
      continue
    }
    for (let channel = 0; channel < c.inChannels; channel += CHANNELS) {
      const channels = min(CHANNELS, c.inChannels - channel)
      const vectors = (channels + 3) >> 2
      const copy = scratch + WORK
      copyWindow(c, x + (<usize>channel << 2), top, left, channels, copy, <usize>vectors << 4)
      transform(c, copy, (<usize>vectors << 4) * seen, <usize>vectors << 4, vectors, v + (<usize>channel << 2))
    }
  }
}

// @ts-ignore: decorator
@inline
function transform(c: WinogradInputCmd, from: usize, row: usize, pixel: usize, vectors: i32, to: usize): void {
  if (HAS_WIDE && c.wide) {
    const pairs = vectors >> 1
    if (c.size == 4) input_4x4_wide(from, row, pixel, pairs, to, c.pointStep, scratch)
    else input_2x2_wide(from, row, pixel, pairs, to, c.pointStep, scratch)
    vectors &= 1
    from += <usize>pairs << 5
    to += <usize>pairs << 5
  }
  if (c.size == 4) input_4x4(from, row, pixel, vectors, to, c.pointStep, scratch)
  else input_2x2(from, row, pixel, vectors, to, c.pointStep, scratch)
}

/** The pixels of x that a tile sees, `channels` of each, with zeros for what lies outside; `step` bytes from one to the next. */
function copyWindow(c: WinogradInputCmd, x: usize, top: i32, left: i32, channels: i32, to: usize, step: usize): void {
  const seen = c.size + 2
  const pixel = <usize>c.inChannels << 2
  const bytes = <usize>channels << 2
  for (let i = top; i < top + seen; i++) {
    const from = x + pixel * (i * c.inWidth)
    for (let j = left; j < left + seen; j++) {
      if (<u32>i < <u32>c.inHeight && <u32>j < <u32>c.inWidth) copyBytes(to, from + pixel * j, bytes)
      else fillBytes(to, bytes, 0)
      to += step
    }
  }
}
