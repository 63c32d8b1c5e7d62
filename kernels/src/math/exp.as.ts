import { fma, fnma } from '../runtime/simd.as'

// e^x = 2^n . e^r with n = round(x / ln 2) and |r| <= ln(2) / 2.
const LOG2E: f32 = 1.4426950408889634
/** ln 2 in two parts; n * LN2_HIGH is exact for |n| < 2^9, so that the build without fused multiply-add is as exact. */
export const LN2_HIGH: f32 = 0.693145751953125
export const LN2_LOW: f32 = 1.42860682030941723e-6
/** Adding it rounds to an integer n and leaves n + 254 in the lowest nine bits. */
const ROUND_BIASED: f32 = 12582912 + 254

/** n + ROUND_BIASED. */
// @ts-ignore: decorator
@inline
function roundLog2(x: v128): v128 {
  return fma(x, f32x4.splat(LOG2E), f32x4.splat(ROUND_BIASED))
}

// @ts-ignore: decorator
@inline
function reduce(x: v128, biased: v128): v128 {
  const n = f32x4.sub(biased, f32x4.splat(ROUND_BIASED))
  return fnma(n, f32x4.splat(LN2_LOW), fnma(n, f32x4.splat(LN2_HIGH), x))
}

/** e^r - 1 for |r| <= ln(2) / 2 (minimax, relative error 1.5e-8 before rounding). */
// @ts-ignore: decorator
@inline
function expm1Reduced(r: v128): v128 {
  let q = fma(r, f32x4.splat(0.0013838698), f32x4.splat(0.008367057))
  q = fma(r, q, f32x4.splat(0.041667745))
  q = fma(r, q, f32x4.splat(0.16666539))
  q = fma(r, q, f32x4.splat(0.49999997))
  return fma(f32x4.mul(r, r), q, r)
}

/**
 * e^x within 1.1 ulp for every f32, denormal results included. NaN gives NaN, -Inf gives 0; above 88.7228 Infinity,
 * below -103.973 zero, as IEEE rounding wants.
 */
// @ts-ignore: decorator
@inline
export function exp_f32x4(x: v128): v128 {
  // pmin and pmax keep a NaN that comes first.
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104))
  const biased = roundLog2(x)
  const p = f32x4.add(expm1Reduced(reduce(x, biased)), f32x4.splat(1))
  // 2^n alone may not be a normal number: multiply by 2^floor(n / 2), then by 2^(n - floor(n / 2)).
  const half = i32x4.shr_s(biased, 1)
  const low = i32x4.shl(half, 23)
  const high = i32x4.shl(i32x4.sub(biased, half), 23)
  return f32x4.mul(f32x4.mul(p, low), high)
}

/** e^x - 1 within 2 ulp for x <= 0, NaN for NaN; cheaper than {@link expm1_f32x4}. */
// @ts-ignore: decorator
@inline
export function expm1Negative_f32x4(x: v128): v128 {
  x = f32x4.pmax(x, f32x4.splat(-18))
  const biased = roundLog2(x)
  const p = expm1Reduced(reduce(x, biased))
  // n + 254 - 127 is the exponent field of 2^n.
  const scale = i32x4.shl(i32x4.sub(biased, i32x4.splat(127)), 23)
  return fma(scale, p, f32x4.sub(scale, f32x4.splat(1)))
}

/** e^x - 1 within 2 ulp for every f32. */
// @ts-ignore: decorator
@inline
export function expm1_f32x4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000))
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-18))
  const biased = roundLog2(x)
  const p = expm1Reduced(reduce(x, biased))
  // 2^(n - 1), for n may be 128.
  const scale = i32x4.shl(i32x4.sub(biased, i32x4.splat(128)), 23)
  const half = fma(scale, p, f32x4.sub(scale, f32x4.splat(0.5)))
  return v128.or(f32x4.add(half, half), sign)
}
