import { PoolGradCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'

// GRAD_STRIP of command.ts
const STRIP: i32 = 32

/** See `poolGrad` in command.ts. */
export function maxpool_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolGradCmd>(cmd)
  const strips = (c.channels + STRIP - 1) / STRIP
  const pixel = <usize>c.channels << 2
  const overlap = c.strideHeight < c.filterHeight || c.strideWidth < c.filterWidth
  for (let item = begin; item < end; item++) {
    const image = item / strips
    const strip = <usize>(item - image * strips) * (STRIP << 2)
    const x = c.x + <usize>(image * c.inHeight * c.inWidth) * pixel + strip
    const dx = x - c.x + c.dx
    const dy = c.dy + <usize>(image * c.dyHeight * c.dyWidth) * pixel + strip
    const width = min(STRIP, c.channels - <i32>(strip >> 2))
    if (overlap) addWindows(c, x, dx, dy, pixel, width)
    else storeWindows(c, x, dx, dy, pixel, width)
  }
}

/** Windows that overlap: what they owe is added up. */
function addWindows(c: PoolGradCmd, x: usize, dx: usize, dy: usize, pixel: usize, width: i32): void {
  clear(dx, c.inHeight * c.inWidth, pixel, width)
  for (let r = 0; r < c.outHeight; r++) {
    const top = r * c.strideHeight - c.padTop
    windowRow(true, c, max(top, 0), min(top + c.filterHeight, c.inHeight), x, dx, dy, pixel, width)
    dy += <usize>c.dyWidth * pixel
  }
}

/** Windows apart from each other: each pixel is written once, by its window or because it has none. */
function storeWindows(c: PoolGradCmd, x: usize, dx: usize, dy: usize, pixel: usize, width: i32): void {
  const row = <usize>c.inWidth * pixel
  // When windows lie side by side only the columns left and right of them have none.
  const left = c.strideWidth == c.filterWidth ? min(max(-c.padLeft, 0), c.inWidth) : c.inWidth
  const right = max(min(c.outWidth * c.strideWidth - c.padLeft, c.inWidth), left)
  let done = 0
  for (let r = 0; r < c.outHeight; r++) {
    const top = r * c.strideHeight - c.padTop
    const first = max(top, 0)
    const end = min(top + c.filterHeight, c.inHeight)
    if (first < end) {
      clear(dx + done * row, (first - done) * c.inWidth, pixel, width)
      for (let i = first; i < end; i++) {
        clear(dx + i * row, left, pixel, width)
        clear(dx + i * row + right * pixel, c.inWidth - right, pixel, width)
      }
      windowRow(false, c, first, end, x, dx, dy, pixel, width)
      done = end
    }
    dy += <usize>c.dyWidth * pixel
  }
  clear(dx + done * row, (c.inHeight - done) * c.inWidth, pixel, width)
}

/** Zeroes `width` channels of each of `pixels` pixels that lie `pixel` bytes apart. */
function clear(dx: usize, pixels: i32, pixel: usize, width: i32): void {
  if (pixels <= 0) return
  const bytes = <usize>width << 2
  if (bytes == pixel) memory.fill(dx, 0, pixels * bytes)
  else {
    for (; pixels > 0; pixels--) {
      memory.fill(dx, 0, bytes)
      dx += pixel
    }
  }
}

/** The windows of one row of dy, which cover the rows [first, end) of x. */
// @ts-ignore: decorator
@inline
function windowRow(
  overlap: bool, c: PoolGradCmd, first: i32, end: i32, x: usize, dx: usize, dy: usize, pixel: usize, width: i32,
): void {
  const row = <usize>c.inWidth * pixel
  const rows = end - first
  let left = -c.padLeft
  for (let column = 0; column < c.outWidth; column++) {
    const low = max(left, 0)
    const columns = min(left + c.filterWidth, c.inWidth) - low
    const at = first * row + low * pixel
    passWindow(overlap, x + at, dx + at, dy, rows, columns, row, pixel, width)
    left += c.strideWidth
    dy += pixel
  }
}

/** One window: gives dy to the first of the largest numbers, adding when `overlap`, else storing. */
// @ts-ignore: decorator
@inline
function passWindow(
  overlap: bool, x: usize, dx: usize, dy: usize, rows: i32, columns: i32, row: usize, pixel: usize, width: i32,
): void {
  for (; width >= 16; width -= 16) {
    passVectors(overlap, 4, 4, x, dx, dy, rows, columns, row, pixel)
    x += 64
    dx += 64
    dy += 64
  }
  for (; width >= 4; width -= 4) {
    passVectors(overlap, 1, 4, x, dx, dy, rows, columns, row, pixel)
    x += 16
    dx += 16
    dy += 16
  }
  if (width > 0) passVectors(overlap, 1, width, x, dx, dy, rows, columns, row, pixel)
}

/** `vectors`, a constant: 1 or 4. `count`: channels of the last vector, 4 when there are several. */
// @ts-ignore: decorator
@inline
function passVectors(
  overlap: bool, vectors: i32, count: i32, x: usize, dx: usize, dy: usize, rows: i32, columns: i32, row: usize, pixel: usize,
): void {
  const lowest = f32x4.splat(-Infinity)
  let best0 = lowest, best1 = lowest, best2 = lowest, best3 = lowest
  let at = x
  for (let r = 0; r < rows; r++) {
    let p = at
    for (let i = 0; i < columns; i++) {
      best0 = f32x4.pmax(best0, load4(p, count))
      if (vectors > 1) {
        best1 = f32x4.pmax(best1, v128.load(p, 16))
        best2 = f32x4.pmax(best2, v128.load(p, 32))
        best3 = f32x4.pmax(best3, v128.load(p, 48))
      }
      p += pixel
    }
    at += row
  }
  // A lane is open until its number was found.
  let open0 = f32x4.gt(best0, lowest), open1 = open0, open2 = open0, open3 = open0
  if (vectors > 1) {
    open1 = f32x4.gt(best1, lowest)
    open2 = f32x4.gt(best2, lowest)
    open3 = f32x4.gt(best3, lowest)
  }
  for (let r = 0; r < rows; r++) {
    let p = x
    let q = dx
    for (let i = 0; i < columns; i++) {
      open0 = pass(overlap, load4(p, count), best0, open0, load4(dy, count), q, count)
      if (vectors > 1) {
        open1 = pass(overlap, v128.load(p, 16), best1, open1, v128.load(dy, 16), q + 16, 4)
        open2 = pass(overlap, v128.load(p, 32), best2, open2, v128.load(dy, 32), q + 32, 4)
        open3 = pass(overlap, v128.load(p, 48), best3, open3, v128.load(dy, 48), q + 48, 4)
      }
      p += pixel
      q += pixel
    }
    x += row
    dx += row
  }
}

/** Gives the open lanes in which v is the largest number their part of `owed`; answers what stays open. */
// @ts-ignore: decorator
@inline
function pass(overlap: bool, v: v128, best: v128, open: v128, owed: v128, dx: usize, count: i32): v128 {
  const hit = v128.and(f32x4.eq(v, best), open)
  const part = v128.and(hit, owed)
  store4(dx, overlap ? f32x4.add(load4(dx, count), part) : part, count)
  return v128.andnot(open, hit)
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
