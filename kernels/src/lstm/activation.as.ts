import { sigmoid_f32x4, tanh_f32x4 } from '../math/tanh.as'

// As `lstmActivations` in lstm.ts lists them.
const RELU: i32 = 1
export const TANH: i32 = 2
export const SIGMOID: i32 = 3
export const HARD_SIGMOID: i32 = 4

/**
 * act(z), but for hardSigmoid 0.2 z + 0.5, not yet clipped: that tells its gradient, which is 0.2 at the very ends of
 * [0, 1] too, from 0. `clipped` makes the activation of it.
 */
// @ts-ignore: decorator
@inline
export function activate(kind: i32, z: v128): v128 {
  switch (kind) {
    case RELU: return f32x4.max(z, f32x4.splat(0))
    case TANH: return tanh_f32x4(z)
    case SIGMOID: return sigmoid_f32x4(z)
    case HARD_SIGMOID: return f32x4.add(f32x4.mul(z, f32x4.splat(0.2)), f32x4.splat(0.5))
  }
  return z
}

// @ts-ignore: decorator
@inline
export function clipped(kind: i32, y: v128): v128 {
  if (kind == HARD_SIGMOID) return f32x4.min(f32x4.max(y, f32x4.splat(0)), f32x4.splat(1))
  return y
}

/** d act(z) / dz from what `activate` returned. */
// @ts-ignore: decorator
@inline
export function slope(kind: i32, y: v128): v128 {
  const one = f32x4.splat(1)
  switch (kind) {
    case RELU: return v128.and(f32x4.gt(y, f32x4.splat(0)), one)
    case TANH: return f32x4.sub(one, f32x4.mul(y, y))
    case SIGMOID: return f32x4.mul(y, f32x4.sub(one, y))
    case HARD_SIGMOID: return v128.and(v128.and(f32x4.ge(y, f32x4.splat(0)), f32x4.le(y, one)), f32x4.splat(0.2))
  }
  return one
}
