import { halves_f32_3x3, halves_f32_4x2, halves_f32_8x1 } from '../generated/tiles.as'
import { fma, hsum } from '../runtime/simd.as'

/** The sums of four vectors, side by side. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7))
}

/**
 * y[pixels, outs] = bias + the sums of these vectors, of which there are as many as `dots` says. Between its stores is a branch that is never taken, as y is
 * a multiple of 4: in wide mode V8 would pair them, and with them the sums of different pixels, which takes longer than it saves.
 */
// @ts-ignore: decorator
@inline
function finish(
  pixels: i32, s00: v128, s01: v128, s02: v128, s10: v128, s11: v128, s12: v128, s20: v128, s21: v128, s22: v128, s30: v128, s31: v128,
  s40: v128, s50: v128, s60: v128, s70: v128, b0: f32, b1: f32, b2: f32, y: usize,
): void {
  if (pixels == 8) {
    const bias = f32x4.splat(b0)
    v128.store(y, f32x4.add(sums(s00, s10, s20, s30), bias))
    if (y & 1) return
    v128.store(y, f32x4.add(sums(s40, s50, s60, s70), bias), 16)
  } else if (pixels == 4) {
    const bias = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(b0), 1, b1), 3, b1)
    v128.store(y, f32x4.add(sums(s00, s01, s10, s11), bias))
    if (y & 1) return
    v128.store(y, f32x4.add(sums(s20, s21, s30, s31), bias), 16)
  } else if (pixels == 3) {
    const bias = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(b0), 1, b1), 2, b2)
    v128.store(y, f32x4.add(sums(s00, s01, s02, s10), bias))
    if (y & 1) return
    v128.store(y, f32x4.add(sums(s11, s12, s20, s21), v128.shuffle<f32>(bias, bias, 1, 2, 0, 1)), 16)
    store<f32>(y, hsum(s22) + b2, 32)
  } else store<f32>(y, hsum(s00) + b0)
}

/**
 * y[pixels, outs] = bias + the sums of products of `rows` rows of `count` numbers, a multiple of 4: of x, `xRow` bytes apart and `step` from a pixel's
 * to the next one's, and of the filter, dense. `pixels` and `outs` are constants: 8 and 1, 4 and 2, or 3 and 3, as many sums as there
 * are registers for; or 1 and 1.
 */
// @ts-ignore: decorator
@inline
function dots(
  pixels: i32, outs: i32, rows: i32, count: i32, x0: usize, step: usize, xRow: usize, f0: usize, b0: f32, b1: f32, b2: f32, y: usize,
): void {
  const zero = f32x4.splat(0)
  // s[pixel][output]
  let s00 = zero, s01 = zero, s02 = zero, s10 = zero, s11 = zero, s12 = zero, s20 = zero, s21 = zero, s22 = zero
  let s30 = zero, s31 = zero, s40 = zero, s50 = zero, s60 = zero, s70 = zero
  let x1 = x0 + step, x2 = x1 + step, x3 = x2 + step, x4 = x3 + step, x5 = x4 + step, x6 = x5 + step, x7 = x6 + step
  const bytes = <usize>count << 2
  const toNext = xRow - bytes
  let f1 = f0 + bytes * rows, f2 = f1 + bytes * rows
  for (; rows > 0; rows--) {
    for (let i = count; i > 0; i -= 4) {
      const w0 = v128.load(f0)
      const w1 = outs > 1 ? v128.load(f1) : zero
      const w2 = outs > 2 ? v128.load(f2) : zero
      let v = v128.load(x0)
      s00 = fma(v, w0, s00)
      if (outs > 1) s01 = fma(v, w1, s01)
      if (outs > 2) s02 = fma(v, w2, s02)
      if (pixels > 1) {
        v = v128.load(x1)
        s10 = fma(v, w0, s10)
        if (outs > 1) s11 = fma(v, w1, s11)
        if (outs > 2) s12 = fma(v, w2, s12)
        x1 += 16
      }
      if (pixels > 2) {
        v = v128.load(x2)
        s20 = fma(v, w0, s20)
        if (outs > 1) s21 = fma(v, w1, s21)
        if (outs > 2) s22 = fma(v, w2, s22)
        x2 += 16
      }
      if (pixels > 3) {
        v = v128.load(x3)
        s30 = fma(v, w0, s30)
        if (outs > 1) s31 = fma(v, w1, s31)
        x3 += 16
      }
      if (pixels > 4) {
        v = v128.load(x4)
        s40 = fma(v, w0, s40)
        x4 += 16
      }
      if (pixels > 5) {
        v = v128.load(x5)
        s50 = fma(v, w0, s50)
        x5 += 16
      }
      if (pixels > 6) {
        v = v128.load(x6)
        s60 = fma(v, w0, s60)
        x6 += 16
      }
      if (pixels > 7) {
        v = v128.load(x7)
        s70 = fma(v, w0, s70)
        x7 += 16
      }
      x0 += 16
      f0 += 16
      f1 += 16
      f2 += 16
    }
    x0 += toNext
    x1 += toNext
    x2 += toNext
    x3 += toNext
    x4 += toNext
    x5 += toNext
    x6 += toNext
    x7 += toNext
  }
  finish(pixels, s00, s01, s02, s10, s11, s12, s20, s21, s22, s30, s31, s40, s50, s60, s70, b0, b1, b2, y)
}

