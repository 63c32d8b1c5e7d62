import { ResizeCmd } from '../generated/commands.as'
import { fma, storeHead } from '../runtime/simd.as'
export { resize_grad_f32 } from './grad.as'
export { resize_nearest } from './nearest.as'

/** a + (b - a) * t, as often as v128 has lanes. */
// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, t: v128): v128 {
  return fma(f32x4.sub(b, a), t, a)
}

/** Between four channels of the pixels a and b above and c and d below. */
// @ts-ignore: decorator
@inline
function four(a: v128, b: v128, c: v128, d: v128, across: v128, down: v128): v128 {
  return mix(mix(a, b, across), mix(c, d, across), down)
}

/** The same where the rows above and below are one. */
// @ts-ignore: decorator
@inline
function two(a: v128, b: v128, across: v128, down: v128): v128 {
  const v = mix(a, b, across)
  return mix(v, v, down)
}

/** Of each two neighbours the upper first, so that they can be stored as one. */
// @ts-ignore: decorator
@inline
function storeFour(y: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(y, v1, 16)
  v128.store(y, v0)
  v128.store(y, v3, 48)
  v128.store(y, v2, 32)
}

/** Between the pixels a, b, c and d in one channel. */
// @ts-ignore: decorator
@inline
function one(a: usize, b: usize, c: usize, d: usize, across: f32, down: f32): f32 {
  const upper = load<f32>(a) + (load<f32>(b) - load<f32>(a)) * across
  const lower = load<f32>(c) + (load<f32>(d) - load<f32>(c)) * across
  return upper + (lower - upper) * down
}

/** One row of y, between the rows `top` and `bottom` of x. */
function rowOfMany(top: usize, bottom: usize, cols: usize, y: usize, rowEnd: usize, pixel: usize, down: f32): void {
  const downs = f32x4.splat(down)
  for (let col = cols; y < rowEnd; col += 12) {
    let a = top + <usize>load<u32>(col)
    let b = top + <usize>load<u32>(col, 4)
    let c = bottom + <usize>load<u32>(col)
    let d = bottom + <usize>load<u32>(col, 4)
    const across = load<f32>(col, 8)
    const acrosses = f32x4.splat(across)
    const pixelEnd = y + pixel
    if (top == bottom) {
      for (; y + 64 <= pixelEnd; y += 64) {
        storeFour(
          y, two(v128.load(a), v128.load(b), acrosses, downs), two(v128.load(a, 16), v128.load(b, 16), acrosses, downs),
          two(v128.load(a, 32), v128.load(b, 32), acrosses, downs), two(v128.load(a, 48), v128.load(b, 48), acrosses, downs),
        )
        a += 64
        b += 64
      }
      c = a
      d = b
    }
    for (; y + 64 <= pixelEnd; y += 64) {
      storeFour(
        y, four(v128.load(a), v128.load(b), v128.load(c), v128.load(d), acrosses, downs),
        four(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16), v128.load(d, 16), acrosses, downs),
        four(v128.load(a, 32), v128.load(b, 32), v128.load(c, 32), v128.load(d, 32), acrosses, downs),
        four(v128.load(a, 48), v128.load(b, 48), v128.load(c, 48), v128.load(d, 48), acrosses, downs),
      )
      a += 64
      b += 64
      c += 64
      d += 64
    }
    for (; y + 16 <= pixelEnd; y += 16) {
      v128.store(y, four(v128.load(a), v128.load(b), v128.load(c), v128.load(d), acrosses, downs))
      a += 16
      b += 16
      c += 16
      d += 16
    }
    for (; y < pixelEnd; y += 4) {
      store<f32>(y, one(a, b, c, d, across, down))
      a += 4
      b += 4
      c += 4
      d += 4
    }
  }
}

/** The same for one channel. */
function rowOfOne(top: usize, bottom: usize, cols: usize, y: usize, rowEnd: usize, down: f32): void {
  for (let col = cols; y < rowEnd; col += 12) {
    const left = <usize>load<u32>(col)
    const right = <usize>load<u32>(col, 4)
    store<f32>(y, one(top + left, top + right, bottom + left, bottom + right, load<f32>(col, 8), down))
    y += 4
  }
}

/** Between the first four channels of the pixels at `left` and `right` of two rows. */
// @ts-ignore: decorator
@inline
function pixels(top: usize, bottom: usize, left: usize, right: usize, across: v128, down: v128): v128 {
  return four(v128.load(top + left), v128.load(top + right), v128.load(bottom + left), v128.load(bottom + right), across, down)
}

/** The same for two or three channels, each pixel read and written with what lies behind it in the row. */
function rowOfFew(top: usize, bottom: usize, cols: usize, y: usize, rowEnd: usize, pixel: usize, down: f32): void {
  const downs = f32x4.splat(down)
  let col = cols
  for (; y + 16 <= rowEnd; y += pixel) {
    const left = <usize>load<u32>(col)
    const right = <usize>load<u32>(col, 4)
    v128.store(y, pixels(top, bottom, left, right, v128.load32_splat(col, 8), downs))
    col += 12
  }
  for (; y < rowEnd; y += pixel) {
    const left = <usize>load<u32>(col)
    const right = <usize>load<u32>(col, 4)
    storeHead(y, pixels(top, bottom, left, right, v128.load32_splat(col, 8), downs), <i32>pixel >> 2)
    col += 12
  }
}

export function resize_bilinear_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ResizeCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const row = pixel * <usize>c.width
  const few = c.channels == 2 || c.channels == 3
  let y = c.y + row * <usize>begin
  for (let item = begin; item < end; item++) {
    const b = item / c.height
    const place = c.rows + <usize>(item - b * c.height) * 12
    const image = c.x + <usize>b * <usize>c.image
    const top = image + <usize>load<u32>(place)
    const bottom = image + <usize>load<u32>(place, 4)
    const down = load<f32>(place, 8)
    // The last row of x has nothing behind it.
    if (few && bottom + <usize>c.row + 16 - pixel <= c.xEnd) rowOfFew(top, bottom, c.cols, y, y + row, pixel, down)
    else if (c.channels == 1) rowOfOne(top, bottom, c.cols, y, y + row, down)
    else rowOfMany(top, bottom, c.cols, y, y + row, pixel, down)
    y += row
  }
}
