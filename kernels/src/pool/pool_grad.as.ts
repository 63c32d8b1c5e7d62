import { PoolGradCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'
import { reduceRectangle, SCALED_SUM } from './pool.as'

const STRIP: i32 = 32

/** The windows that cover a pixel lie in a rectangle of dy: dx[pixel] is the sum over it, divided. */
export function avgpool_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolGradCmd>(cmd)
  const channels = c.channels
  const pixelStep = <usize>channels << 2
  const rowStep = pixelStep * c.dyWidth
  const scale = f32x4.splat(<f32>1 / <f32>(c.filterHeight * c.filterWidth))
  let dx = c.dx + <usize>begin * c.inWidth * pixelStep
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const r = item - image * c.inHeight + c.padTop
    const firstRow = ceilDivide(r - c.filterHeight + 1, c.strideHeight)
    const rows = endDivide(r, c.strideHeight, c.outHeight) - firstRow
    const dy = c.dy + (<usize>image * c.dyHeight + firstRow) * rowStep
    for (let column = 0; column < c.inWidth; column++) {
      const l = column + c.padLeft
      const first = ceilDivide(l - c.filterWidth + 1, c.strideWidth)
      const columns = endDivide(l, c.strideWidth, c.outWidth) - first
      reduceRectangle(SCALED_SUM, dy + first * pixelStep, dx, rows, columns, rowStep, pixelStep, channels, scale)
      dx += pixelStep
    }
  }
}

/** ceil(a / b), at least 0. */
// @ts-ignore: decorator
@inline
function ceilDivide(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b
}

/** One more than floor(a / b), at most `limit`; 0 when a is negative. */
// @ts-ignore: decorator
@inline
function endDivide(a: i32, b: i32, limit: i32): i32 {
  return a < 0 ? 0 : min(a / b + 1, limit)
}

export function maxpool_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolGradCmd>(cmd)
  const channels = c.channels
  const strips = (channels + STRIP - 1) / STRIP
  const pixelStep = <usize>channels << 2
  const rowStep = pixelStep * c.inWidth
  const overlap = c.strideHeight < c.filterHeight || c.strideWidth < c.filterWidth
  for (let item = begin; item < end; item++) {
    const image = item / strips
    const strip = item - image * strips
    const width = min(channels - strip * STRIP, STRIP)
    const offset = <usize>image * c.inHeight * rowStep + <usize>strip * (STRIP << 2)
    const x = c.x + offset
    const dx = c.dx + offset
    clear(dx, c.inHeight * c.inWidth, pixelStep, width)
    for (let r = 0; r < c.outHeight; r++) {
      const top = r * c.strideHeight - c.padTop
      const firstRow = max(top, 0)
      const rows = min(top + c.filterHeight, c.inHeight) - firstRow
      for (let column = 0; column < c.outWidth; column++) {
        const left = column * c.strideWidth - c.padLeft
        const first = max(left, 0)
        const columns = min(left + c.filterWidth, c.inWidth) - first
        const at = firstRow * rowStep + first * pixelStep
        const from = ((<usize>image * c.dyHeight + r) * c.dyWidth + column) * pixelStep + <usize>strip * (STRIP << 2)
        if (overlap) passWindow(x + at, dx + at, c.y + from, c.dy + from, rows, columns, rowStep, pixelStep, width, true)
        else passWindow(x + at, dx + at, c.y + from, c.dy + from, rows, columns, rowStep, pixelStep, width, false)
      }
    }
  }
}

/** Zeroes `width` channels of each of `pixels` pixels that lie `pixelStep` bytes apart. */
function clear(dx: usize, pixels: i32, pixelStep: usize, width: i32): void {
  const bytes = <usize>width << 2
  if (bytes == pixelStep) memory.fill(dx, 0, pixels * bytes)
  else {
    for (let i = 0; i < pixels; i++) {
      memory.fill(dx, 0, bytes)
      dx += pixelStep
    }
  }
}

/** One window: gives dy to the first pixel whose x equals y, adding when `overlap`, else storing. */
// @ts-ignore: decorator
@inline
function passWindow(
  x: usize,
  dx: usize,
  y: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  rowStep: usize,
  pixelStep: usize,
  width: i32,
  overlap: bool,
): void {
  let ch = 0
  for (; ch <= width - 4; ch += 4) {
    const best = v128.load(y)
    const owed = v128.load(dy)
    let open = f32x4.gt(best, f32x4.splat(-Infinity))
    let row: usize = 0
    for (let r = 0; r < rows; r++) {
      let at = row
      for (let c = 0; c < columns; c++) {
        const hit = v128.and(f32x4.eq(v128.load(x + at), best), open)
        const part = v128.and(hit, owed)
        open = v128.andnot(open, hit)
        v128.store(dx + at, overlap ? f32x4.add(v128.load(dx + at), part) : part)
        at += pixelStep
      }
      row += rowStep
    }
    x += 16
    dx += 16
    y += 16
    dy += 16
  }
  const rest = width - ch
  if (rest > 0) {
    const best = loadHead(y, rest)
    const owed = loadHead(dy, rest)
    let open = f32x4.gt(best, f32x4.splat(-Infinity))
    let row: usize = 0
    for (let r = 0; r < rows; r++) {
      let at = row
      for (let c = 0; c < columns; c++) {
        const hit = v128.and(f32x4.eq(loadHead(x + at, rest), best), open)
        const part = v128.and(hit, owed)
        open = v128.andnot(open, hit)
        storeHead(dx + at, overlap ? f32x4.add(loadHead(dx + at, rest), part) : part, rest)
        at += pixelStep
      }
      row += rowStep
    }
  }
}
