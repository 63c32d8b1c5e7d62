import { scratch } from '../runtime/scratch.as'
import { longRow, row } from './rows.as'
import { walk } from './walk.as'

// Results are those of double-precision arithmetic stored modulo 2^32, as JavaScript's Int32Array stores them.

/** A number stored in an Int32Array: truncated, modulo 2^32; NaN and infinities give 0. */
export function toInt32(x: f64): i32 {
  if (abs(x) < 9223372036854775808.0) return <i32><i64>x
  if (!(abs(x) < Infinity)) return 0
  // Beyond 2^63 each of these steps is exact.
  return <i32><i64>(x - trunc(x * 2.3283064365386963e-10) * 4294967296)
}

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

/** Whether a factor is so large (2^25) that doubles may not hold a product or a squared difference exactly. */
// @ts-ignore: decorator
@inline
function large(a: v128, b: v128): bool {
  const magnitude = v128.or(v128.xor(a, i32x4.shr_s(a, 31)), v128.xor(b, i32x4.shr_s(b, 31)))
  return v128.any_true(i32x4.shr_u(magnitude, 25))
}

// @ts-ignore: decorator
@inline
function lanes(a: v128, b: v128, f: (a: f64, b: f64) => i32): v128 {
  v128.store(scratch, b, 16)
  v128.store(scratch, a)
  for (let p = scratch; p < scratch + 16; p += 4) store<i32>(p, f(load<i32>(p), load<i32>(p, 16)))
  return v128.load(scratch)
}

export function mul_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    longRow(a, b, y, n, mode, (a, b) =>
      large(a, b) ? lanes(a, b, (a, b) => toInt32(a * b)) : i32x4.mul(a, b)
    )
  )
}

export function squared_difference_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    longRow(a, b, y, n, mode, (a, b) => {
      if (large(a, b)) return lanes(a, b, (a, b) => toInt32((a - b) * (a - b)))
      const d = i32x4.sub(a, b)
      return i32x4.mul(d, d)
    })
  )
}
