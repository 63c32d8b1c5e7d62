import { map } from './map.as'

export function abs_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.abs(v))
}

export function neg_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.neg(v))
}

export function square_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.mul(v, v))
}

export function sqrt_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.sqrt(v))
}

/** Within 1.5 ulp: the root is rounded before it is divided by. */
export function rsqrt_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.div(f32x4.splat(1), f32x4.sqrt(v)))
}

export function reciprocal_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.div(f32x4.splat(1), v))
}

export function floor_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.floor(v))
}

export function ceil_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.ceil(v))
}

/** To the nearest integer, halves to the even one. */
export function round_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.nearest(v))
}

/** -1, 0 or 1; 0 for NaN. */
export function sign_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => {
    const zero = f32x4.splat(0)
    return v128.or(
      v128.and(f32x4.gt(v, zero), f32x4.splat(1)),
      v128.and(f32x4.lt(v, zero), f32x4.splat(-1))
    )
  })
}

/** 1 above zero, alpha elsewhere, NaN for NaN. */
export function step_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) =>
    v128.or(v128.bitselect(f32x4.splat(1), alpha, f32x4.gt(v, f32x4.splat(0))), f32x4.ne(v, v))
  )
}

// f32x4.pmin and pmax keep a first argument that is NaN.

/** x limited to [alpha, beta]; NaN for NaN. */
export function clip_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.pmax(f32x4.pmin(v, beta), alpha))
}

/** max(x, 0); NaN for NaN. */
export function relu_f32(cmd: usize, begin: i32, end: i32): void {
  // Adding 0 makes -0 positive.
  map(cmd, begin, end, (v, alpha, beta) => f32x4.add(f32x4.pmax(v, f32x4.splat(0)), f32x4.splat(0)))
}

/** min(max(x, 0), 6); NaN for NaN. */
export function relu6_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) =>
    f32x4.pmin(f32x4.add(f32x4.pmax(v, f32x4.splat(0)), f32x4.splat(0)), f32x4.splat(6))
  )
}

/** x from zero on, alpha x below. */
export function leakyrelu_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => v128.bitselect(f32x4.mul(v, alpha), v, f32x4.lt(v, f32x4.splat(0))))
}
