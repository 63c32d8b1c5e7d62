import { Conv2dCmd } from '../generated/commands.as'
import { finish_f32 } from '../gemm/normalize.as'
import { copy_columns_f32 } from '../gemm/pack.as'
import { WIDE_TILES } from '../gemm/tile.as'
import { scratch } from '../runtime/scratch.as'
import { outer_f32, outer_f32_16 } from './outer.as'
import { window_f32, window_f32_16 } from './window.as'

const ZEROS: usize = memory.data(64, 16)

/**
 * `conv2d_f32_nhwc` without gathering, for few input channels; dilationWidth must be 1, or inChannels and strideWidth. One item
 * is one row of y. Windows are read from x itself, or where they reach beyond it, from a copy of the rows of x between zeros.
 *
 * Scratch holds 8 f32, 8 for each pixel of a row of y, and that copy: filterHeight rows of all the pixels that a row of y sees.
 */
export function conv2d_rows_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv2dCmd>(cmd)
  const yPixel = <usize>c.outChannels << 2
  const xPixel = <usize>c.inChannels << 2
  const xRow = xPixel * c.inWidth
  const width = (c.outWidth - 1) * c.strideWidth + (c.filterWidth - 1) * c.dilationWidth + 1
  const copied = scratch + 32 + (<usize>c.outWidth << 5)
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const inside = top >= 0 && top + (c.filterHeight - 1) * c.dilationHeight < c.inHeight && c.padLeft <= 0
      && width - c.padLeft <= c.inWidth
    const x = c.x + <usize>(image * c.inHeight) * xRow
    let from = copied
    let step = xPixel * width
    if (inside) {
      from = x + top * xRow - c.padLeft * xPixel
      step = xRow * c.dilationHeight
    } else copyRows(c, x, top, width, copied)
    const y = c.y + <usize>item * c.outWidth * yPixel
    filterRow(c, from, step, y, yPixel)
    finish_f32(c.tables, yPixel, c.activation, y, yPixel, c.outWidth, c.outChannels, c.leak, c.slope)
  }
}

/** The rows of x that a row of y sees, `width` pixels of each, with zeros for what lies outside. */
export function copyRows(c: Conv2dCmd, x: usize, top: i32, width: i32, to: usize): void {
  const pixel = <usize>c.inChannels << 2
  const first = min(max(c.padLeft, 0), width)
  const last = max(min(c.inWidth + c.padLeft, width), first)
  for (let i = 0; i < c.filterHeight; i++) {
    const row = top + i * c.dilationHeight
    const end = to + width * pixel
    if (<u32>row < <u32>c.inHeight) {
      memory.fill(to, 0, first * pixel)
      // Nothing, from outside of memory, would be an error, too.
      if (last > first) memory.copy(to + first * pixel, x + (row * c.inWidth + first - c.padLeft) * pixel, (last - first) * pixel)
      memory.fill(to + last * pixel, 0, (width - last) * pixel)
    } else memory.fill(to, 0, end - to)
    to = end
  }
}

/** One row of y, 8 or 16 channels at a time. The rows of windows begin at `from` and lie `step` bytes apart. */
function filterRow(c: Conv2dCmd, from: usize, step: usize, y: usize, yPixel: usize): void {
  const panelBytes = <usize>(c.filterHeight * c.filterWidth * c.inChannels) << 5
  let panel = c.panels
  let bias = c.bias ? c.bias : ZEROS
  const biasStep: usize = c.bias ? 32 : 0
  let left = c.outChannels
  if (c.tileRows & WIDE_TILES) {
    for (; left >= 16; left -= 16) {
      filterPanels(c, from, step, panel, panelBytes, bias, y, yPixel)
      panel += 2 * panelBytes
      bias += 2 * biasStep
      y += 64
    }
  }
  for (; left >= 8; left -= 8) {
    filterPanel(c, from, step, panel, bias, y, yPixel)
    panel += panelBytes
    bias += biasStep
    y += 32
  }
  if (left > 0) {
    copy_columns_f32(bias, 0, scratch, 0, 1, left)
    filterPanel(c, from, step, panel, scratch, scratch + 32, 32)
    copy_columns_f32(scratch + 32, 32, y, yPixel, c.outWidth, left)
  }
}

function filterPanel(c: Conv2dCmd, from: usize, step: usize, panel: usize, bias: usize, y: usize, yStep: usize): void {
  const rows = c.filterHeight
  if (c.inChannels == 1 && c.strideWidth == 1) {
    // Neighbouring pixels of y see neighbouring numbers of x.
    const tap = <usize>c.dilationWidth << 2
    outer_f32(
      c.outWidth, from, tap, step - tap * c.filterWidth, panel, 32, 0, c.filterWidth, rows, bias, 0, y, yStep, c.tileRows,
    )
  } else {
    const run = c.filterWidth * c.inChannels
    const pixel = <usize>(c.inChannels * c.strideWidth) << 2
    window_f32(c.outWidth, from, pixel, step - (<usize>run << 2), run, rows, panel, bias, y, yStep, c.tileRows)
  }
}

/** Two panels at once. */
function filterPanels(
  c: Conv2dCmd, from: usize, step: usize, panel: usize, panelBytes: usize, bias: usize, y: usize, yStep: usize,
): void {
  const rows = c.filterHeight
  const tileRows = c.tileRows & (WIDE_TILES - 1)
  if (c.inChannels == 1 && c.strideWidth == 1) {
    const tap = <usize>c.dilationWidth << 2
    outer_f32_16(
      c.outWidth, from, tap, step - tap * c.filterWidth, panel, 32, 0, panelBytes, c.filterWidth, rows, bias, 0, y, yStep, 32, tileRows,
    )
  } else {
    const run = c.filterWidth * c.inChannels
    const pixel = <usize>(c.inChannels * c.strideWidth) << 2
    window_f32_16(c.outWidth, from, pixel, step - (<usize>run << 2), run, rows, panel, panelBytes, bias, y, yStep, tileRows)
  }
}
