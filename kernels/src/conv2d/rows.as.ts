import { Conv2dCmd } from '../generated/commands.as'
import { finish_f32 } from '../gemm/normalize.as'
import { copy_columns_f32 } from '../gemm/pack.as'
import { WIDE_TILES } from '../gemm/tile.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { outer_f32, outer_f32_16 } from './outer.as'
import { window_f32, window_f32_16 } from './window.as'

export const ZEROS: usize = memory.data(64, 16)

/** `conv2d_f32_nhwc` without gathering; dilationWidth must be 1, or inChannels and strideWidth. */
export function conv2d_rows_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  eachRow(cmd, begin, end, (c, pixels, from, step, y, yPixel) => filterPixels(c, pixels, from, step, y, yPixel))
}

/**
 * One item is `rowBlock` pixels of a row of y, or its last ones, for which `filter` makes the sums. Windows are read from x itself, or where
 * they reach beyond it, from a copy of rows of x between zeros.
 *
 * Scratch holds 8 f32, 8 for each pixel of a row of y, and that copy: `held` rows of all the pixels that a row of y sees, or with 0 the
 * filterHeight rows of a row of y.
 */
// @ts-ignore: decorator
@inline
export function eachRow(
  cmd: usize, begin: i32, end: i32,
  filter: (c: Conv2dCmd, pixels: i32, from: usize, step: usize, y: usize, yPixel: usize) => void,
): void {
  const c = changetype<Conv2dCmd>(cmd)
  const yPixel = <usize>c.outChannels << 2
  const xPixel = <usize>c.inChannels << 2
  const xRow = xPixel * c.inWidth
  const width = (c.outWidth - 1) * c.strideWidth + (c.filterWidth - 1) * c.dilationWidth + 1
  const copied = scratch + 32 + (<usize>c.outWidth << 5)
  const span = (c.filterHeight - 1) * c.dilationHeight + 1
  const rowBytes = xPixel * width
  const blocks = (c.outWidth + c.rowBlock - 1) / c.rowBlock
  const lastLine = (end - 1) / blocks
  // The copy has the rows [held, until) of image `owner`, or those for row `line` of y, of all images in turn.
  let owner = -1, held = 0, until = 0, copiedLine = -1
  for (let item = begin; item < end; item++) {
    const line = item / blocks
    const column = (item - line * blocks) * c.rowBlock
    const image = line / c.outHeight
    const row = line - image * c.outHeight
    const top = row * c.strideHeight - c.padTop
    const inside = top >= 0 && top + span <= c.inHeight && c.padLeft <= 0 && width - c.padLeft <= c.inWidth
    const x = c.x + <usize>(image * c.inHeight) * xRow
    let from = copied
    let step = rowBytes
    if (inside) {
      from = x + top * xRow - c.padLeft * xPixel
      step = xRow * c.dilationHeight
    } else if (c.held) {
      if (image != owner || top + span > until) {
        owner = image
        held = top
        const further = min(lastLine - line, c.outHeight - 1 - row)
        until = min(top + c.held, top + further * c.strideHeight + span)
        copyRows(c, x, top, until - top, 1, width, copied)
      }
      from += rowBytes * (top - held)
      step *= c.dilationHeight
    } else if (line != copiedLine) {
      copiedLine = line
      copyRows(c, x, top, c.filterHeight, c.dilationHeight, width, copied)
    }
    const pixels = min(c.rowBlock, c.outWidth - column)
    const y = c.y + <usize>(line * c.outWidth + column) * yPixel
    filter(c, pixels, from + xPixel * (column * c.strideWidth), step, y, yPixel)
    finish_f32(c.tables, yPixel, c.activation, y, yPixel, pixels, c.outChannels, c.leak, c.slope)
  }
}

