import { exp2_f64x2, log2_f64x2 } from '../math/math.as'
import { entry64 } from '../runtime/simd.as'
import { longRow } from './rows.as'
import { walk } from './walk.as'

const C = memory.data<f64>([0, 1, 0.5, -Infinity, -0.0])
const ZERO = 0
const ONE = 1
const HALF = 2
const MINUS_INFINITE = 3
const SIGN = 4

/** x^y for two lanes that came from f32, as JavaScript's Math.pow: 1 for y = 0, NaN for |x| = 1 and infinite y. */
// @ts-ignore: decorator
@inline
function pow2(x: v128, y: v128): v128 {
  let p = exp2_f64x2(f64x2.mul(y, log2_f64x2(f64x2.abs(x))))
  const whole = f64x2.eq(f64x2.floor(y), y)
  const half = f64x2.mul(y, entry64(C, HALF))
  const odd = v128.andnot(whole, f64x2.eq(f64x2.floor(half), half))
  // The sign of x, -0 included, where y is odd.
  p = v128.or(p, v128.and(v128.and(x, entry64(C, SIGN)), odd))
  const negative = v128.and(f64x2.lt(x, entry64(C, ZERO)), f64x2.gt(x, entry64(C, MINUS_INFINITE)))
  p = v128.or(p, v128.andnot(negative, whole))
  return v128.bitselect(entry64(C, ONE), p, f64x2.eq(y, entry64(C, ZERO)))
}

/** x^y for four lanes, within 0.6 ulp. */
// @ts-ignore: decorator
@inline
function pow4(x: v128, y: v128): v128 {
  let low = x
  let high = x
  for (let half = 0; half < 2; half++) {
    low = high
    high = f32x4.demote_f64x2_zero(pow2(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)))
    x = v128.shuffle<i32>(x, x, 2, 3, 2, 3)
    y = v128.shuffle<i32>(y, y, 2, 3, 2, 3)
  }
  return v128.shuffle<i32>(low, high, 0, 1, 4, 5)
}

export function pow_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    longRow(a, b, y, n, mode, (x, y) => {
      // Squares are what most models ask for; the same ones, whatever the other lanes ask for.
      const isSquare = f32x4.eq(y, f32x4.splat(2))
      const square = f32x4.mul(x, x)
      if (i32x4.all_true(isSquare)) return square
      return v128.bitselect(square, pow4(x, y), isSquare)
    })
  )
}
