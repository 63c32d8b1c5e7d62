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
        const dy = c.dy + ((<usize>image * c.dyHeight + r) * c.dyWidth + column) * pixelStep + <usize>strip * (STRIP << 2)
        if (overlap) passWindow(x + at, dx + at, dy, rows, columns, rowStep, pixelStep, width, true)
        else passWindow(x + at, dx + at, dy, rows, columns, rowStep, pixelStep, width, false)
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

// @ts-ignore: decorator
@inline
function load4(p: usize, count: i32): v128 {
  return count == 4 ? v128.load(p) : loadHead(p, count)
}

// @ts-ignore: decorator
@inline
function store4(p: usize, v: v128, count: i32): void {
  if (count == 4) v128.store(p, v)
  else storeHead(p, v, count)
}

/** One window, `width` channels of it: gives dy to the first of the largest numbers, adding when `overlap`, else storing. */
// @ts-ignore: decorator
@inline
function passWindow(
  x: usize, dx: usize, dy: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, width: i32, overlap: bool,
): void {
  for (; width >= 4; width -= 4) {
    passVector(x, dx, dy, rows, columns, rowStep, pixelStep, 4, overlap)
    x += 16
    dx += 16
    dy += 16
  }
  if (width > 0) passVector(x, dx, dy, rows, columns, rowStep, pixelStep, width, overlap)
}

// @ts-ignore: decorator
@inline
function passVector(
  x: usize, dx: usize, dy: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, count: i32, overlap: bool,
): void {
  let best = f32x4.splat(-Infinity)
  let row = x
  for (let r = 0; r < rows; r++) {
    let p = row
    for (let c = 0; c < columns; c++) {
      best = f32x4.pmax(best, load4(p, count))
      p += pixelStep
    }
    row += rowStep
  }
  const owed = load4(dy, count)
  let open = f32x4.gt(best, f32x4.splat(-Infinity))
  let at: usize = 0
  for (let r = 0; r < rows; r++) {
    let p = at
    for (let c = 0; c < columns; c++) {
      const hit = v128.and(f32x4.eq(load4(x + p, count), best), open)
      const part = v128.and(hit, owed)
      open = v128.andnot(open, hit)
      store4(dx + p, overlap ? f32x4.add(load4(dx + p, count), part) : part, count)
      p += pixelStep
    }
    at += rowStep
  }
}
