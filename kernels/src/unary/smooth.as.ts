import {
  erf_f32x4, exp_f32x4, expm1_f32x4, expm1Negative_f32x4, expNegative_f32x4, log1p_f32x4, log_f32x4, sigmoid_f32x4, tanh_f32x4
} from '../math/math.as'
import { mapLong } from './map.as'

const SELU_SCALE: f32 = 1.0507009873554805
const SELU_SCALE_ALPHA: f32 = 1.7580993408473768

export function exp_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => exp_f32x4(v))
}

export function expm1_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => expm1_f32x4(v))
}

export function log_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => log_f32x4(v))
}

export function log1p_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => log1p_f32x4(v))
}

export function tanh_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => tanh_f32x4(v))
}

export function sigmoid_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => sigmoid_f32x4(v))
}

export function erf_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => erf_f32x4(v))
}

/** x from zero on, e^x - 1 below. */
export function elu_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) => v128.bitselect(v, expm1Negative_f32x4(f32x4.pmin(v, f32x4.splat(0))), f32x4.ge(v, f32x4.splat(0))))
}

/** 1.0507 x from zero on, 1.7581 (e^x - 1) below. */
export function selu_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) =>
    v128.bitselect(
      f32x4.mul(v, f32x4.splat(SELU_SCALE)),
      f32x4.mul(expm1Negative_f32x4(f32x4.pmin(v, f32x4.splat(0))), f32x4.splat(SELU_SCALE_ALPHA)),
      f32x4.ge(v, f32x4.splat(0))
    )
  )
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), within 3 ulp. */
export function softplus_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(cmd, begin, end, (v) =>
    f32x4.add(f32x4.pmax(v, f32x4.splat(0)), log1p_f32x4(expNegative_f32x4(f32x4.neg(f32x4.abs(v)))))
  )
}
