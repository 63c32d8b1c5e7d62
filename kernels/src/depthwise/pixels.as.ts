import { fma } from '../runtime/simd.as'
import { ZEROS } from './dot.as'

// As dot_rectangle_f32 for four neighbouring pixels of y, whose rectangles overlap: what is loaded of b serves all four. Four
// pixels of two vectors are as many sums as the latency of a multiply-add asks for, and leave registers for the factors.

/** Pixels of y that these make at once. */
export const PIXELS: i32 = 4

/**
 * Pixels of y and b's columns lie `yPixel` and `bPixel` bytes apart, the pixels' rectangles of a `aStep`. `channels` is a multiple of
 * 8; `init` may be 0.
 */
export function dot_pixels_f32(
  a: usize, aStep: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32,
  init: usize, y: usize, yPixel: usize,
): void {
  const next: usize = init ? 32 : 0
  if (!init) init = ZEROS
  for (; channels > 0; channels -= 8) {
    eight(a, aStep, aRow, aPixel, b, bRow, bPixel, rows, columns, init, y, yPixel)
    a += 32
    b += 32
    y += 32
    init += next
  }
}

// @ts-ignore: decorator
@inline
function eight(
  a: usize, aStep: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, init: usize,
  y: usize, yPixel: usize,
): void {
  let s00 = v128.load(init), s01 = v128.load(init, 16)
  let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01
  for (; rows > 0; rows--) {
    let p0 = a, p1 = p0 + aStep, p2 = p1 + aStep, p3 = p2 + aStep
    let t = b
    for (let c = columns; c > 0; c--) {
      const b0 = v128.load(t), b1 = v128.load(t, 16)
      t += bPixel
      s00 = fma(v128.load(p0), b0, s00)
      s01 = fma(v128.load(p0, 16), b1, s01)
      p0 += aPixel
      s10 = fma(v128.load(p1), b0, s10)
      s11 = fma(v128.load(p1, 16), b1, s11)
      p1 += aPixel
      s20 = fma(v128.load(p2), b0, s20)
      s21 = fma(v128.load(p2, 16), b1, s21)
      p2 += aPixel
      s30 = fma(v128.load(p3), b0, s30)
      s31 = fma(v128.load(p3, 16), b1, s31)
      p3 += aPixel
    }
    a += aRow
    b += bRow
  }
  storePixels(y, yPixel, s00, s01, s10, s11, s20, s21, s30, s31)
}

/** {@link dot_pixels_f32} for three columns where `aStep` is `aPixel`: six addresses for twelve pixels of a. */
export function dot_pixels_f32_3(
  a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, channels: i32, init: usize, y: usize,
  yPixel: usize,
): void {
  for (; channels > 0; channels -= 8) {
    let s00 = f32x4.splat(0), s01 = s00
    if (init) {
      s00 = v128.load(init)
      s01 = v128.load(init, 16)
      init += 32
    }
    let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01
    let q0 = b, q1 = q0 + bPixel, q2 = q1 + bPixel
    let p0 = a, p1 = p0 + aPixel, p2 = p1 + aPixel, p3 = p2 + aPixel, p4 = p3 + aPixel, p5 = p4 + aPixel
    for (let r = rows; r > 0; r--) {
      let b0 = v128.load(q0), b1 = v128.load(q0, 16)
      s00 = fma(v128.load(p0), b0, s00)
      s01 = fma(v128.load(p0, 16), b1, s01)
      s10 = fma(v128.load(p1), b0, s10)
      s11 = fma(v128.load(p1, 16), b1, s11)
      s20 = fma(v128.load(p2), b0, s20)
      s21 = fma(v128.load(p2, 16), b1, s21)
      s30 = fma(v128.load(p3), b0, s30)
      s31 = fma(v128.load(p3, 16), b1, s31)
      q0 += bRow
      p0 += aRow
      b0 = v128.load(q1)
      b1 = v128.load(q1, 16)
      s00 = fma(v128.load(p1), b0, s00)
      s01 = fma(v128.load(p1, 16), b1, s01)
      s10 = fma(v128.load(p2), b0, s10)
      s11 = fma(v128.load(p2, 16), b1, s11)
      s20 = fma(v128.load(p3), b0, s20)
      s21 = fma(v128.load(p3, 16), b1, s21)
      s30 = fma(v128.load(p4), b0, s30)
      s31 = fma(v128.load(p4, 16), b1, s31)
      q1 += bRow
      p1 += aRow
      b0 = v128.load(q2)
      b1 = v128.load(q2, 16)
      s00 = fma(v128.load(p2), b0, s00)
      s01 = fma(v128.load(p2, 16), b1, s01)
      s10 = fma(v128.load(p3), b0, s10)
      s11 = fma(v128.load(p3, 16), b1, s11)
      s20 = fma(v128.load(p4), b0, s20)
      s21 = fma(v128.load(p4, 16), b1, s21)
      s30 = fma(v128.load(p5), b0, s30)
      s31 = fma(v128.load(p5, 16), b1, s31)
      q2 += bRow
      p2 += aRow
      p3 += aRow
      p4 += aRow
      p5 += aRow
    }
    storePixels(y, yPixel, s00, s01, s10, s11, s20, s21, s30, s31)
    a += 32
    b += 32
    y += 32
  }
}

// @ts-ignore: decorator
@inline
function storePixels(
  y: usize, yPixel: usize, s00: v128, s01: v128, s10: v128, s11: v128, s20: v128, s21: v128, s30: v128, s31: v128,
): void {
  v128.store(y, s01, 16)
  v128.store(y, s00)
  y += yPixel
  v128.store(y, s11, 16)
  v128.store(y, s10)
  y += yPixel
  v128.store(y, s21, 16)
  v128.store(y, s20)
  y += yPixel
  v128.store(y, s31, 16)
  v128.store(y, s30)
}
