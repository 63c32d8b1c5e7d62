import { entry64 } from '../runtime/simd.as'

// In double precision, two lanes a vector: f32 results need y log2(x) to 2^-27, and that may be as large as 150.

const C = memory.data<f64>([0, 1, Infinity, -Infinity, 200, -200, 6755399441055744])
const ZERO = 0
const ONE = 1
const INFINITE = 2
const MINUS_INFINITE = 3
const HIGHEST = 4
const LOWEST = 5
// 1.5 . 2^52: adding it leaves the rounded number in the lowest bits.
const ROUND = 6

const BITS = memory.data<i64>([0x3fe6a09e667f3bcd, 0xfffffffffffff])
const SQRT_HALF = 0
const MANTISSA = 1

/** 2 / ln 2 . atanh(s) / s in s^2, Taylor series up to s^12: 2e-12 relative for s^2 < 0.0295; highest power first. */
const LOG2 = memory.data<f64>([
  0.22195308321368667, 0.2623081892525388, 0.3205988979753252, 0.4121985831111324, 0.5770780163555853, 0.9617966939259756,
  2.885390081777927
])

/** 2^f, Taylor series up to f^8: 2e-10 for |f| <= 1/2; highest power first. */
const EXP2 = memory.data<f64>([
  1.3215486790144305e-6, 1.5252733804059838e-5, 1.5403530393381606e-4, 1.3333558146428441e-3, 9.618129107628477e-3,
  5.5504108664821576e-2, 0.2402265069591007, 0.6931471805599453, 1
])

/** a b + c, rounded twice: f64 has digits to spare. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c)
}

/** log2(x) for x >= 0 that is no denormal, within 2^-38 relative; -Inf for 0, Inf for Inf, NaN for NaN. */
// @ts-ignore: decorator
@inline
export function log2_f64x2(x: v128): v128 {
  const zero = f64x2.eq(x, entry64(C, ZERO))
  const special = v128.or(zero, v128.not(f64x2.lt(x, entry64(C, INFINITE))))
  // The mantissa in [sqrt(1/2), sqrt(2)), as in log.as.ts.
  const above = i64x2.sub(x, entry64(BITS, SQRT_HALF))
  const exponent = i32x4.shr_s(v128.shuffle<i32>(above, above, 1, 3, 1, 3), 20)
  const m = i64x2.add(v128.and(above, entry64(BITS, MANTISSA)), entry64(BITS, SQRT_HALF))
  const one = entry64(C, ONE)
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one))
  const z = f64x2.mul(s, s)
  let p = multiplyAdd(entry64(LOG2, 0), z, entry64(LOG2, 1))
  p = multiplyAdd(p, z, entry64(LOG2, 2))
  p = multiplyAdd(p, z, entry64(LOG2, 3))
  p = multiplyAdd(p, z, entry64(LOG2, 4))
  p = multiplyAdd(p, z, entry64(LOG2, 5))
  p = multiplyAdd(p, z, entry64(LOG2, 6))
  const y = multiplyAdd(p, s, f64x2.convert_low_i32x4_s(exponent))
  return v128.bitselect(v128.bitselect(entry64(C, MINUS_INFINITE), x, zero), y, special)
}

/** 2^t within 2^-31 relative for |t| < 200; beyond, something that f32 rounds to 0 or Infinity; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exp2_f64x2(t: v128): v128 {
  t = f64x2.pmax(f64x2.pmin(t, entry64(C, HIGHEST)), entry64(C, LOWEST))
  const shifted = f64x2.add(t, entry64(C, ROUND))
  const f = f64x2.sub(t, f64x2.sub(shifted, entry64(C, ROUND)))
  let p = multiplyAdd(entry64(EXP2, 0), f, entry64(EXP2, 1))
  p = multiplyAdd(p, f, entry64(EXP2, 2))
  p = multiplyAdd(p, f, entry64(EXP2, 3))
  p = multiplyAdd(p, f, entry64(EXP2, 4))
  p = multiplyAdd(p, f, entry64(EXP2, 5))
  p = multiplyAdd(p, f, entry64(EXP2, 6))
  p = multiplyAdd(p, f, entry64(EXP2, 7))
  p = multiplyAdd(p, f, entry64(EXP2, 8))
  return f64x2.mul(p, i64x2.add(i64x2.shl(shifted, 52), entry64(C, ONE)))
}
