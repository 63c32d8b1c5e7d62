import { entry, entry64, fma } from '../runtime/simd.as'

// x = n pi / 2 + r with |r| <= pi / 4: sin x is, for n modulo 4, sin r, cos r, -sin r, -cos r.

const R = memory.data<f64>([
  0.6366197723675814,
  // pi / 2 in two parts, of which the first has 25 bits: n times it is exact below 2^28.
  1.5707963109016418,
  1.5893254773528197e-8,
  // From here on r is not exact enough.
  1e8
])
const TWO_OVER_PI = 0
const HALF_PI_HIGH = 1
const HALF_PI_LOW = 2
const LARGEST_ANGLE = 3

const C = memory.data<f32>([
  // (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4 for |r| <= pi / 4: minimax, 2e-8; highest power of r^2 first.
  -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1,
  2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2,
  // From here on r is not exact enough.
  1e8,
  // Below, x is its own sine.
  2.44140625e-4
])
const SIN = 0
const COS = 3
const LARGEST = 6
const SMALL = 7

/** r of two numbers, and n: f64x2. */
// @ts-ignore: decorator
@inline
export function quarters(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, entry64(R, TWO_OVER_PI)))
}

// @ts-ignore: decorator
@inline
export function reduced(x: v128, n: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, entry64(R, HALF_PI_HIGH))), f64x2.mul(n, entry64(R, HALF_PI_LOW)))
}

/** Whether one of two numbers is too large for `reduced`: f64x2. */
// @ts-ignore: decorator
@inline
export function isLargeAngle(x: v128): bool {
  return v128.any_true(f64x2.gt(f64x2.abs(x), entry64(R, LARGEST_ANGLE)))
}

/** sin r of |r| up to pi / 4. */
// @ts-ignore: decorator
@inline
export function sinNearZero(r: v128): v128 {
  const s = f32x4.mul(r, r)
  return fma(f32x4.mul(r, s), fma(s, fma(s, entry(C, SIN), entry(C, SIN + 1)), entry(C, SIN + 2)), r)
}

/** cos r of |r| up to pi / 4. */
// @ts-ignore: decorator
@inline
export function cosNearZero(r: v128): v128 {
  const s = f32x4.mul(r, r)
  const quartic = fma(s, fma(s, entry(C, COS), entry(C, COS + 1)), entry(C, COS + 2))
  return fma(f32x4.mul(s, s), quartic, fma(s, f32x4.splat(-0.5), f32x4.splat(1)))
}

/** sin(x + first pi / 2) of |x| up to LARGEST; NaN for infinities. */
// @ts-ignore: decorator
@inline
function quarterTurns(x: v128, first: i32): v128 {
  const low = f64x2.promote_low_f32x4(x)
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
  const nLow = quarters(low), nHigh = quarters(high)
  const r = v128.shuffle<i64>(
    f32x4.demote_f64x2_zero(reduced(low, nLow)), f32x4.demote_f64x2_zero(reduced(high, nHigh)), 0, 2,
  )
  const whole = v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(nLow), i32x4.trunc_sat_f64x2_s_zero(nHigh), 0, 2)
  const n = i32x4.add(whole, i32x4.splat(first))
  const isCos = i32x4.ne(v128.and(n, i32x4.splat(1)), i32x4.splat(0))
  const sign = i32x4.shl(v128.and(n, i32x4.splat(2)), 30)
  return v128.xor(v128.bitselect(cosNearZero(r), sinNearZero(r), isCos), sign)
}

// @ts-ignore: decorator
@inline
function isLarge(x: v128): bool {
  return v128.any_true(f32x4.gt(f32x4.abs(x), entry(C, LARGEST)))
}

/** One large number. */
function oneSin(x: f32): f32 {
  return <f32>NativeMath.sin(<f64>x)
}

function oneCos(x: f32): f32 {
  return <f32>NativeMath.cos(<f64>x)
}

function largeSin(x: v128): v128 {
  const v = f32x4(oneSin(f32x4.extract_lane(x, 0)), oneSin(f32x4.extract_lane(x, 1)), 0, 0)
  return f32x4.replace_lane(f32x4.replace_lane(v, 2, oneSin(f32x4.extract_lane(x, 2))), 3, oneSin(f32x4.extract_lane(x, 3)))
}

function largeCos(x: v128): v128 {
  const v = f32x4(oneCos(f32x4.extract_lane(x, 0)), oneCos(f32x4.extract_lane(x, 1)), 0, 0)
  return f32x4.replace_lane(f32x4.replace_lane(v, 2, oneCos(f32x4.extract_lane(x, 2))), 3, oneCos(f32x4.extract_lane(x, 3)))
}

/** sin x within 1.7 ulp; NaN for infinities. */
// @ts-ignore: decorator
@inline
export function sin_f32x4(x: v128): v128 {
  if (isLarge(x)) return largeSin(x)
  // Which keeps the sign of zero.
  return v128.bitselect(x, quarterTurns(x, 0), f32x4.lt(f32x4.abs(x), entry(C, SMALL)))
}

/** cos x within 1.7 ulp; NaN for infinities. */
// @ts-ignore: decorator
@inline
export function cos_f32x4(x: v128): v128 {
  return isLarge(x) ? largeCos(x) : quarterTurns(x, 1)
}
