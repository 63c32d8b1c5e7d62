import { Conv2dFilterGradCmd } from '../generated/commands.as'
import { WIDE_TILES } from '../gemm/tile.as'
import { copy_columns_f32 } from '../gemm/pack.as'
import { outer_f32, outer_f32_16 } from './outer.as'
import { firstInside, lastInside } from './ranges.as'

/** Pixels of y that are gone through for one filter pixel before the next one's turn: their x and dy stay in cache. */
const CHUNK: i32 = 512

/** See `conv2dFilterGrad` in command.ts. */
export function conv2d_filter_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv2dFilterGradCmd>(cmd)
  const panels = c.tileRows & WIDE_TILES ? 2 : 1
  // Items of one panel, or of two, go through the images together.
  while (begin < end) {
    const group = begin / c.filterHeight
    const i0 = begin - group * c.filterHeight
    const i1 = min(c.filterHeight, i0 + end - begin)
    const panel = group * panels
    if (panels == 1) panelGradient(c, panel, i0, i1, 8)
    else if ((panel << 3) + 16 <= c.outChannels) panelGradient(c, panel, i0, i1, 16)
    else {
      panelGradient(c, panel, i0, i1, 8)
      if ((panel << 3) + 8 < c.outChannels) panelGradient(c, panel + 1, i0, i1, 8)
    }
    begin += i1 - i0
  }
}

/** dw of the filter's rows [i0, i1) for the `columns` (8, or 16 that there are) output channels from 8 * panel on. */
function panelGradient(c: Conv2dFilterGradCmd, panel: i32, i0: i32, i1: i32, columns: i32): void {
  const run = c.filterWidth * c.inChannels
  const panelBytes = <usize>(c.filterHeight * run) << 5
  const work = c.work + <usize>panel * panelBytes
  memory.fill(work + (<usize>(i0 * run) << 5), 0, <usize>((i1 - i0) * run) << 5)
  if (columns == 16) memory.fill(work + panelBytes + (<usize>(i0 * run) << 5), 0, <usize>((i1 - i0) * run) << 5)
  const width = min(8, c.outChannels - (panel << 3))
  const dyPixel: usize = width == 8 ? <usize>c.outChannels << 2 : 32
  const dy = width == 8 ? c.dy + (<usize>panel << 5) : c.tail
  const rows = max(1, CHUNK / max(1, c.outWidth))
  const xImage = (<usize>c.inHeight * c.inWidth * c.inChannels) << 2
  const dyImage = <usize>(c.dyHeight * c.dyWidth) * dyPixel
  for (let b = 0; b < c.batch; b++) {
    for (let r = 0; r < c.outHeight; r += rows) {
      const last = min(r + rows, c.outHeight)
      for (let i = i0; i < i1; i++) {
        filterRow(c, c.x + b * xImage, dy + b * dyImage, dyPixel, i, r, last, work + (<usize>(i * run) << 5), columns)
      }
    }
  }
  const dwRow = <usize>c.outChannels << 2
  const at = <usize>(i0 * run)
  const dw = c.dw + at * dwRow + (<usize>panel << 5)
  copy_columns_f32(work + (at << 5), 32, dw, dwRow, (i1 - i0) * run, width)
  if (columns == 16) copy_columns_f32(work + panelBytes + (at << 5), 32, dw + 32, dwRow, (i1 - i0) * run, 8)
}

/**
 * Adds to the gradient of the filter's row i what the rows [r0, r1) of dy give; `to` is [filterWidth, inChannels, 8], and of 16 columns
 * the others lie a panel behind.
 */
export function filterRow(
  c: Conv2dFilterGradCmd, x: usize, dy: usize, dyPixel: usize, i: i32, r0: i32, r1: i32, to: usize, columns: i32,
): void {
  const down = i * c.dilationHeight - c.padTop
  r0 = max(r0, firstInside(down, c.strideHeight))
  r1 = lastInside(down, c.strideHeight, c.inHeight, r1)
  if (r0 >= r1) return
  const xRow = x + ((<usize>(r0 * c.strideHeight + down) * c.inWidth * c.inChannels) << 2)
  const dyRow = dy + <usize>(r0 * c.dyWidth) * dyPixel
  // Where all columns of the filter lie in x, and side by side, they are one row of numbers.
  let low = 0
  let high = 0
  if (c.dilationWidth == 1) {
    low = firstInside(-c.padLeft, c.strideWidth)
    high = max(low, lastInside(c.filterWidth - 1 - c.padLeft, c.strideWidth, c.inWidth, c.outWidth))
    rectangle(c, xRow, dyRow, dyPixel, -c.padLeft, low, high, r1 - r0, c.filterWidth * c.inChannels, to, columns)
  }
  for (let j = 0; j < c.filterWidth; j++) {
    const offset = j * c.dilationWidth - c.padLeft
    const first = firstInside(offset, c.strideWidth)
    const last = lastInside(offset, c.strideWidth, c.inWidth, c.outWidth)
    const at = to + (<usize>(j * c.inChannels) << 5)
    rectangle(c, xRow, dyRow, dyPixel, offset, first, min(low, last), r1 - r0, c.inChannels, at, columns)
    rectangle(c, xRow, dyRow, dyPixel, offset, max(high, first), last, r1 - r0, c.inChannels, at, columns)
  }
}

/** to[count, columns] += sum of x[count] . dy[columns] over `rows` rows of the pixels [first, last) of dy. */
function rectangle(
  c: Conv2dFilterGradCmd, x: usize, dy: usize, dyPixel: usize, offset: i32, first: i32, last: i32, rows: i32, count: i32, to: usize,
  columns: i32,
): void {
  const width = last - first
  if (width <= 0) return
  const xPixel = <usize>c.inChannels << 2
  const aStep = xPixel * c.strideWidth
  const a = x + (first * c.strideWidth + offset) * xPixel
  const aSkip = xPixel * c.inWidth * c.strideHeight - aStep * width
  const b = dy + first * dyPixel
  const bSkip = <usize>(c.dyWidth - width) * dyPixel
  if (columns == 16) {
    const panelBytes = <usize>(c.filterHeight * c.filterWidth * c.inChannels) << 5
    outer_f32_16(
      count, a, aStep, aSkip, b, dyPixel, bSkip, 32, width, rows, to, 32, to, 32, panelBytes, c.tileRows & (WIDE_TILES - 1),
    )
  } else outer_f32(count, a, aStep, aSkip, b, dyPixel, bSkip, width, rows, to, 32, to, 32, c.tileRows)
}
