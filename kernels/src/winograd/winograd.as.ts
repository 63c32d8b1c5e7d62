import { WinogradOutputCmd } from '../generated/commands.as'
import { BLOCK_SCRATCH, gemm_block_f32 } from '../gemm/block.as'
import { WIDE_TILES } from '../gemm/tile.as'
import { finish_f32 } from '../gemm/normalize.as'
import { PANEL } from '../gemm/pack.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { output_2x2 } from './points2.as'
import { output_2x2_wide } from './points2_wide.as'
import { output_3x3, output_4x4, output_5x5 } from './points4.as'
import { output_3x3_wide, output_4x4_wide, output_5x5_wide } from './points4_wide.as'
import { pointsOnSide, WORK } from './work.as'
export { winograd_filter_f32 } from './filter.as'
export { winograd_input_f32_nhwc } from './input.as'

/** See `winogradOutput` in command.ts. Scratch holds the products of all points, `columnBlock` numbers and a tile of y. */
export function winograd_output_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradOutputCmd>(cmd)
  const all = c.outStride * c.outStride * c.outChannels
  const strips = (c.tiles + c.rowBlock - 1) / c.rowBlock
  const bias = scratch + BLOCK_SCRATCH + WORK
  const tileCopy = bias + (<usize>c.columnBlock << 2)
  const products = tileCopy + (<usize>(c.columnBlock * c.size * c.size) << 2)
  for (let item = begin; item < end; item++) {
    const block = item / strips
    const first = (item - block * strips) * c.rowBlock
    const rows = min(c.rowBlock, c.tiles - first)
    const column = block * c.columnBlock
    const columns = min(c.columnBlock, all - column)
    const rowBytes = <usize>((columns + 7) & ~7) << 2
    // An odd number of cache lines, so that the points of a tile do not compete for the same few places of the cache.
    const point = (rowBytes * rows + 127) & ~127 | 64
    multiply(c, first, rows, column, rowBytes, products, point)
    spreadBias(c, column, columns, bias)
    for (let i = 0; i < rows; i++) {
      writeTile(c, c.firstTile + first + i, products + rowBytes * i, point, column, columns, bias, tileCopy)
    }
  }
}

/** to[i] = the bias of column `column` + i for i in [0, columns): each number of a cell has that of its channel. */
function spreadBias(c: WinogradOutputCmd, column: i32, columns: i32, to: usize): void {
  if (!c.bias) {
    fillBytes(to, <usize>columns << 2, 0)
    return
  }
  let channel = column % c.outChannels
  for (let done = 0; done < columns; channel = 0) {
    const count = min(c.outChannels - channel, columns - done)
    copyBytes(to + (<usize>done << 2), c.bias + (<usize>channel << 2), <usize>count << 2)
    done += count
  }
}

