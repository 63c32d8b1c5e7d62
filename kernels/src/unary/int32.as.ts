import { map } from './map.as'

// All wrap at 2^31, as the stores of backend-cpu do.

export function abs_i32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => i32x4.abs(v))
}

export function neg_i32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => i32x4.neg(v))
}

export function square_i32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => i32x4.mul(v, v))
}

export function sign_i32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => i32x4.min_s(i32x4.max_s(v, i32x4.splat(-1)), i32x4.splat(1)))
}

export function relu_i32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => i32x4.max_s(v, i32x4.splat(0)))
}
