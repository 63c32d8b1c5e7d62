import { entry64 } from '../runtime/simd.as'
import { exp2_f64x2, log2_f64x2, multiplyAdd } from './double.as'
import { isLargeAngle, quarters, reduced } from './sin.as'

// Two numbers that came from f32, in double precision: results are within 1e-9, so that f32 rounds nearly all of them as if they were exact.

const C = memory.data<f64>([
  1, 0.41421356237309503, 0.7853981633974483, 1.5707963267948966, 1.4426950408889634,
  0.6931471805599453, 0.34657359027997264, 0.5, 0.0625, -0.0
])
const ONE = 0
const TAN_PI_8 = 1
const QUARTER_PI = 2
const HALF_PI = 3
const LOG2_E = 4
const LN2 = 5
const HALF_LN2 = 6
const HALF = 7
const SMALL = 8
const SIGN = 9

// Taylor series in x^2, highest power first; each times x, but cos.
const ATAN = memory.data<f64>([
  -0.043478260869565216, 0.047619047619047616, -0.05263157894736842, 0.058823529411764705, -0.06666666666666667,
  0.07692307692307693, -0.09090909090909091, 0.1111111111111111, -0.14285714285714285, 0.2, -0.3333333333333333, 1.0
])
const SINH = memory.data<f64>([
  2.505210838544172e-08, 2.7557319223985893e-06, 0.0001984126984126984, 0.008333333333333333, 0.16666666666666666, 1.0
])
const SIN = memory.data<f64>([
  1.6059043836821613e-10, -2.505210838544172e-08, 2.7557319223985893e-06, -0.0001984126984126984,
  0.008333333333333333, -0.16666666666666666, 1.0
])
const COS = memory.data<f64>([
  -1.1470745597729725e-11, 2.08767569878681e-09, -2.755731922398589e-07, 2.48015873015873e-05, -0.001388888888888889,
  0.041666666666666664, -0.5, 1.0
])
const ASINH = memory.data<f64>([-0.044642857142857144, 0.075, -0.16666666666666666, 1.0])
const ATANH = memory.data<f64>([0.14285714285714285, 0.2, 0.3333333333333333, 1.0])

/** The polynomial of `terms` coefficients in z. */
// @ts-ignore: decorator
@inline
function polynomial(table: usize, terms: i32, z: v128): v128 {
  let p = entry64(table, 0)
  for (let i = 1; i < terms; i++) p = multiplyAdd(p, z, entry64(table, i))
  return p
}

/** y with the sign of x; y >= 0. */
// @ts-ignore: decorator
@inline
function signed(y: v128, x: v128): v128 {
  return v128.or(y, v128.and(x, entry64(C, SIGN)))
}

/** atan t for t >= 0. */
// @ts-ignore: decorator
@inline
function atanPositive(t: v128): v128 {
  const one = entry64(C, ONE)
  const isAbove = f64x2.gt(t, one)
  let u = v128.bitselect(f64x2.div(one, t), t, isAbove)
  const isUpper = f64x2.gt(u, entry64(C, TAN_PI_8))
  u = v128.bitselect(f64x2.div(f64x2.sub(u, one), f64x2.add(u, one)), u, isUpper)
  const near = f64x2.mul(u, polynomial(ATAN, 12, f64x2.mul(u, u)))
  const y = f64x2.add(near, v128.and(isUpper, entry64(C, QUARTER_PI)))
  return v128.bitselect(f64x2.sub(entry64(C, HALF_PI), y), y, isAbove)
}

// @ts-ignore: decorator
@inline
export function atan_f64x2(x: v128): v128 {
  return signed(atanPositive(f64x2.abs(x)), x)
}

/** NaN beyond 1. */
// @ts-ignore: decorator
@inline
export function asin_f64x2(x: v128): v128 {
  const one = entry64(C, ONE)
  const a = f64x2.abs(x)
  return signed(atanPositive(f64x2.div(a, f64x2.sqrt(f64x2.mul(f64x2.sub(one, a), f64x2.add(one, a))))), x)
}