/** products[point] = v[point] . panels[point] for tiles [first, first + rows) of v and the columns from `column` on. */
function multiply(
  c: WinogradOutputCmd, first: i32, rows: i32, column: i32, rowBytes: usize, products: usize, point: usize,
): void {
  const panelBytes = <usize>c.depth << 5
  let v = c.v + <usize>first * c.rowStep
  let panels = c.panels + panelBytes * (column >> 3)
  // No more columns at once than a tile has, so that a filter from memory is read in one stream.
  const step = c.tileRows & WIDE_TILES ? 2 * PANEL : PANEL
  const side = pointsOnSide(c.size)
  for (let p = side * side; p > 0; p--) {
    let panel = panels
    let to = products
    for (let left = <i32>(rowBytes >> 2); left > 0; left -= step) {
      const columns = min(step, left)
      // k in blocks of depthBlock
      for (let k = 0; k < c.depth; k += c.depthBlock) {
        gemm_block_f32(
          rows, columns, min(c.depthBlock, c.depth - k), v + (<usize>k << 2), c.rowStep,
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
  if (c.outStride > 1) {
    const cell = <usize>((columns + 3) >> 2) << 4
    transform(c, products, point, (columns + 3) >> 2, bias, tileCopy, cell * c.size, cell)
    writeCells(c, image, top, left, column, columns, tileCopy, cell)
    return
  }
  const height = min(c.size, c.outHeight - top)
  const width = min(c.size, c.outWidth - left)
  const pixel = <usize>c.outChannels << 2
  const row = pixel * c.outWidth
  let y = c.y + row * (image * c.outHeight + top) + pixel * left + (<usize>column << 2)
  const vectors = (columns + 3) >> 2
  const whole = height == c.size && width == c.size && (columns & 3) == 0
  const copyPixel = <usize>vectors << 4
  const toRow = whole ? row : copyPixel * c.size
  transform(c, products, point, vectors, bias, whole ? y : tileCopy, toRow, whole ? pixel : copyPixel)
  const factor = c.tables ? c.tables + (<usize>column << 2) : 0
  for (let i = 0; i < height; i++) {
    if (!whole) {
      for (let j = 0; j < width; j++) copyBytes(y + pixel * j, tileCopy + toRow * i + copyPixel * j, <usize>columns << 2)
    }
    finish_f32(factor, pixel, c.activation, y, pixel, width, columns, c.leak, c.slope + (<usize>column << 2))
    y += row
  }
}

/** The inverse transform of the products of one tile, to `to`. */
function transform(
  c: WinogradOutputCmd, products: usize, point: usize, vectors: i32, bias: usize, to: usize, toRow: usize, toPixel: usize,
): void {
  const work = scratch + BLOCK_SCRATCH
  let done: usize = 0
  let rest = vectors
  if (c.tileRows & WIDE_TILES) {
    const pairs = vectors >> 1
    if (c.size == 4) output_4x4_wide(products, point, pairs, bias, to, toRow, toPixel, work)
    else if (c.size == 3) output_3x3_wide(products, point, pairs, bias, to, toRow, toPixel, work)
    else if (c.size == 5) output_5x5_wide(products, point, pairs, bias, to, toRow, toPixel, work)
    else output_2x2_wide(products, point, pairs, bias, to, toRow, toPixel, work)
    done = <usize>pairs << 5
    rest &= 1
  }
  if (c.size == 4) output_4x4(products + done, point, rest, bias + done, to + done, toRow, toPixel, work)
  else if (c.size == 3) output_3x3(products + done, point, rest, bias + done, to + done, toRow, toPixel, work)
  else if (c.size == 5) output_5x5(products + done, point, rest, bias + done, to + done, toRow, toPixel, work)
  else output_2x2(products + done, point, rest, bias + done, to + done, toRow, toPixel, work)
}

/** Cells of y, from the one at (top, left) on, of which `cells` has `columns` numbers from `column` on, `step` bytes for each. */
function writeCells(
  c: WinogradOutputCmd, image: i32, top: i32, left: i32, column: i32, columns: i32, cells: usize, step: usize,
): void {
  const stride = c.outStride
  const channels = c.outChannels
  const pixel = <usize>channels << 2
  for (let i = 0; i < c.size; i++) {
    for (let j = 0; j < c.size; j++) {
      for (let done = 0; done < columns;) {
        const phase = (column + done) / channels
        const channel = column + done - phase * channels
        const count = min(channels - channel, columns - done)
        const row = (top + i) * stride + phase / stride - c.outTop
        const at = (left + j) * stride + phase % stride - c.outLeft
        if (<u32>row < <u32>c.outHeight && <u32>at < <u32>c.outWidth) {
          const first = <usize>channel << 2
          const y = c.y + pixel * ((image * c.outHeight + row) * c.outWidth + at) + first
          copyBytes(y, cells + (<usize>done << 2), <usize>count << 2)
          finish_f32(c.tables ? c.tables + first : 0, pixel, c.activation, y, pixel, 1, count, c.leak, c.slope + first)
        }
        done += count
      }
      cells += step
    }
  }
}
