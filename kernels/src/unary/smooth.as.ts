import { UnaryCmd } from '../generated/commands.as'
import {
  cos_f32x4, erf_f32x4, exp_f32x4, expm1_f32x4, expm1Negative_f32x4, expNegative_f32x4, log1p_f32x4, log_f32x4, sigmoid_f32x4,
  sin_f32x4, tanh_f32x4
} from '../math/math.as'
import { copyBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { BLOCK } from './map.as'

const SELU_SCALE: f32 = 1.0507009873554805
const SELU_SCALE_ALPHA: f32 = 1.7580993408473768

const EXP = 0
const EXPM1 = 1
const LOG = 2
const LOG1P = 3
const TANH = 4
const SIGMOID = 5
const ERF = 6
const ELU = 7
const SELU = 8
const SOFTPLUS = 9
const SIN = 10
const COS = 11

// @ts-ignore: decorator
@inline
function apply(f: i32, v: v128): v128 {
  if (f == EXP) return exp_f32x4(v)
  if (f == EXPM1) return expm1_f32x4(v)
  if (f == LOG) return log_f32x4(v)
  if (f == LOG1P) return log1p_f32x4(v)
  if (f == TANH) return tanh_f32x4(v)
  if (f == SIGMOID) return sigmoid_f32x4(v)
  if (f == ERF) return erf_f32x4(v)
  if (f == SIN) return sin_f32x4(v)
  if (f == COS) return cos_f32x4(v)
  const zero = f32x4.splat(0)
  if (f == SOFTPLUS) return f32x4.add(f32x4.pmax(v, zero), log1p_f32x4(expNegative_f32x4(f32x4.neg(f32x4.abs(v)))))
  const below = expm1Negative_f32x4(f32x4.pmin(v, zero))
  const above = f32x4.ge(v, zero)
  if (f == ELU) return v128.bitselect(v, below, above)
  return v128.bitselect(f32x4.mul(v, f32x4.splat(SELU_SCALE)), f32x4.mul(below, f32x4.splat(SELU_SCALE_ALPHA)), above)
}

/**
 * y = f(x), two vectors a turn; f is a constant. The code of f is long and stands there once for each of the two: the last 1 to 7 elements
 * pass through scratch memory.
 */
// f is no function value: those are made part of the loop too late for the two vectors to share the constants that they load.
// @ts-ignore: decorator
@inline
function mapLong(f: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<UnaryCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + (<usize>first << 2)
  let y = c.y + (<usize>first << 2)
  let tail: usize = 0
  let tailY: usize = 0
  while (true) {
    for (; left >= 8; left -= 8) {
      const v0 = apply(f, v128.load(x)), v1 = apply(f, v128.load(x, 16))
      v128.store(y, v1, 16)
      v128.store(y, v0)
      x += 32
      y += 32
    }
    if (tail) copyBytes(tailY, scratch, tail)
    if (left <= 0) return
    tail = <usize>left << 2
    copyBytes(scratch, x, tail)
    tailY = y
    x = scratch
    y = scratch
    left = 8
  }
}

export function exp_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(EXP, cmd, begin, end)
}

export function expm1_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(EXPM1, cmd, begin, end)
}

export function log_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(LOG, cmd, begin, end)
}

export function log1p_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(LOG1P, cmd, begin, end)
}

export function tanh_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(TANH, cmd, begin, end)
}

export function sigmoid_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(SIGMOID, cmd, begin, end)
}

export function erf_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(ERF, cmd, begin, end)
}

/** x from zero on, e^x - 1 below. */
export function elu_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(ELU, cmd, begin, end)
}

/** 1.0507 x from zero on, 1.7581 (e^x - 1) below. */
export function selu_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(SELU, cmd, begin, end)
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), within 3 ulp. */
export function softplus_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(SOFTPLUS, cmd, begin, end)
}

export function sin_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(SIN, cmd, begin, end)
}

export function cos_f32(cmd: usize, begin: i32, end: i32): void {
  mapLong(COS, cmd, begin, end)
}
