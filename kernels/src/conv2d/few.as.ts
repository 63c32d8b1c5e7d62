import { Conv2dCmd } from '../generated/commands.as'
import { finish_f32 } from '../gemm/normalize.as'
import { WIDE_TILES } from '../gemm/tile.as'
import { scratch } from '../runtime/scratch.as'
import { HAS_WIDE } from '../runtime/simd.as'
import {
  dots_f32_1x1, dots_f32_3x3, dots_f32_3x3_wide, dots_f32_4x2, dots_f32_4x2_wide, dots_f32_8x1, dots_f32_8x1_wide, HALVES_BYTES,
} from './few_dots.as'
import { copyRows } from './rows.as'

// `activations` of layouts.ts
const PRELU: i32 = 5

/** Pixels of y that are computed together, at most. */
const MOST_TOGETHER = 8
/** Numbers of a window from which on 256-bit operations are faster: for one output, and for two or three. */
const LEAST_PAIRED_1: i32 = 24
const LEAST_PAIRED: i32 = 64

/**
 * `conv2d_f32_nhwc` for 1 to 3 output channels, which would leave most of a tile of 8 columns empty: a number of y is a sum of vectors of
 * products, along the rows of its window. dilationWidth must be 1 and inChannels a multiple of 4; panels holds the filter as [outChannels,
 * filterHeight, filterWidth, inChannels]. One item is one row of y, of 8 pixels or more.
 *
 * Windows are read from x itself. Those that reach beyond its sides are copied to scratch one by one, with zeros for what lies outside; but where
 * they are many, or reach beyond its first or last row, all that a row of y sees is: filterHeight rows. Before those scratch holds HALVES_BYTES.
 */
export function conv2d_few_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv2dCmd>(cmd)
  const yPixel = <usize>c.outChannels << 2
  const xPixel = <usize>c.inChannels << 2
  const xRow = xPixel * c.inWidth
  const width = (c.outWidth - 1) * c.strideWidth + c.filterWidth
  // Columns whose windows lie between x's sides
  const first = min(max((c.padLeft + c.strideWidth - 1) / c.strideWidth, 0), c.outWidth)
  const room = c.inWidth - c.filterWidth + c.padLeft
  const last = room < 0 ? 0 : min(room / c.strideWidth + 1, c.outWidth)
  const isWide = last - first >= max(MOST_TOGETHER, c.outWidth - (c.outWidth >> 3))
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const x = c.x + <usize>image * c.inHeight * xRow
    const y = c.y + <usize>item * c.outWidth * yPixel
    if (isWide && top >= 0 && top + (c.filterHeight - 1) * c.dilationHeight < c.inHeight) {
      const from = x + top * xRow
      const step = xRow * c.dilationHeight
      edge(c, 0, first, from, step, y)
      inside(c, first, last, from - c.padLeft * xPixel, step, y)
      edge(c, last, c.outWidth, from, step, y)
    } else {
      copyRows(c, x, top, c.filterHeight, c.dilationHeight, width, scratch + HALVES_BYTES)
      inside(c, 0, c.outWidth, scratch + HALVES_BYTES, xPixel * width, y)
    }
    // All numbers of a row alike, unless channels have numbers of their own.
    if (c.tables || c.activation == PRELU) {
      finish_f32(c.tables, yPixel, c.activation, y, yPixel, c.outWidth, c.outChannels, c.leak, c.slope)
    } else finish_f32(0, 0, c.activation, y, 0, 1, c.outWidth * c.outChannels, c.leak, 0)
  }
}

/** Pixels [column, last) of a row of y, one by one, from copies of their windows. `x`: the row of x where the windows begin; `xRow` bytes to the next. */
function edge(c: Conv2dCmd, column: i32, last: i32, x: usize, xRow: usize, y: usize): void {
  const pixel = <usize>c.inChannels << 2
  const run = pixel * c.filterWidth
  const count = c.filterHeight * c.filterWidth * c.inChannels
  for (; column < last; column++) {
    const left = column * c.strideWidth - c.padLeft
    const j0 = min(max(-left, 0), c.filterWidth)
    const j1 = max(min(c.inWidth - left, c.filterWidth), j0)
    let from = x + (left + j0) * pixel
    let to = scratch
    for (let i = 0; i < c.filterHeight; i++) {
      memory.fill(to, 0, j0 * pixel)
      // Nothing, behind the end of memory, would be an error, too.
      if (j1 > j0) memory.copy(to + j0 * pixel, from, (j1 - j0) * pixel)
      memory.fill(to + j1 * pixel, 0, run - j1 * pixel)
      from += xRow
      to += run
    }
    for (let o = 0; o < c.outChannels; o++) {
      dots_f32_1x1(count, scratch, c.panels + (<usize>(o * count) << 2), bias(c, o), y + (<usize>(column * c.outChannels + o) << 2))
    }
  }
}

// @ts-ignore: decorator
@inline
function bias(c: Conv2dCmd, o: i32): f32 {
  return o < c.outChannels && c.bias ? load<f32>(c.bias + (<usize>o << 2)) : 0
}

/**
 * Pixels [column, last) of a row of y, none or MOST_TOGETHER and more, several at a time; the last ones overlap those before. `x`: where the
 * window of pixel 0 begins, or would; its rows lie `xRow` bytes apart.
 */
function inside(c: Conv2dCmd, column: i32, last: i32, x: usize, xRow: usize, y: usize): void {
  const n = c.outChannels
  const together = n == 1 ? MOST_TOGETHER : n == 2 ? 4 : 3
  const count = c.filterWidth * c.inChannels
  const step = <usize>(c.strideWidth * c.inChannels) << 2
  const b0 = bias(c, 0), b1 = bias(c, 1), b2 = bias(c, 2)
  const byPairs = (c.tileRows & WIDE_TILES) != 0 && count % 8 == 0 && c.filterHeight * count >= (n == 1 ? LEAST_PAIRED_1 : LEAST_PAIRED)
  while (column < last) {
    const at = min(column, last - together)
    const from = x + step * at
    const to = y + (<usize>(at * n) << 2)
    if (HAS_WIDE && byPairs) {
      if (n == 1) dots_f32_8x1_wide(c.filterHeight, count, from, step, xRow, c.panels, b0, b1, b2, to, scratch)
      else if (n == 2) dots_f32_4x2_wide(c.filterHeight, count, from, step, xRow, c.panels, b0, b1, b2, to, scratch)
      else dots_f32_3x3_wide(c.filterHeight, count, from, step, xRow, c.panels, b0, b1, b2, to, scratch)
    } else if (n == 1) dots_f32_8x1(c.filterHeight, count, from, step, xRow, c.panels, b0, b1, b2, to)
    else if (n == 2) dots_f32_4x2(c.filterHeight, count, from, step, xRow, c.panels, b0, b1, b2, to)
    else dots_f32_3x3(c.filterHeight, count, from, step, xRow, c.panels, b0, b1, b2, to)
    column += together
  }
}
