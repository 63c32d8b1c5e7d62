import { entry, fma } from '../runtime/simd.as'

const C = memory.data<f32>([
  // ln 2 in two parts, of which a multiple below 2^9 times the first is exact.
  0.693145751953125,
  1.42860682030941723e-6,
  1,
  -0.5,
  // The smallest normal number, and what makes a denormal one normal.
  1.17549435e-38,
  8388608,
  Infinity,
  -Infinity,
  1e-10
])
const LN2_HIGH = 0
const LN2_LOW = 1
const ONE = 2
const MINUS_HALF = 3
const MIN_NORMAL = 4
const TWO_23 = 5
const INFINITE = 6
const MINUS_INFINITE = 7
const TINY = 8

const BITS = memory.data<i32>([0x3f3504f3, 0x7fffff, 23])
const SQRT_HALF = 0
const MANTISSA = 1
const TWENTY_THREE = 2

/** (log(1 + f) - f + f^2 / 2) / f^3: minimax, 7e-9 of log(1 + f); highest power first. */
const POLYNOMIAL = memory.data<f32>([
  -0.076462165, 0.1277124, -0.13160805, 0.14200693, -0.16623212, 0.20001265, -0.25000826, 0.3333333
])

/** n ln 2 + log(1 + f) for f in [sqrt(1/2) - 1, sqrt(2) - 1]. */
// @ts-ignore: decorator
@inline
function logReduced(f: v128, n: v128): v128 {
  const square = f32x4.mul(f, f)
  let p = fma(f, entry(POLYNOMIAL, 0), entry(POLYNOMIAL, 1))
  p = fma(f, p, entry(POLYNOMIAL, 2))
  p = fma(f, p, entry(POLYNOMIAL, 3))
  p = fma(f, p, entry(POLYNOMIAL, 4))
  p = fma(f, p, entry(POLYNOMIAL, 5))
  p = fma(f, p, entry(POLYNOMIAL, 6))
  p = fma(f, p, entry(POLYNOMIAL, 7))
  let y = fma(n, entry(C, LN2_LOW), f32x4.mul(f32x4.mul(f, square), p))
  y = fma(square, entry(C, MINUS_HALF), y)
  return fma(n, entry(C, LN2_HIGH), f32x4.add(f, y))
}

/** y, but what the formula does not give: log(0) = -Inf, log(x < 0) = NaN, log(Inf) = Inf, log(NaN) = NaN. */
// @ts-ignore: decorator
@inline
function special(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0)
  y = v128.bitselect(x, y, f32x4.eq(x, entry(C, INFINITE)))
  y = v128.bitselect(entry(C, MINUS_INFINITE), y, f32x4.eq(x, zero))
  // All ones is a NaN.
  return v128.or(y, v128.not(f32x4.ge(x, zero)))
}

/** The natural logarithm within 1 ulp for every f32, denormals included. log(0) = -Inf; below zero NaN. */
// @ts-ignore: decorator
@inline
export function log_f32x4(x: v128): v128 {
  const denormal = f32x4.lt(x, entry(C, MIN_NORMAL))
  const normal = v128.bitselect(f32x4.mul(x, entry(C, TWO_23)), x, denormal)
  // The mantissa in [sqrt(1/2), sqrt(2)): subtract sqrt(1/2) from the bits, and the exponent field is n.
  const above = i32x4.sub(normal, entry(BITS, SQRT_HALF))
  const exponent = i32x4.sub(i32x4.shr_s(above, 23), v128.and(denormal, entry(BITS, TWENTY_THREE)))
  const mantissa = i32x4.add(v128.and(above, entry(BITS, MANTISSA)), entry(BITS, SQRT_HALF))
  return special(x, logReduced(f32x4.sub(mantissa, entry(C, ONE)), f32x4.convert_i32x4_s(exponent)))
}

/** log(1 + x) within 2 ulp for every f32. log1p(-1) = -Inf; below that NaN. */
// @ts-ignore: decorator
@inline
export function log1p_f32x4(x: v128): v128 {
  const one = entry(C, ONE)
  const u = f32x4.add(x, one)
  const above = i32x4.sub(u, entry(BITS, SQRT_HALF))
  const exponent = i32x4.shr_s(above, 23)
  const mantissa = i32x4.add(v128.and(above, entry(BITS, MANTISSA)), entry(BITS, SQRT_HALF))
  // What 1 + x lost to rounding is exact in f32; it counts only where 2^-n is a normal number.
  const lost = f32x4.sub(x, f32x4.sub(u, one))
  const scale = i32x4.max_s(i32x4.sub(one, i32x4.shl(exponent, 23)), i32x4.splat(0))
  const f = fma(lost, scale, f32x4.sub(mantissa, one))
  const y = special(u, logReduced(f, f32x4.convert_i32x4_s(exponent)))
  // 1 + x loses the sign of -0 and all of a denormal's bits.
  return v128.bitselect(x, y, f32x4.lt(f32x4.abs(x), entry(C, TINY)))
}
