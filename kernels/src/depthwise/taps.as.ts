import { fma } from '../runtime/simd.as'

/** Sums that {@link dot_taps_f32} makes at once. */
export const TAPS: i32 = 3

/**
 * y[t, ch] += the sum of a[t, r, c, ch] * b[r, c, ch] over r in [0, rows), c in [0, columns), for t in [0, TAPS), ch in [0, channels): what
 * is loaded of b serves three sums. Steps are bytes; `channels` is a multiple of 16. y overlaps neither.
 */
export function dot_taps_f32(
  a: usize, aTap: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32,
  y: usize, yTap: usize,
): void {
  for (; channels > 0; channels -= 16) {
    const y1 = y + yTap, y2 = y1 + yTap
    let s00 = v128.load(y), s01 = v128.load(y, 16), s02 = v128.load(y, 32), s03 = v128.load(y, 48)
    let s10 = v128.load(y1), s11 = v128.load(y1, 16), s12 = v128.load(y1, 32), s13 = v128.load(y1, 48)
    let s20 = v128.load(y2), s21 = v128.load(y2, 16), s22 = v128.load(y2, 32), s23 = v128.load(y2, 48)
    let p = a
    let q = b
    for (let r = rows; r > 0; r--) {
      let p0 = p, p1 = p0 + aTap, p2 = p1 + aTap
      let t = q
      for (let c = columns; c > 0; c--) {
        const b0 = v128.load(t), b1 = v128.load(t, 16)
        s00 = fma(v128.load(p0), b0, s00)
        s01 = fma(v128.load(p0, 16), b1, s01)
        s10 = fma(v128.load(p1), b0, s10)
        s11 = fma(v128.load(p1, 16), b1, s11)
        s20 = fma(v128.load(p2), b0, s20)
        s21 = fma(v128.load(p2, 16), b1, s21)
        const b2 = v128.load(t, 32), b3 = v128.load(t, 48)
        s02 = fma(v128.load(p0, 32), b2, s02)
        s03 = fma(v128.load(p0, 48), b3, s03)
        s12 = fma(v128.load(p1, 32), b2, s12)
        s13 = fma(v128.load(p1, 48), b3, s13)
        s22 = fma(v128.load(p2, 32), b2, s22)
        s23 = fma(v128.load(p2, 48), b3, s23)
        p0 += aPixel
        p1 += aPixel
        p2 += aPixel
        t += bPixel
      }
      p += aRow
      q += bRow
    }
    storeFour(y, s00, s01, s02, s03)
    storeFour(y1, s10, s11, s12, s13)
    storeFour(y2, s20, s21, s22, s23)
    a += 64
    b += 64
    y += 64
  }
}

// @ts-ignore: decorator
@inline
function storeFour(y: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(y, s1, 16)
  v128.store(y, s0)
  v128.store(y, s3, 48)
  v128.store(y, s2, 32)
}
