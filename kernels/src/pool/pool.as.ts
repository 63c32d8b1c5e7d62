import { PoolCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'
import { maxpool_shared_rows_f32, sharesRows } from './shared_rows.as'
export { avgpool_grad_f32_nhwc } from './average_grad.as'
export { avgpool_few_f32_nhwc, maxpool_few_f32_nhwc } from './few.as'
export { maxpool_argmax_f32_nhwc } from './argmax.as'
export { maxpool_grad_f32_nhwc } from './max_grad.as'
export { maxpool3d_grad_f32_ndhwc } from './max_grad_3d.as'

/** What a rectangle of pixels is reduced to: constants, so that each kernel compiles only its own. */
export const MAX: i32 = 0
export const MEAN: i32 = 1
export const SCALED_SUM: i32 = 2

// @ts-ignore: decorator
@inline
export function combine(op: i32, a: v128, v: v128): v128 {
  // pmax(a, v) is a < v ? v : a.
  return op == MAX ? f32x4.pmax(a, v) : f32x4.add(a, v)
}

// @ts-ignore: decorator
@inline
export function finish(op: i32, a: v128, scale: v128): v128 {
  if (op == MEAN) return f32x4.div(a, scale)
  return op == MAX ? a : f32x4.mul(a, scale)
}

/**
 * y[ch] = the op over all pixels of a rectangle of x[.., ch], for ch in [0, channels). MEAN divides the sum by `scale`,
 * SCALED_SUM multiplies. x is the rectangle's first pixel; rowStep and pixelStep are bytes.
 */
// @ts-ignore: decorator
@inline
export function reduceRectangle(
  op: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, channels: i32, scale: v128,
): void {
  let ch = channels
  for (; ch >= 32; ch -= 32) {
    reduceVectors(op, 8, x, y, rows, columns, rowStep, pixelStep, scale)
    x += 128
    y += 128
  }
  for (; ch >= 8; ch -= 8) {
    reduceVectors(op, 2, x, y, rows, columns, rowStep, pixelStep, scale)
    x += 32
    y += 32
  }
  if (ch >= 4) {
    reduceVectors(op, 1, x, y, rows, columns, rowStep, pixelStep, scale)
    x += 16
    y += 16
    ch -= 4
  }
  if (ch > 0) reduceHead(op, x, y, rows, columns, rowStep, pixelStep, ch, scale)
}

// @ts-ignore: decorator
@inline
export function start(op: i32): v128 {
  return op == MAX ? f32x4.splat(-Infinity) : f32x4.splat(0)
}

/** 4 * `vectors` channels; `vectors` is a constant: 1, 2 or 8. */
// @ts-ignore: decorator
@inline
function reduceVectors(
  op: i32, vectors: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, scale: v128,
): void {
  let a0 = start(op), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
  for (let r = 0; r < rows; r++) {
    let p = x
    for (let c = 0; c < columns; c++) {
      a0 = combine(op, a0, v128.load(p))
      if (vectors > 1) a1 = combine(op, a1, v128.load(p, 16))
      if (vectors > 2) {
        a2 = combine(op, a2, v128.load(p, 32))
        a3 = combine(op, a3, v128.load(p, 48))
        a4 = combine(op, a4, v128.load(p, 64))
        a5 = combine(op, a5, v128.load(p, 80))
        a6 = combine(op, a6, v128.load(p, 96))
        a7 = combine(op, a7, v128.load(p, 112))
      }
      p += pixelStep
    }
    x += rowStep
  }
  if (vectors > 1) v128.store(y, finish(op, a1, scale), 16)
  v128.store(y, finish(op, a0, scale))
  if (vectors > 2) {
    v128.store(y, finish(op, a3, scale), 48)
    v128.store(y, finish(op, a2, scale), 32)
    v128.store(y, finish(op, a5, scale), 80)
    v128.store(y, finish(op, a4, scale), 64)
    v128.store(y, finish(op, a7, scale), 112)
    v128.store(y, finish(op, a6, scale), 96)
  }
}

/** 1 to 3 channels. */
// @ts-ignore: decorator
@inline
export function reduceHead(
  op: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, count: i32, scale: v128,
): void {
  let a = start(op)
  for (let r = 0; r < rows; r++) {
    let p = x
    for (let c = 0; c < columns; c++) {
      a = combine(op, a, loadHead(p, count))
      p += pixelStep
    }
    x += rowStep
  }
  storeHead(y, finish(op, a, scale), count)
}

/**
 * As {@link reduceRectangle} for `size` x `size` pixels, 2 or 3, and channels in whole groups of 16. `op` and `size` are constants: with no
 * loop over columns a vector of y takes hardly longer than its loads.
 */
// @ts-ignore: decorator
@inline
function reduceSquare(
  op: i32, size: i32, x: usize, y: usize, rowStep: usize, pixelStep: usize, channels: i32, scale: v128,
): void {
  for (; channels > 0; channels -= 16) {
    let a0 = start(op), a1 = a0, a2 = a0, a3 = a0
    let p = x
    for (let r = 0; r < size; r++) {
      const q = p + pixelStep
      a0 = combine(op, combine(op, a0, v128.load(p)), v128.load(q))
      a1 = combine(op, combine(op, a1, v128.load(p, 16)), v128.load(q, 16))
      a2 = combine(op, combine(op, a2, v128.load(p, 32)), v128.load(q, 32))
      a3 = combine(op, combine(op, a3, v128.load(p, 48)), v128.load(q, 48))
      if (size > 2) {
        const s = q + pixelStep
        a0 = combine(op, a0, v128.load(s))
        a1 = combine(op, a1, v128.load(s, 16))
        a2 = combine(op, a2, v128.load(s, 32))
        a3 = combine(op, a3, v128.load(s, 48))
      }
      p += rowStep
    }
    v128.store(y, finish(op, a1, scale), 16)
    v128.store(y, finish(op, a0, scale))
    v128.store(y, finish(op, a3, scale), 48)
    v128.store(y, finish(op, a2, scale), 32)
    x += 64
    y += 64
  }
}

// @ts-ignore: decorator
@inline
function poolRows(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolCmd>(cmd)
  const channels = c.channels
  const pixelStep = <usize>channels << 2
  const rowStep = pixelStep * c.inWidth
  const outWidth = c.outWidth
  let y = c.y + <usize>begin * outWidth * pixelStep
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const firstRow = max(top, 0)
    const rows = max(min(top + c.filterHeight, c.inHeight) - firstRow, 0)
    const x = c.x + (<usize>image * c.inHeight + firstRow) * rowStep
    const square = channels & 15 || c.filterHeight != c.filterWidth || rows != c.filterHeight ? 0 : rows
    let left = -c.padLeft
    for (let column = 0; column < outWidth; column++) {
      const first = max(left, 0)
      const columns = max(min(left + c.filterWidth, c.inWidth) - first, 0)
      const count = f32x4.splat(<f32>(rows * columns))
      const from = x + first * pixelStep
      if (columns == 3 && square == 3) reduceSquare(op, 3, from, y, rowStep, pixelStep, channels, count)
      else if (columns == 2 && square == 2) reduceSquare(op, 2, from, y, rowStep, pixelStep, channels, count)
      else reduceRectangle(op, from, y, rows, columns, rowStep, pixelStep, channels, count)
      left += c.strideWidth
      y += pixelStep
    }
  }
}

/** The largest number; NaN is passed over, and nothing but NaN (or no pixel) gives -Infinity. */
export function maxpool_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolCmd>(cmd)
  if (sharesRows(c)) maxpool_shared_rows_f32(c, begin, end)
  else poolRows(MAX, cmd, begin, end)
}

/** The sum over the number of pixels inside x; none gives NaN. */
export function avgpool_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  poolRows(MEAN, cmd, begin, end)
}
