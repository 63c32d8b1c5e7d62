import { toInt32 } from '../math/int32.as'
import { SCALAR_VECTOR, VECTOR_SCALAR, walk } from './walk.as'

// Divisions that round down or leave a remainder, element by element in double precision.

// @ts-ignore: decorator
@inline
function scalarRow<T>(a: usize, b: usize, y: usize, n: i32, mode: i32, put: (y: usize, a: f64, b: f64) => void): void {
  const strideA: usize = mode == SCALAR_VECTOR ? 0 : 4
  const strideB: usize = mode == VECTOR_SCALAR ? 0 : 4
  for (; n > 0; n--) {
    put(y, <f64>load<T>(a), <f64>load<T>(b))
    a += strideA
    b += strideB
    y += 4
  }
}

/** floor(a / b) as i32: modulo 2^32, 0 where b is 0. */
export function floor_div_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    scalarRow<f32>(a, b, y, n, mode, (y, a, b) => store<i32>(y, toInt32(floor(a / b))))
  )
}

/** floor(a / b), modulo 2^32, 0 where b is 0. */
export function floor_div_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    scalarRow<i32>(a, b, y, n, mode, (y, a, b) => store<i32>(y, toInt32(floor(a / b))))
  )
}

/** The remainder with the sign of b; where both have the same sign it is the plain one, -0 included. */
export function mod_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    scalarRow<f32>(a, b, y, n, mode, (y, a, b) => {
      // Exact, for a and b are f32 numbers.
      const rest: f64 = <f32>a % <f32>b
      let r = rest
      if (!((a < 0 && b < 0) || (a >= 0 && b >= 0))) {
        r = rest + b
        // (rest + b) % b: NaN where b is infinite.
        if (r == b) r = b - b
      }
      store<f32>(y, <f32>r)
    })
  )
}

/** As mod_f32; 0 where b is 0. */
export function mod_i32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    scalarRow<i32>(a, b, y, n, mode, (y, a, b) => {
      let r = 0
      const q = <i32>b
      // A divisor of -1 leaves 0, and -2^31 % -1 may trap.
      if (q != 0 && q != -1) {
        r = <i32>a % q
        if (r != 0 && (r ^ q) < 0) r += q
      }
      store<i32>(y, r)
    })
  )
}
