import { entry, fma } from '../runtime/simd.as'
import { expNegative_f32x4 } from './exp.as'

const C = memory.data<f32>([1, 4, -0.0])
const ONE = 0
const FOUR = 1
const SIGN = 2

/** erf(x) / x - 1 in z = x^2 up to 1: minimax, 1.5e-9 of erf(x) / x; highest power first. */
const SMALL = memory.data<f32>([
  7.806904e-5, -7.997853e-4, 0.005187162, -0.026853347, 0.11283579, -0.37612626, 0.12837917
])

/** log(erfc(x)) / x for x from 1 to 4: minimax, within 2.7e-9 of erf(x); highest power first. */
const LARGE = memory.data<f32>([2.1160435e-4, -0.003195094, 0.022825403, -0.105159596, -0.63579726, -1.1284906])

/** erf(x) within 1.5 ulp for every f32; odd, never beyond [-1, 1]; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function erf_f32x4(x: v128): v128 {
  const sign = entry(C, SIGN)
  const one = entry(C, ONE)
  const z = f32x4.mul(x, x)
  let p = fma(z, entry(SMALL, 0), entry(SMALL, 1))
  p = fma(z, p, entry(SMALL, 2))
  p = fma(z, p, entry(SMALL, 3))
  p = fma(z, p, entry(SMALL, 4))
  p = fma(z, p, entry(SMALL, 5))
  p = fma(z, p, entry(SMALL, 6))
  const small = fma(x, p, x)
  const a = v128.andnot(x, sign)
  // From 4 on, erf rounds to 1.
  const b = f32x4.pmin(a, entry(C, FOUR))
  let q = fma(b, entry(LARGE, 0), entry(LARGE, 1))
  q = fma(b, q, entry(LARGE, 2))
  q = fma(b, q, entry(LARGE, 3))
  q = fma(b, q, entry(LARGE, 4))
  q = fma(b, q, entry(LARGE, 5))
  const large = f32x4.sub(one, expNegative_f32x4(f32x4.mul(b, q)))
  return v128.bitselect(small, v128.or(large, v128.and(x, sign)), f32x4.lt(a, one))
}