/** NaN beyond 1. */
// @ts-ignore: decorator
@inline
export function acos_f64x2(x: v128): v128 {
  const one = entry64(C, ONE)
  const half = atanPositive(f64x2.sqrt(f64x2.div(f64x2.sub(one, x), f64x2.add(one, x))))
  return f64x2.add(half, half)
}

/** NaN for infinities. */
// @ts-ignore: decorator
@inline
export function tan_f64x2(x: v128): v128 {
  if (isLargeAngle(x)) return largeTan(x)
  const n = quarters(x)
  const r = reduced(x, n)
  const z = f64x2.mul(r, r)
  const sin = f64x2.mul(r, polynomial(SIN, 7, z))
  const cos = polynomial(COS, 8, z)
  const isOdd = i64x2.extend_low_i32x4_s(i32x4.shr_s(i32x4.shl(i32x4.trunc_sat_f64x2_s_zero(n), 31), 31))
  const y = f64x2.div(v128.bitselect(f64x2.neg(cos), sin, isOdd), v128.bitselect(sin, cos, isOdd))
  // Which keeps the sign of zero.
  return v128.bitselect(x, y, f64x2.eq(x, f64x2.splat(0)))
}

function largeTan(x: v128): v128 {
  return f64x2(oneTan(f64x2.extract_lane(x, 0)), oneTan(f64x2.extract_lane(x, 1)))
}

function oneTan(x: f64): f64 {
  return NativeMath.sin(x) / NativeMath.cos(x)
}

// @ts-ignore: decorator
@inline
export function sinh_f64x2(x: v128): v128 {
  const e = exp2_f64x2(f64x2.mul(x, entry64(C, LOG2_E)))
  const y = f64x2.mul(f64x2.sub(e, f64x2.div(entry64(C, ONE), e)), entry64(C, HALF))
  const small = f64x2.mul(x, polynomial(SINH, 6, f64x2.mul(x, x)))
  return v128.bitselect(small, y, f64x2.lt(f64x2.abs(x), entry64(C, ONE)))
}

// @ts-ignore: decorator
@inline
export function cosh_f64x2(x: v128): v128 {
  const e = exp2_f64x2(f64x2.mul(x, entry64(C, LOG2_E)))
  return f64x2.mul(f64x2.add(e, f64x2.div(entry64(C, ONE), e)), entry64(C, HALF))
}

// @ts-ignore: decorator
@inline
export function asinh_f64x2(x: v128): v128 {
  const a = f64x2.abs(x)
  const z = f64x2.mul(x, x)
  const y = f64x2.mul(log2_f64x2(f64x2.add(a, f64x2.sqrt(f64x2.add(z, entry64(C, ONE))))), entry64(C, LN2))
  const small = f64x2.mul(x, polynomial(ASINH, 4, z))
  return v128.bitselect(small, signed(y, x), f64x2.lt(a, entry64(C, SMALL)))
}

/** NaN below 1. */
// @ts-ignore: decorator
@inline
export function acosh_f64x2(x: v128): v128 {
  const one = entry64(C, ONE)
  const root = f64x2.sqrt(f64x2.mul(f64x2.sub(x, one), f64x2.add(x, one)))
  const y = f64x2.mul(log2_f64x2(f64x2.add(x, root)), entry64(C, LN2))
  // All ones is a NaN.
  return v128.or(y, v128.not(f64x2.ge(x, one)))
}

/** NaN beyond 1. */
// @ts-ignore: decorator
@inline
export function atanh_f64x2(x: v128): v128 {
  const one = entry64(C, ONE)
  const a = f64x2.abs(x)
  const y = f64x2.mul(log2_f64x2(f64x2.div(f64x2.add(one, a), f64x2.sub(one, a))), entry64(C, HALF_LN2))
  const small = f64x2.mul(x, polynomial(ATANH, 4, f64x2.mul(x, x)))
  const result = v128.bitselect(small, signed(y, x), f64x2.lt(a, entry64(C, SMALL)))
  return v128.or(result, v128.not(f64x2.le(a, one)))
}
