import { toInt32 } from '../math/int32.as'
import { scratch } from '../runtime/scratch.as'
import { loadHead, storeHead } from '../runtime/simd.as'
import { row } from './rows.as'
import { SCALAR_VECTOR, VECTOR_SCALAR, walk } from './walk.as'

// Results are those of double-precision arithmetic stored modulo 2^32, as JavaScript's Int32Array stores them.

export function add_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => i32x4.add(a, b)))
}

export function sub_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => i32x4.sub(a, b)))
}

export function maximum_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => i32x4.max_s(a, b)))
}

export function minimum_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => i32x4.min_s(a, b)))
}

/** v, or -1 - v where that is negative: what has no bit above the highest that v's size needs. */
// @ts-ignore: decorator
@inline
function magnitude(v: v128): v128 {
  return v128.xor(v, i32x4.shr_s(v, 31))
}

/** Whether one of these magnitudes is so large (2^25) that doubles may not hold a product or a squared difference exactly. */
// @ts-ignore: decorator
@inline
function large(magnitudes: v128): bool {
  return v128.any_true(i32x4.shr_u(magnitudes, 25))
}

// @ts-ignore: decorator
@inline
function lanes(a: v128, b: v128, f: (a: f64, b: f64) => i32): v128 {
  v128.store(scratch, b, 16)
  v128.store(scratch, a)
  for (let p = scratch; p < scratch + 16; p += 4) store<i32>(p, f(load<i32>(p), load<i32>(p, 16)))
  return v128.load(scratch)
}

/** a * b, or the square of a - b where `squares`; exact in doubles. */
// @ts-ignore: decorator
@inline
function multiply(squares: bool, a: v128, b: v128): v128 {
  if (!squares) return i32x4.mul(a, b)
  const d = i32x4.sub(a, b)
  return i32x4.mul(d, d)
}

/** As {@link multiply}, for any numbers. */
// @ts-ignore: decorator
@inline
function multiplyLarge(squares: bool, a: v128, b: v128): v128 {
  return squares ? squareLanes(a, b) : multiplyLanes(a, b)
}

function multiplyLanes(a: v128, b: v128): v128 {
  return lanes(a, b, (a, b) => toInt32(a * b))
}

function squareLanes(a: v128, b: v128): v128 {
  return lanes(a, b, (a, b) => toInt32((a - b) * (a - b)))
}

// @ts-ignore: decorator
@inline
function products(squares: bool, a: usize, b: usize, y: usize, n: i32, mode: i32): void {
  const scalarA = mode == SCALAR_VECTOR
  const scalarB = mode == VECTOR_SCALAR
  // Four vectors a turn, with one question for all of them.
  for (; n >= 16; n -= 16) {
    let p0 = v128.load32_splat(a), p1 = p0, p2 = p0, p3 = p0
    if (!scalarA) {
      p0 = v128.load(a)
      p1 = v128.load(a, 16)
      p2 = v128.load(a, 32)
      p3 = v128.load(a, 48)
      a += 64
    }
    let q0 = v128.load32_splat(b), q1 = q0, q2 = q0, q3 = q0
    if (!scalarB) {
      q0 = v128.load(b)
      q1 = v128.load(b, 16)
      q2 = v128.load(b, 32)
      q3 = v128.load(b, 48)
      b += 64
    }
    const p = v128.or(v128.or(magnitude(p0), magnitude(p1)), v128.or(magnitude(p2), magnitude(p3)))
    const q = v128.or(v128.or(magnitude(q0), magnitude(q1)), v128.or(magnitude(q2), magnitude(q3)))
    if (large(v128.or(p, q))) {
      v128.store(y, multiplyLarge(squares, p0, q0))
      v128.store(y, multiplyLarge(squares, p1, q1), 16)
      v128.store(y, multiplyLarge(squares, p2, q2), 32)
      v128.store(y, multiplyLarge(squares, p3, q3), 48)
    } else {
      v128.store(y, multiply(squares, p1, q1), 16)
      v128.store(y, multiply(squares, p0, q0))
      v128.store(y, multiply(squares, p3, q3), 48)
      v128.store(y, multiply(squares, p2, q2), 32)
    }
    y += 64
  }
  for (; n > 0; n -= 4) {
    const whole = n >= 4
    const p = scalarA ? v128.load32_splat(a) : whole ? v128.load(a) : loadHead(a, n)
    const q = scalarB ? v128.load32_splat(b) : whole ? v128.load(b) : loadHead(b, n)
    const isLarge = large(v128.or(magnitude(p), magnitude(q)))
    const r = isLarge ? multiplyLarge(squares, p, q) : multiply(squares, p, q)
    if (whole) v128.store(y, r)
    else storeHead(y, r, n)
    if (!scalarA) a += 16
    if (!scalarB) b += 16
    y += 16
  }
}

export function mul_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => products(false, a, b, y, n, mode))
}

export function squared_difference_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => products(true, a, b, y, n, mode))
}
