import { WinogradFilterCmd, WinogradInputCmd, WinogradOutputCmd } from '../generated/commands.as'
import { BLOCK_SCRATCH, gemm_block_f32, WIDE_TILES } from '../gemm/block.as'
import { activate_f32 } from '../gemm/epilogue.as'
import { PANEL } from '../gemm/pack.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { filter_2x2, input_2x2, output_2x2 } from './points2.as'
import { filter_4x4, input_4x4, output_4x4 } from './points4.as'

/** Bytes of scratch behind those of `gemm_block_f32` that the transforms work in; their callers' own data begins behind them. */
const WORK: usize = 640

/** Channels of x that are copied at once where a tile reaches beyond it. */
const CHANNELS: i32 = 64

// @ts-ignore: decorator
@inline
function pointsOf(size: i32): i32 {
  return (size + 2) * (size + 2)
}

/** See `winogradFilter` in command.ts. */
export function winograd_filter_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradFilterCmd>(cmd)
  const panelBytes = <usize>c.inChannels << 5
  const point = <usize>c.panelsStep
  const taps = scratch + WORK
  for (let item = begin; item < end; item++) {
    const column = item << 3
    const columns = min(8, c.outChannels - column)
    let to = c.panels + panelBytes * item
    for (let i = 0; i < c.inChannels; i++) {
      gatherTaps(c, i, column, columns, taps)
      for (let half: usize = 0; half < 32; half += 16) {
        if (c.size == 4) filter_4x4(taps + half, 32, to + half, point, scratch)
        else filter_2x2(taps + half, 32, to + half, point, scratch)
      }
      to += 32
    }
  }
}

/** to[9, 8] = the filter's numbers of channel `i` of x for `columns` channels of y from `column` on, and zeros. */
function gatherTaps(c: WinogradFilterCmd, i: i32, column: i32, columns: i32, to: usize): void {
  const tap = <usize>(c.inChannels * c.outChannels) << 2
  if (columns < 8) memory.fill(to, 0, 9 * 32)
  if (c.flipped) {
    let from = c.filter + (<usize>(column * c.inChannels + i) << 2) + 8 * tap
    const step = <usize>c.inChannels << 2
    for (let t = 0; t < 9; t++) {
      let f = from
      for (let j: usize = 0; j < <usize>columns; j++) {
        store<f32>(to + (j << 2), load<f32>(f))
        f += step
      }
      from -= tap
      to += 32
    }
  } else {
    let from = c.filter + (<usize>(i * c.outChannels + column) << 2)
    for (let t = 0; t < 9; t++) {
      copyBytes(to, from, <usize>columns << 2)
      from += tap
      to += 32
    }
  }
}

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

/** See `winogradOutput` in command.ts. Scratch holds the products of all points, `columnBlock` numbers and a tile of y. */
export function winograd_output_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradOutputCmd>(cmd)
  const strips = (c.tiles + c.rowBlock - 1) / c.rowBlock
  const bias = scratch + BLOCK_SCRATCH + WORK
  const tileCopy = bias + (<usize>c.columnBlock << 2)
  const products = tileCopy + (<usize>(c.columnBlock * c.size * c.size) << 2)
  for (let item = begin; item < end; item++) {
    const block = item / strips
    const first = (item - block * strips) * c.rowBlock
    const rows = min(c.rowBlock, c.tiles - first)
    const column = block * c.columnBlock
    const columns = min(c.columnBlock, c.outChannels - column)
    const rowBytes = <usize>((columns + 7) & ~7) << 2
    // An odd number of cache lines, so that the points of a tile do not compete for the same few places of the cache.
    const point = (rowBytes * rows + 127) & ~127 | 64
    multiply(c, first, rows, column, rowBytes, products, point)
    if (c.bias) copyBytes(bias, c.bias + (<usize>column << 2), <usize>columns << 2)
    else fillBytes(bias, <usize>columns << 2, 0)
    for (let i = 0; i < rows; i++) {
      writeTile(c, c.firstTile + first + i, products + rowBytes * i, point, column, columns, bias, tileCopy)
    }
  }
}

/** products[point] = v[point] . panels[point] for tiles [first, first + rows) of v and the columns from `column` on. */
function multiply(
  c: WinogradOutputCmd, first: i32, rows: i32, column: i32, rowBytes: usize, products: usize, point: usize,
): void {
  const panelBytes = <usize>c.inChannels << 5
  let v = c.v + <usize>first * c.rowStep
  let panels = c.panels + panelBytes * (column >> 3)
  // No more columns at once than a tile has, so that a filter from memory is read in one stream.
  const step = c.tileRows & WIDE_TILES ? 2 * PANEL : PANEL
  for (let p = pointsOf(c.size); p > 0; p--) {
    let panel = panels
    let to = products
    for (let left = <i32>(rowBytes >> 2); left > 0; left -= step) {
      const columns = min(step, left)
      // k in blocks of depthBlock
      for (let k = 0; k < c.inChannels; k += c.depthBlock) {
        gemm_block_f32(
          rows, columns, min(c.depthBlock, c.inChannels - k), v + (<usize>k << 2), c.rowStep,
          panel + (<usize>k << 5), 32, panelBytes, k > 0 ? to : 0, rowBytes, to, rowBytes, c.tileRows,
        )
      }
      panel += panelBytes * (step / PANEL)
      to += <usize>step << 2
    }
    v += c.pointStep
    panels += c.panelsStep
    products += point
  }
}

/** One tile of y from its products, `columns` channels from `column` on; by way of `tileCopy` where it is not all of y's. */
function writeTile(
  c: WinogradOutputCmd, tile: i32, products: usize, point: usize, column: i32, columns: i32, bias: usize, tileCopy: usize,
): void {
  const perImage = c.tilesHigh * c.tilesWide
  const image = tile / perImage
  const inImage = tile - image * perImage
  const top = inImage / c.tilesWide * c.size
  const left = inImage % c.tilesWide * c.size
  const height = min(c.size, c.outHeight - top)
  const width = min(c.size, c.outWidth - left)
  const pixel = <usize>c.outChannels << 2
  const row = pixel * c.outWidth
  let y = c.y + row * (image * c.outHeight + top) + pixel * left + (<usize>column << 2)
  const vectors = (columns + 3) >> 2
  const whole = height == c.size && width == c.size && (columns & 3) == 0
  const copyPixel = <usize>vectors << 4
  const work = scratch + BLOCK_SCRATCH
  const to = whole ? y : tileCopy
  const toPixel = whole ? pixel : copyPixel
  const toRow = whole ? row : copyPixel * c.size
  if (c.size == 4) output_4x4(products, point, vectors, bias, to, toRow, toPixel, work)
  else output_2x2(products, point, vectors, bias, to, toRow, toPixel, work)
  for (let i = 0; i < height; i++) {
    if (!whole) {
      for (let j = 0; j < width; j++) copyBytes(y + pixel * j, tileCopy + toRow * i + toPixel * j, <usize>columns << 2)
    }
    if (c.activation) activate_f32(c.activation, y, pixel, width, columns, c.leak, c.slope + (<usize>column << 2))
    y += row
  }
}
