import { PoolCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { entry } from '../runtime/simd.as'
import { MAX, reduceRectangle } from './pool.as'

/** Bytes of scratch memory for the maxima of a row. */
const MOST_KEPT = 1 << 18
const LOWEST: usize = memory.data<f32>([-Infinity])

/** Whether the windows are 3 x 3 pixels, of which a row is the first of those below, and the channels whole groups of 16. */
export function sharesRows(c: PoolCmd): bool {
  if (c.filterHeight != 3 || c.filterWidth != 3 || c.strideHeight != 2 || c.channels & 15) return false
  return <i64>c.outWidth * c.channels << 2 <= MOST_KEPT
}

/**
 * As `maxpool_f32_nhwc`, where `sharesRows`: the maxima of three pixels side by side are kept for the windows of the next row, so that
 * each row of x is read but once. The first of zeros of different sign is still the one taken, since it is sought row by row.
 */
export function maxpool_shared_rows_f32(c: PoolCmd, begin: i32, end: i32): void {
  const pixelStep = <usize>c.channels << 2
  const rowStep = pixelStep * c.inWidth
  const yRow = pixelStep * c.outWidth
  let y = c.y + <usize>begin * yRow
  // The row whose maxima are kept.
  let kept: usize = 0
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * 2 - c.padTop
    const firstRow = max(top, 0)
    const rows = max(min(top + 3, c.inHeight) - firstRow, 0)
    const x = c.x + (<usize>image * c.inHeight + firstRow) * rowStep
    if (rows == 3) {
      if (kept != x) eachWindow(c, 1, x, scratch, rowStep, pixelStep, false)
      eachWindow(c, 3, x, y, rowStep, pixelStep, true)
      kept = x + 2 * rowStep
    } else eachWindow(c, rows, x, y, rowStep, pixelStep, false)
    y += yRow
  }
}

/** The windows of a row of y, over `rows` rows at x; where `shared`, over the kept maxima of the first of three rows. */
function eachWindow(c: PoolCmd, rows: i32, x: usize, y: usize, rowStep: usize, pixelStep: usize, shared: bool): void {
  const third = x + 2 * rowStep
  let kept = scratch
  let left = -c.padLeft
  for (let column = 0; column < c.outWidth; column++) {
    const first = max(left, 0)
    const columns = max(min(left + 3, c.inWidth) - first, 0)
    const at = <usize>first * pixelStep
    if (shared && columns == 3) twoRows(x + at + rowStep, third + at, kept, y, pixelStep)
    else {
      reduceRectangle(MAX, x + at, y, rows, columns, rowStep, pixelStep, c.channels, f32x4.splat(0))
      if (shared) reduceRectangle(MAX, third + at, kept, 1, columns, rowStep, pixelStep, c.channels, f32x4.splat(0))
    }
    left += c.strideWidth
    kept += pixelStep
    y += pixelStep
  }
}

/** Four channels of three pixels. */
// @ts-ignore: decorator
@inline
function side(lowest: v128, a: v128, b: v128, c: v128): v128 {
  return f32x4.pmax(f32x4.pmax(f32x4.pmax(lowest, a), b), c)
}

/** y = the maxima of `kept`, and of three pixels at `second` and at `third` each; the latter are kept. */
function twoRows(second: usize, third: usize, kept: usize, y: usize, pixelStep: usize): void {
  const lowest = entry(LOWEST, 0)
  for (const end = y + pixelStep; y < end; y += 32) {
    const p = second + pixelStep
    const q = p + pixelStep
    const r = third + pixelStep
    const s = r + pixelStep
    const a0 = side(lowest, v128.load(second), v128.load(p), v128.load(q))
    const a1 = side(lowest, v128.load(second, 16), v128.load(p, 16), v128.load(q, 16))
    const b0 = side(lowest, v128.load(third), v128.load(r), v128.load(s))
    const b1 = side(lowest, v128.load(third, 16), v128.load(r, 16), v128.load(s, 16))
    const y0 = f32x4.pmax(f32x4.pmax(v128.load(kept), a0), b0)
    const y1 = f32x4.pmax(f32x4.pmax(v128.load(kept, 16), a1), b1)
    v128.store(kept, b1, 16)
    v128.store(kept, b0)
    v128.store(y, y1, 16)
    v128.store(y, y0)
    second += 32
    third += 32
    kept += 32
  }
}
