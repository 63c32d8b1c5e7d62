import { fma } from '../runtime/simd.as'
import { LN2_HIGH, LN2_LOW } from './exp.as'

const SQRT_HALF_BITS: i32 = 0x3f3504f3
const MIN_NORMAL: f32 = 1.17549435e-38

/** n ln 2 + log(1 + f) for f in [sqrt(1/2) - 1, sqrt(2) - 1]. */
// @ts-ignore: decorator
@inline
function logReduced(f: v128, n: v128): v128 {
  const square = f32x4.mul(f, f)
  let p = fma(f, f32x4.splat(-0.076462165), f32x4.splat(0.1277124))
  p = fma(f, p, f32x4.splat(-0.13160805))
  p = fma(f, p, f32x4.splat(0.14200693))
  p = fma(f, p, f32x4.splat(-0.16623212))
  p = fma(f, p, f32x4.splat(0.20001265))
  p = fma(f, p, f32x4.splat(-0.25000826))
  p = fma(f, p, f32x4.splat(0.3333333))
  let y = fma(n, f32x4.splat(LN2_LOW), f32x4.mul(f32x4.mul(f, square), p))
  y = fma(square, f32x4.splat(-0.5), y)
  return fma(n, f32x4.splat(LN2_HIGH), f32x4.add(f, y))
}

/** Exact results where the formula does not hold: log(0) = -Inf, log(x < 0) = NaN, log(Inf) = Inf; x is what the log is taken of. */
// @ts-ignore: decorator
@inline
function special(x: v128, y: v128): v128 {
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)))
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)))
  // All ones is a NaN.
  return v128.or(y, v128.not(f32x4.ge(x, f32x4.splat(0))))
}

/** The natural logarithm within 1 ulp for every f32, denormals included. log(0) = -Inf; below zero NaN. */
// @ts-ignore: decorator
@inline
export function log_f32x4(x: v128): v128 {
  const denormal = f32x4.lt(x, f32x4.splat(MIN_NORMAL))
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, denormal)
  // The mantissa in [sqrt(1/2), sqrt(2)): subtract sqrt(1/2) from the bits, and the exponent field is n.
  const above = i32x4.sub(normal, i32x4.splat(SQRT_HALF_BITS))
  const n = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(above, 23), v128.and(denormal, i32x4.splat(23))))
  const mantissa = i32x4.add(v128.and(above, i32x4.splat(0x7fffff)), i32x4.splat(SQRT_HALF_BITS))
  return special(x, logReduced(f32x4.sub(mantissa, f32x4.splat(1)), n))
}

/** log(1 + x) within 2 ulp for every f32. log1p(-1) = -Inf; below that NaN. */
// @ts-ignore: decorator
@inline
export function log1p_f32x4(x: v128): v128 {
  const u = f32x4.add(x, f32x4.splat(1))
  const above = i32x4.sub(u, i32x4.splat(SQRT_HALF_BITS))
  const exponent = i32x4.shr_s(above, 23)
  const mantissa = i32x4.add(v128.and(above, i32x4.splat(0x7fffff)), i32x4.splat(SQRT_HALF_BITS))
  // What 1 + x lost to rounding is exact in f32; it counts only where 2^-n is a normal number.
  const lost = f32x4.sub(x, f32x4.sub(u, f32x4.splat(1)))
  const scale = i32x4.max_s(i32x4.sub(f32x4.splat(1), i32x4.shl(exponent, 23)), i32x4.splat(0))
  const f = fma(lost, scale, f32x4.sub(mantissa, f32x4.splat(1)))
  const y = special(u, logReduced(f, f32x4.convert_i32x4_s(exponent)))
  // 1 + x loses the sign of -0 and all of a denormal's bits.
  return v128.bitselect(x, y, f32x4.lt(f32x4.abs(x), f32x4.splat(1e-10)))
}
