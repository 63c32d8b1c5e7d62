import { fma } from '../runtime/simd.as'
import { exp_f32x4 } from './exp.as'

const SIGN: i32 = 0x80000000

/** erf(x) within 1.5 ulp for every f32; odd, never beyond [-1, 1]; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function erf_f32x4(x: v128): v128 {
  // |x| < 1: x + x P(x^2).
  const z = f32x4.mul(x, x)
  let p = fma(z, f32x4.splat(7.806904e-5), f32x4.splat(-7.997853e-4))
  p = fma(z, p, f32x4.splat(0.005187162))
  p = fma(z, p, f32x4.splat(-0.026853347))
  p = fma(z, p, f32x4.splat(0.11283579))
  p = fma(z, p, f32x4.splat(-0.37612626))
  p = fma(z, p, f32x4.splat(0.12837917))
  const small = fma(x, p, x)
  // |x| >= 1: 1 - e^(|x| Q(|x|)), where erfc is so small that Q need not be exact; 1 from 4 on.
  const a = f32x4.pmin(f32x4.abs(x), f32x4.splat(4))
  let q = fma(a, f32x4.splat(2.1160435e-4), f32x4.splat(-0.003195094))
  q = fma(a, q, f32x4.splat(0.022825403))
  q = fma(a, q, f32x4.splat(-0.105159596))
  q = fma(a, q, f32x4.splat(-0.63579726))
  q = fma(a, q, f32x4.splat(-1.1284906))
  const large = f32x4.sub(f32x4.splat(1), exp_f32x4(f32x4.mul(a, q)))
  const signed = v128.or(large, v128.and(x, i32x4.splat(SIGN)))
  return v128.bitselect(small, signed, f32x4.lt(f32x4.abs(x), f32x4.splat(1)))
}
