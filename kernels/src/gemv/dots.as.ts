import { scratch } from '../runtime/scratch.as'
import { fma, hsum, loadHead } from '../runtime/simd.as'

/** y[n] += alpha * M[n, k] . x[k]; `mStep` bytes from a row of M to the next. */
export function dots(n: i32, k: i32, x: usize, alpha: f32, m: usize, mStep: usize, y: usize): void {
  eachRows(false, n, k, x, alpha, m, mStep, y)
}

/** As {@link dots}, for 256-bit operations. */
export function dotsWide(n: i32, k: i32, x: usize, alpha: f32, m: usize, mStep: usize, y: usize): void {
  eachRows(true, n, k, x, alpha, m, mStep, y)
}

// @ts-ignore: decorator
@inline
function eachRows(wide: bool, n: i32, k: i32, x: usize, alpha: f32, m: usize, mStep: usize, y: usize): void {
  for (; n >= 4; n -= 4) {
    dotRows(wide, 4, k, x, alpha, m, mStep, y)
    m += 4 * mStep
    y += 16
  }
  for (; n > 0; n--) {
    dotRows(wide, 1, k, x, alpha, m, mStep, y)
    m += mStep
    y += 4
  }
}

/** a + b. Where `wide`, by way of 32 bytes of scratch memory: V8 pairs what is stored, here the two halves of a sum in the loop before. */
// @ts-ignore: decorator
@inline
function halves(wide: bool, a: v128, b: v128, at: usize): v128 {
  if (!wide) return f32x4.add(a, b)
  v128.store(scratch + at, b, 16)
  v128.store(scratch + at, a)
  return f32x4.add(v128.load(scratch + at), v128.load(scratch + at, 16))
}

/** The dot products of x with 1 or 4 rows of M; `rows` and `wide` are constants. */
// @ts-ignore: decorator
@inline
function dotRows(wide: bool, rows: i32, k: i32, x: usize, alpha: f32, m0: usize, mStep: usize, y: usize): void {
  let m1 = m0 + mStep
  let m2 = m1 + mStep
  let m3 = m2 + mStep
  const zero = f32x4.splat(0)
  let s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero
  let i = k
  for (; i >= 8; i -= 8) {
    const x0 = v128.load(x), x1 = v128.load(x, 16)
    s00 = fma(x0, v128.load(m0), s00)
    s01 = fma(x1, v128.load(m0, 16), s01)
    m0 += 32
    if (rows > 1) {
      s10 = fma(x0, v128.load(m1), s10)
      s11 = fma(x1, v128.load(m1, 16), s11)
      s20 = fma(x0, v128.load(m2), s20)
      s21 = fma(x1, v128.load(m2, 16), s21)
      s30 = fma(x0, v128.load(m3), s30)
      s31 = fma(x1, v128.load(m3, 16), s31)
      m1 += 32
      m2 += 32
      m3 += 32
    }
    x += 32
  }
  s00 = halves(wide, s00, s01, 0)
  if (rows > 1) {
    s10 = halves(wide, s10, s11, 32)
    s20 = halves(wide, s20, s21, 64)
    s30 = halves(wide, s30, s31, 96)
  }
  if (i >= 4) {
    const x0 = v128.load(x)
    s00 = fma(x0, v128.load(m0), s00)
    m0 += 16
    if (rows > 1) {
      s10 = fma(x0, v128.load(m1), s10)
      s20 = fma(x0, v128.load(m2), s20)
      s30 = fma(x0, v128.load(m3), s30)
      m1 += 16
      m2 += 16
      m3 += 16
    }
    x += 16
    i -= 4
  }
  if (i > 0) {
    const x0 = loadHead(x, i)
    s00 = fma(x0, loadHead(m0, i), s00)
    if (rows > 1) {
      s10 = fma(x0, loadHead(m1, i), s10)
      s20 = fma(x0, loadHead(m2, i), s20)
      s30 = fma(x0, loadHead(m3, i), s30)
    }
  }
  store<f32>(y, load<f32>(y) + alpha * hsum(s00))
  if (rows > 1) {
    store<f32>(y, load<f32>(y, 4) + alpha * hsum(s10), 4)
    store<f32>(y, load<f32>(y, 8) + alpha * hsum(s20), 8)
    store<f32>(y, load<f32>(y, 12) + alpha * hsum(s30), 12)
  }
}
