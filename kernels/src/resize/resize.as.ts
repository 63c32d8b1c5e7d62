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
function four(a: usize, b: usize, c: usize, d: usize, across: v128, down: v128): v128 {
  return mix(mix(v128.load(a), v128.load(b), across), mix(v128.load(c), v128.load(d), across), down)
}

/** The same for one channel. */
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
    for (; y + 16 <= pixelEnd; y += 16) {
      v128.store(y, four(a, b, c, d, acrosses, downs))
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

/** The same for two or three channels, each pixel read and written with what lies behind it in the row. */
function rowOfFew(top: usize, bottom: usize, cols: usize, y: usize, rowEnd: usize, pixel: usize, down: f32): void {
  const downs = f32x4.splat(down)
  let col = cols
  for (; y + 16 <= rowEnd; y += pixel) {
    const left = <usize>load<u32>(col)
    const right = <usize>load<u32>(col, 4)
    v128.store(y, four(top + left, top + right, bottom + left, bottom + right, v128.load32_splat(col, 8), downs))
    col += 12
  }
  for (; y < rowEnd; y += pixel) {
    const left = <usize>load<u32>(col)
    const right = <usize>load<u32>(col, 4)
    const v = four(top + left, top + right, bottom + left, bottom + right, v128.load32_splat(col, 8), downs)
    storeHead(y, v, <i32>pixel >> 2)
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
