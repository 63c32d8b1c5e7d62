import { exp_f32x4, expm1Negative_f32x4 } from './exp.as'

const SIGN: i32 = 0x80000000

/** tanh(x) within 3 ulp for every f32; odd, never beyond [-1, 1]; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function tanh_f32x4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(SIGN))
  // With t = e^(-2|x|) - 1, tanh |x| = -t / (t + 2): no cancellation near 0, and no overflow.
  const negative = v128.or(x, i32x4.splat(SIGN))
  const t = expm1Negative_f32x4(f32x4.add(negative, negative))
  const y = f32x4.div(t, f32x4.add(t, f32x4.splat(2)))
  return v128.or(f32x4.abs(y), sign)
}

/** 1 / (1 + e^-x) within 3 ulp for every f32, denormal results included; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function sigmoid_f32x4(x: v128): v128 {
  // With e = e^-|x|: e / (1 + e) below zero, 1 / (1 + e) above.
  const e = exp_f32x4(v128.or(x, i32x4.splat(SIGN)))
  const one = f32x4.splat(1)
  return f32x4.div(v128.bitselect(e, one, i32x4.shr_s(x, 31)), f32x4.add(one, e))
}