// The names say pixels and outputs.

export function dots_f32_1x1(count: i32, x: usize, panel: usize, b: f32, y: usize): void {
  dots(1, 1, 1, count, x, 0, 0, panel, b, 0, 0, y)
}

export function dots_f32_8x1(
  rows: i32, count: i32, x: usize, step: usize, xRow: usize, panel: usize, b0: f32, b1: f32, b2: f32, y: usize,
): void {
  dots(8, 1, rows, count, x, step, xRow, panel, b0, b1, b2, y)
}

export function dots_f32_4x2(
  rows: i32, count: i32, x: usize, step: usize, xRow: usize, panel: usize, b0: f32, b1: f32, b2: f32, y: usize,
): void {
  dots(4, 2, rows, count, x, step, xRow, panel, b0, b1, b2, y)
}

export function dots_f32_3x3(
  rows: i32, count: i32, x: usize, step: usize, xRow: usize, panel: usize, b0: f32, b1: f32, b2: f32, y: usize,
): void {
  dots(3, 3, rows, count, x, step, xRow, panel, b0, b1, b2, y)
}

/** Bytes at `work` that the following use. */
export const HALVES_BYTES: usize = 9 * 32

// For 256-bit operations, where `count` is a multiple of 8. V8 pairs what is stored side by side: sums go by way of `work`.

/** Sum `i` of those at `from`. */
// @ts-ignore: decorator
@inline
function whole(from: usize, i: usize): v128 {
  return f32x4.add(v128.load(from + 32 * i), v128.load(from + 32 * i, 16))
}

export function dots_f32_8x1_wide(
  rows: i32, count: i32, x: usize, step: usize, xRow: usize, panel: usize, b0: f32, b1: f32, b2: f32, y: usize, work: usize,
): void {
  halves_f32_8x1(rows, count, x, step, xRow, panel, work)
  const zero = f32x4.splat(0)
  finish(
    8, whole(work, 0), zero, zero, whole(work, 1), zero, zero, whole(work, 2), zero, zero, whole(work, 3), zero,
    whole(work, 4), whole(work, 5), whole(work, 6), whole(work, 7), b0, b1, b2, y,
  )
}

export function dots_f32_4x2_wide(
  rows: i32, count: i32, x: usize, step: usize, xRow: usize, panel: usize, b0: f32, b1: f32, b2: f32, y: usize, work: usize,
): void {
  halves_f32_4x2(rows, count, x, step, xRow, panel, work)
  const zero = f32x4.splat(0)
  finish(
    4, whole(work, 0), whole(work, 1), zero, whole(work, 2), whole(work, 3), zero, whole(work, 4), whole(work, 5), zero,
    whole(work, 6), whole(work, 7), zero, zero, zero, zero, b0, b1, b2, y,
  )
}

export function dots_f32_3x3_wide(
  rows: i32, count: i32, x: usize, step: usize, xRow: usize, panel: usize, b0: f32, b1: f32, b2: f32, y: usize, work: usize,
): void {
  halves_f32_3x3(rows, count, x, step, xRow, panel, work)
  const zero = f32x4.splat(0)
  finish(
    3, whole(work, 0), whole(work, 1), whole(work, 2), whole(work, 3), whole(work, 4), whole(work, 5), whole(work, 6), whole(work, 7),
    whole(work, 8), zero, zero, zero, zero, zero, zero, b0, b1, b2, y,
  )
}
