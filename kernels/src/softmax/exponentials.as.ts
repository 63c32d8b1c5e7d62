import { POLYNOMIAL } from '../math/exp.as'
import { entry, fma, fnma, loadHead, storeHead } from '../runtime/simd.as'

// e^x as in exp.as.ts, for four vectors side by side that share their constants, and with results below 2^-126 taken for 0.

const C = memory.data<f32>([
  1.4426950408889634,
  // Adding it rounds to an integer n and leaves n + 127, the exponent of 2^n, in the lowest eight bits: 1.5 . 2^23 + 127.
  12583039,
  0.693145751953125,
  1.42860682030941723e-6,
  // Here n is -127, and the exponent's bits are those of zero.
  -88,
  1
])
const LOG2E = 0
const ROUND = 1
const LN2_HIGH = 2
const LN2_LOW = 3
const LOWEST = 4
const ONE = 5

/** y = e^(x - shift) for 16 numbers, where x - shift <= 0; returns their sum in four lanes. Within 2 ulp. */
// @ts-ignore: decorator
@inline
export function exponentials16(x: usize, shift: v128, y: usize): v128 {
  let c = entry(C, LOWEST)
  // pmax keeps a NaN that comes first.
  let r0 = f32x4.pmax(f32x4.sub(v128.load(x), shift), c)
  let r1 = f32x4.pmax(f32x4.sub(v128.load(x, 16), shift), c)
  let r2 = f32x4.pmax(f32x4.sub(v128.load(x, 32), shift), c)
  let r3 = f32x4.pmax(f32x4.sub(v128.load(x, 48), shift), c)
  const round = entry(C, ROUND)
  c = entry(C, LOG2E)
  const b0 = fma(r0, c, round), b1 = fma(r1, c, round), b2 = fma(r2, c, round), b3 = fma(r3, c, round)
  c = entry(C, LN2_HIGH)
  let d = entry(C, LN2_LOW)
  let n = f32x4.sub(b0, round)
  r0 = fnma(n, d, fnma(n, c, r0))
  n = f32x4.sub(b1, round)
  r1 = fnma(n, d, fnma(n, c, r1))
  n = f32x4.sub(b2, round)
  r2 = fnma(n, d, fnma(n, c, r2))
  n = f32x4.sub(b3, round)
  r3 = fnma(n, d, fnma(n, c, r3))
  c = entry(POLYNOMIAL, 0)
  d = entry(POLYNOMIAL, 1)
  let q0 = fma(r0, c, d), q1 = fma(r1, c, d), q2 = fma(r2, c, d), q3 = fma(r3, c, d)
  for (let i: usize = 2; i < 5; i++) {
    c = entry(POLYNOMIAL, i)
    q0 = fma(r0, q0, c)
    q1 = fma(r1, q1, c)
    q2 = fma(r2, q2, c)
    q3 = fma(r3, q3, c)
  }
  c = entry(C, ONE)
  q0 = f32x4.mul(fma(r0, fma(r0, q0, c), c), i32x4.shl(b0, 23))
  q1 = f32x4.mul(fma(r1, fma(r1, q1, c), c), i32x4.shl(b1, 23))
  q2 = f32x4.mul(fma(r2, fma(r2, q2, c), c), i32x4.shl(b2, 23))
  q3 = f32x4.mul(fma(r3, fma(r3, q3, c), c), i32x4.shl(b3, 23))
  v128.store(y, q1, 16)
  v128.store(y, q0)
  v128.store(y, q3, 48)
  v128.store(y, q2, 32)
  return f32x4.add(f32x4.add(q0, q1), f32x4.add(q2, q3))
}

/** As {@link exponentials16}, for `count` numbers, 1 to 4. */
// @ts-ignore: decorator
@inline
export function exponentials4(x: usize, shift: v128, y: usize, count: i32): v128 {
  const whole = count >= 4
  const round = entry(C, ROUND)
  let r = f32x4.pmax(f32x4.sub(whole ? v128.load(x) : loadTail(x, count), shift), entry(C, LOWEST))
  const b = fma(r, entry(C, LOG2E), round)
  const n = f32x4.sub(b, round)
  r = fnma(n, entry(C, LN2_LOW), fnma(n, entry(C, LN2_HIGH), r))
  let q = fma(r, entry(POLYNOMIAL, 0), entry(POLYNOMIAL, 1))
  q = fma(r, q, entry(POLYNOMIAL, 2))
  q = fma(r, q, entry(POLYNOMIAL, 3))
  q = fma(r, q, entry(POLYNOMIAL, 4))
  q = f32x4.mul(fma(r, fma(r, q, entry(C, ONE)), entry(C, ONE)), i32x4.shl(b, 23))
  if (whole) v128.store(y, q)
  else storeHead(y, q, count)
  return q
}

/** The first `count` lanes of memory at x, and -Infinity in the others, whose exponential is 0. */
// @ts-ignore: decorator
@inline
function loadTail(x: usize, count: i32): v128 {
  const within = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
  return v128.bitselect(loadHead(x, count), f32x4.splat(-Infinity), within)
}
