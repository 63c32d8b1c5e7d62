/** A number stored in an Int32Array: truncated, modulo 2^32; NaN and infinities give 0. */
export function toInt32(x: f64): i32 {
  if (abs(x) < 9223372036854775808.0) return <i32><i64>x
  if (!(abs(x) < Infinity)) return 0
  // Beyond 2^63 each of these steps is exact.
  return <i32><i64>(x - trunc(x * 2.3283064365386963e-10) * 4294967296)
}
