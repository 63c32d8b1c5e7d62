import { entry, fma, fnma } from '../runtime/simd.as'

// e^x = 2^n . e^r with n = round(x / ln 2) and |r| <= ln(2) / 2.

const C = memory.data<f32>([
  1.4426950408889634,
  // Adding it rounds to an integer n and leaves n + 254 in the lowest nine bits: 1.5 . 2^23 + 254.
  12583166,
  // ln 2 in two parts; n times the first is exact for |n| < 2^9, so that the build without fused multiply-add is as exact.
  0.693145751953125,
  1.42860682030941723e-6,
  89,
  // Here and below, 2^n is taken for an exact 0: a product that underflows costs some processors a hundred cycles.
  -176,
  -18,
  1,
  0.5
])
const LOG2E = 0
const ROUND = 1
const LN2_HIGH = 2
const LN2_LOW = 3
const HIGHEST = 4
const LOWEST = 5
const LOWEST_EXPM1 = 6
const ONE = 7
const HALF = 8

/** (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2: minimax, 1.5e-8 of e^r - 1; highest power first. */
export const POLYNOMIAL = memory.data<f32>([0.0013838698, 0.008367057, 0.041667745, 0.16666539, 0.49999997])

/** n + C[ROUND]. */
// @ts-ignore: decorator
@inline
function roundLog2(x: v128): v128 {
  return fma(x, entry(C, LOG2E), entry(C, ROUND))
}

/** e^r - 1, where x = n ln 2 + r. */
// @ts-ignore: decorator
@inline
function expm1Reduced(x: v128, biased: v128): v128 {
  const n = f32x4.sub(biased, entry(C, ROUND))
  const r = fnma(n, entry(C, LN2_LOW), fnma(n, entry(C, LN2_HIGH), x))
  let q = fma(r, entry(POLYNOMIAL, 0), entry(POLYNOMIAL, 1))
  q = fma(r, q, entry(POLYNOMIAL, 2))
  q = fma(r, q, entry(POLYNOMIAL, 3))
  q = fma(r, q, entry(POLYNOMIAL, 4))
  return fma(f32x4.mul(r, r), q, r)
}

/** e^x within 1.1 ulp for x <= 0 (up to 89), denormal results included; below -103.973 zero; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function expNegative_f32x4(x: v128): v128 {
  // pmin and pmax keep a NaN that comes first.
  x = f32x4.pmax(x, entry(C, LOWEST))
  const biased = roundLog2(x)
  const p = f32x4.add(expm1Reduced(x, biased), entry(C, ONE))
  // 2^n alone may not be a normal number: multiply by 2^floor(n / 2), then by 2^(n - floor(n / 2)).
  const half = i32x4.shr_s(biased, 1)
  const low = i32x4.shl(half, 23)
  const high = i32x4.shl(i32x4.sub(biased, half), 23)
  return f32x4.mul(f32x4.mul(p, low), high)
}

/**
 * e^x within 1.1 ulp for every f32, denormal results included. NaN gives NaN, -Inf gives 0; above 88.7228 Infinity,
 * below -103.973 zero, as IEEE rounding wants.
 */
// @ts-ignore: decorator
@inline
export function exp_f32x4(x: v128): v128 {
  return expNegative_f32x4(f32x4.pmin(x, entry(C, HIGHEST)))
}

/** e^x - 1 within 2 ulp for x <= 0, NaN for NaN; cheaper than {@link expm1_f32x4}. */
// @ts-ignore: decorator
@inline
export function expm1Negative_f32x4(x: v128): v128 {
  x = f32x4.pmax(x, entry(C, LOWEST_EXPM1))
  const biased = roundLog2(x)
  const p = expm1Reduced(x, biased)
  // n + 254 - 127 is the exponent field of 2^n.
  const scale = i32x4.shl(i32x4.sub(biased, i32x4.splat(127)), 23)
  return fma(scale, p, f32x4.sub(scale, entry(C, ONE)))
}

/** e^x - 1 within 2 ulp for every f32. */
// @ts-ignore: decorator
@inline
export function expm1_f32x4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000))
  x = f32x4.pmax(f32x4.pmin(x, entry(C, HIGHEST)), entry(C, LOWEST_EXPM1))
  const biased = roundLog2(x)
  const p = expm1Reduced(x, biased)
  // 2^(n - 1), for n may be 128.
  const scale = i32x4.shl(i32x4.sub(biased, i32x4.splat(128)), 23)
  const half = fma(scale, p, f32x4.sub(scale, entry(C, HALF)))
  return v128.or(f32x4.add(half, half), sign)
}
