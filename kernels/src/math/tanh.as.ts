import { entry } from '../runtime/simd.as'
import { expm1Negative_f32x4, expNegative_f32x4 } from './exp.as'

const C = memory.data<f32>([1, 2, -0.0])
const ONE = 0
const TWO = 1
const SIGN = 2

/** tanh(x) within 3 ulp for every f32; odd, never beyond [-1, 1]; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function tanh_f32x4(x: v128): v128 {
  const sign = entry(C, SIGN)
  // With t = e^(-2|x|) - 1, tanh |x| = -t / (t + 2): no cancellation near 0, and no overflow.
  const negative = v128.or(x, sign)
  const t = expm1Negative_f32x4(f32x4.add(negative, negative))
  const y = f32x4.div(t, f32x4.add(t, entry(C, TWO)))
  // t / (t + 2) is negative or a zero of either sign.
  return v128.or(v128.andnot(y, sign), v128.and(x, sign))
}

/** 1 / (1 + e^-x) within 3 ulp for every f32, denormal results included; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function sigmoid_f32x4(x: v128): v128 {
  // With e = e^-|x|: e / (1 + e) below zero, 1 / (1 + e) above.
  const e = expNegative_f32x4(v128.or(x, entry(C, SIGN)))
  const one = entry(C, ONE)
  return f32x4.div(v128.bitselect(e, one, i32x4.shr_s(x, 31)), f32x4.add(one, e))
}