/** The rows `top`, `top` + `down`, ... of x as rows of y see them, `width` pixels of each, with zeros for what lies outside. */
export function copyRows(c: Conv2dCmd, x: usize, top: i32, rows: i32, down: i32, width: i32, to: usize): void {
  const pixel = <usize>c.inChannels << 2
  const first = min(max(c.padLeft, 0), width)
  const last = max(min(c.inWidth + c.padLeft, width), first)
  for (; rows > 0; rows--) {
    const end = to + width * pixel
    if (<u32>top < <u32>c.inHeight) {
      fillBytes(to, first * pixel, 0)
      // Nothing, from outside of memory, would be an error, too.
      if (last > first) copyBytes(to + first * pixel, x + (top * c.inWidth + first - c.padLeft) * pixel, (last - first) * pixel)
      fillBytes(to + last * pixel, (width - last) * pixel, 0)
    } else fillBytes(to, end - to, 0)
    to = end
    top += down
  }
}

/** Pixels of a row of y, 8 or 16 channels at a time. The rows of windows begin at `from` and lie `step` bytes apart. */
export function filterPixels(c: Conv2dCmd, pixels: i32, from: usize, step: usize, y: usize, yPixel: usize): void {
  const panelBytes = <usize>(c.filterHeight * c.filterWidth * c.inChannels) << 5
  let panel = c.panels
  let bias = c.bias ? c.bias : ZEROS
  const biasStep: usize = c.bias ? 32 : 0
  let left = c.outChannels
  if (c.tileRows & WIDE_TILES) {
    for (; left >= 16; left -= 16) {
      filterPanels(c, pixels, from, step, panel, panelBytes, bias, y, yPixel)
      panel += 2 * panelBytes
      bias += 2 * biasStep
      y += 64
    }
  }
  for (; left >= 8; left -= 8) {
    filterPanel(c, pixels, from, step, panel, bias, y, yPixel)
    panel += panelBytes
    bias += biasStep
    y += 32
  }
  if (left > 0) {
    copy_columns_f32(bias, 0, scratch, 0, 1, left)
    filterPanel(c, pixels, from, step, panel, scratch, scratch + 32, 32)
    copy_columns_f32(scratch + 32, 32, y, yPixel, pixels, left)
  }
}

function filterPanel(
  c: Conv2dCmd, pixels: i32, from: usize, step: usize, panel: usize, bias: usize, y: usize, yStep: usize,
): void {
  const rows = c.filterHeight
  if (c.inChannels == 1 && c.strideWidth == 1) {
    // Neighbouring pixels of y see neighbouring numbers of x.
    const tap = <usize>c.dilationWidth << 2
    outer_f32(
      pixels, from, tap, step - tap * c.filterWidth, panel, 32, 0, c.filterWidth, rows, bias, 0, y, yStep, c.tileRows,
    )
  } else {
    const run = c.filterWidth * c.inChannels
    const pixel = <usize>(c.inChannels * c.strideWidth) << 2
    window_f32(pixels, from, pixel, step - (<usize>run << 2), run, rows, panel, bias, y, yStep, c.tileRows)
  }
}

/** Two panels at once. */
function filterPanels(
  c: Conv2dCmd, pixels: i32, from: usize, step: usize, panel: usize, panelBytes: usize, bias: usize, y: usize, yStep: usize,
): void {
  const rows = c.filterHeight
  const tileRows = c.tileRows & (WIDE_TILES - 1)
  if (c.inChannels == 1 && c.strideWidth == 1) {
    const tap = <usize>c.dilationWidth << 2
    outer_f32_16(
      pixels, from, tap, step - tap * c.filterWidth, panel, 32, 0, panelBytes, c.filterWidth, rows, bias, 0, y, yStep, 32, tileRows,
    )
  } else {
    const run = c.filterWidth * c.inChannels
    const pixel = <usize>(c.inChannels * c.strideWidth) << 2
    window_f32_16(pixels, from, pixel, step - (<usize>run << 2), run, rows, panel, panelBytes, bias, y, yStep, tileRows)
  }
}
