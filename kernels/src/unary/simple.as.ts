import { UnaryCmd } from '../generated/commands.as'
import { entry } from '../runtime/simd.as'
import { map, mapWith } from './map.as'

// Constants that are read before a loop stay in registers; those that are written in it are made anew in each turn.
const SIX: usize = memory.data<f32>([6])
const ONES: usize = memory.data<f32>([1, -1])
/** All bits but the sign. */
const MAGNITUDE: usize = memory.data<i32>([0x7fffffff])

export function abs_f32(cmd: usize, begin: i32, end: i32): void {
  const magnitude = entry(MAGNITUDE, 0)
  mapWith(changetype<UnaryCmd>(cmd), begin, end, magnitude, magnitude, (v, magnitude, beta) => v128.and(v, magnitude))
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
  mapWith(changetype<UnaryCmd>(cmd), begin, end, entry(ONES, 0), entry(ONES, 1), (v, one, minusOne) => {
    const zero = f32x4.splat(0)
    return v128.or(v128.and(f32x4.gt(v, zero), one), v128.and(f32x4.lt(v, zero), minusOne))
  })
}

/** 1 above zero, alpha elsewhere, NaN for NaN. */
export function step_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<UnaryCmd>(cmd)
  mapWith(c, begin, end, f32x4.splat(c.alpha), entry(ONES, 0), (v, alpha, one) =>
    v128.or(v128.bitselect(one, alpha, f32x4.gt(v, f32x4.splat(0))), f32x4.ne(v, v))
  )
}

// f32x4.pmin and pmax keep a first argument that is NaN.

/** x limited to [alpha, beta]; NaN for NaN. */
export function clip_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => f32x4.pmax(f32x4.pmin(v, beta), alpha))
}

/** max(x, 0), NaN for NaN: without a sign, -0 is 0. */
// @ts-ignore: decorator
@inline
function rectify(v: v128, magnitude: v128): v128 {
  return v128.and(f32x4.pmax(v, f32x4.splat(0)), magnitude)
}

/** max(x, 0); NaN for NaN. */
export function relu_f32(cmd: usize, begin: i32, end: i32): void {
  const magnitude = entry(MAGNITUDE, 0)
  mapWith(changetype<UnaryCmd>(cmd), begin, end, magnitude, magnitude, (v, magnitude, beta) => rectify(v, magnitude))
}

/** min(max(x, 0), 6); NaN for NaN. */
export function relu6_f32(cmd: usize, begin: i32, end: i32): void {
  mapWith(changetype<UnaryCmd>(cmd), begin, end, entry(SIX, 0), entry(MAGNITUDE, 0), (v, six, magnitude) =>
    f32x4.pmin(rectify(v, magnitude), six)
  )
}

/** x from zero on, alpha x below. */
export function leakyrelu_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v, alpha, beta) => v128.bitselect(f32x4.mul(v, alpha), v, f32x4.lt(v, f32x4.splat(0))))
}
