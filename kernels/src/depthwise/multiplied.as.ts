import { fma } from '../runtime/simd.as'
import { ZEROS } from './dot.as'

// As dot_rectangle_f32 of `channels` * `multiplier` numbers of b and y, whole eights of them for each number of a.

/** Pixels of y that {@link dot_multiplied_f32_6} makes at once: 12 sums, as a tile of a product. */
export const MULTIPLIED_PIXELS: i32 = 6

/** Six pixels of y, `yPixel` bytes apart, whose rectangles of a lie `aStep` bytes apart: what is loaded of b serves all. */
export function dot_multiplied_f32_6(
  a: usize, aStep: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32,
  multiplier: i32, init: usize, y: usize, yPixel: usize,
): void {
  const next: usize = init ? 32 : 0
  if (!init) init = ZEROS
  for (; channels > 0; channels--) {
    for (let left = multiplier; left > 0; left -= 8) {
      sixPixels(a, aStep, aRow, aPixel, b, bRow, bPixel, rows, columns, init, y, yPixel)
      b += 32
      y += 32
      init += next
    }
    a += 4
  }
}

// @ts-ignore: decorator
@inline
function sixPixels(
  a: usize, aStep: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, init: usize,
  y: usize, yPixel: usize,
): void {
  let s00 = v128.load(init), s01 = v128.load(init, 16)
  let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01, s40 = s00, s41 = s01, s50 = s00, s51 = s01
  for (; rows > 0; rows--) {
    let p0 = a, p1 = p0 + aStep, p2 = p1 + aStep, p3 = p2 + aStep, p4 = p3 + aStep, p5 = p4 + aStep
    let t = b
    for (let c = columns; c > 0; c--) {
      const b0 = v128.load(t), b1 = v128.load(t, 16)
      t += bPixel
      let v = v128.load32_splat(p0)
      s00 = fma(v, b0, s00)
      s01 = fma(v, b1, s01)
      p0 += aPixel
      v = v128.load32_splat(p1)
      s10 = fma(v, b0, s10)
      s11 = fma(v, b1, s11)
      p1 += aPixel
      v = v128.load32_splat(p2)
      s20 = fma(v, b0, s20)
      s21 = fma(v, b1, s21)
      p2 += aPixel
      v = v128.load32_splat(p3)
      s30 = fma(v, b0, s30)
      s31 = fma(v, b1, s31)
      p3 += aPixel
      v = v128.load32_splat(p4)
      s40 = fma(v, b0, s40)
      s41 = fma(v, b1, s41)
      p4 += aPixel
      v = v128.load32_splat(p5)
      s50 = fma(v, b0, s50)
      s51 = fma(v, b1, s51)
      p5 += aPixel
    }
    a += aRow
    b += bRow
  }
  storeEight(y, s00, s01)
  y += yPixel
  storeEight(y, s10, s11)
  y += yPixel
  storeEight(y, s20, s21)
  y += yPixel
  storeEight(y, s30, s31)
  y += yPixel
  storeEight(y, s40, s41)
  y += yPixel
  storeEight(y, s50, s51)
}

/** One pixel of y. */
export function dot_multiplied_f32(
  a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32, multiplier: i32,
  init: usize, y: usize,
): void {
  const next: usize = init ? 32 : 0
  if (!init) init = ZEROS
  for (; channels > 0; channels--) {
    for (let left = multiplier; left > 0; left -= 8) {
      let s0 = v128.load(init), s1 = v128.load(init, 16)
      let from = a
      let factors = b
      for (let r = rows; r > 0; r--) {
        let p = from
        let t = factors
        for (let c = columns; c > 0; c--) {
          const v = v128.load32_splat(p)
          s0 = fma(v, v128.load(t), s0)
          s1 = fma(v, v128.load(t, 16), s1)
          p += aPixel
          t += bPixel
        }
        from += aRow
        factors += bRow
      }
      storeEight(y, s0, s1)
      b += 32
      y += 32
      init += next
    }
    a += 4
  }
}

// @ts-ignore: decorator
@inline
function storeEight(y: usize, s0: v128, s1: v128): void {
  v128.store(y, s1, 16)
  v128.store(y, s0)
}
