import { longRow } from './rows.as'
import { walk } from './walk.as'

// In double precision, two lanes a vector: an f32 result needs y log2(x) to 2^-27, and that may be as large as 150.

/** log2(x) for x >= 0 that came from an f32, within 2^-38 relative; -Inf for 0, Inf for Inf, NaN for NaN. */
// @ts-ignore: decorator
@inline
function log2(x: v128): v128 {
  const special = v128.or(f64x2.eq(x, f64x2.splat(0)), v128.not(f64x2.lt(x, f64x2.splat(Infinity))))
  // The mantissa in [sqrt(1/2), sqrt(2)), as in log.as.ts.
  const above = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd))
  const exponent = i32x4.shr_s(v128.shuffle<i32>(above, above, 1, 3, 1, 3), 20)
  const m = i64x2.add(v128.and(above, i64x2.splat(0xfffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd))
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)))
  const z = f64x2.mul(s, s)
  // 2 / ln 2 . atanh(s) by its Taylor series.
  let p = f64x2.splat(2.885390081777927 / 13)
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.885390081777927 / 11))
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.885390081777927 / 9))
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.885390081777927 / 7))
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.885390081777927 / 5))
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.885390081777927 / 3))
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.885390081777927))
  const y = f64x2.add(f64x2.mul(p, s), f64x2.convert_low_i32x4_s(exponent))
  const limit = v128.bitselect(f64x2.splat(-Infinity), x, f64x2.eq(x, f64x2.splat(0)))
  return v128.bitselect(limit, y, special)
}

/** 2^t within 2^-31 relative for |t| < 200; beyond, something that f32 rounds to 0 or Infinity; NaN for NaN. */
// @ts-ignore: decorator
@inline
function exp2(t: v128): v128 {
  t = f64x2.pmax(f64x2.pmin(t, f64x2.splat(200)), f64x2.splat(-200))
  // 1.5 . 2^52: adding it leaves the rounded t in the lowest bits.
  const shifted = f64x2.add(t, f64x2.splat(6755399441055744))
  const f = f64x2.sub(t, f64x2.sub(shifted, f64x2.splat(6755399441055744)))
  // Taylor series of e^(f ln 2), |f| <= 1/2.
  let p = f64x2.splat(1.3215486790144307e-6)
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1.5252733804059841e-5))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1.5403530393381608e-4))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1.3333558146428441e-3))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(9.618129107628477e-3))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(5.550410866482158e-2))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(0.2402265069591007))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(0.6931471805599453))
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1))
  return f64x2.mul(p, i64x2.add(i64x2.shl(shifted, 52), f64x2.splat(1)))
}

/** x^y for two lanes that came from f32, as JavaScript's Math.pow: 1 for y = 0, NaN for |x| = 1 and infinite y. */
// @ts-ignore: decorator
@inline
function pow2(x: v128, y: v128): v128 {
  let p = exp2(f64x2.mul(y, log2(f64x2.abs(x))))
  const whole = f64x2.eq(f64x2.floor(y), y)
  const half = f64x2.mul(y, f64x2.splat(0.5))
  const odd = v128.andnot(whole, f64x2.eq(f64x2.floor(half), half))
  // The sign of x, -0 included, where y is odd.
  p = v128.or(p, v128.and(v128.and(x, i64x2.splat(0x8000000000000000)), odd))
  const negative = v128.and(f64x2.lt(x, f64x2.splat(0)), f64x2.gt(x, f64x2.splat(-Infinity)))
  p = v128.or(p, v128.andnot(negative, whole))
  return v128.bitselect(f64x2.splat(1), p, f64x2.eq(y, f64x2.splat(0)))
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
      // Squares are what most models ask for.
      if (i32x4.all_true(f32x4.eq(y, f32x4.splat(2)))) return f32x4.mul(x, x)
      return pow4(x, y)
    })
  )
}
