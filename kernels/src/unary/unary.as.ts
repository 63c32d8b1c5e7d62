import { UnaryCmd } from '../generated/commands.as'
import { erf_f32x4, exp_f32x4, expm1_f32x4, log1p_f32x4, log_f32x4, sigmoid_f32x4, tanh_f32x4 } from '../math/math.as'
import { loadHead, storeHead } from '../runtime/simd.as'

/** Elements in one work item; `command.ts` users divide by it. */
const BLOCK: i32 = 1024

// @ts-ignore: decorator
@inline
function map(cmd: usize, begin: i32, end: i32, f: (v: v128) => v128): void {
  const c = changetype<UnaryCmd>(cmd)
  const first = begin * BLOCK
  const last = min(end * BLOCK, c.n)
  let x = c.x + (<usize>first << 2)
  let y = c.y + (<usize>first << 2)
  let i = first
  for (; i <= last - 4; i += 4) {
    v128.store(y, f(v128.load(x)))
    x += 16
    y += 16
  }
  if (i < last) storeHead(y, f(loadHead(x, last - i)), last - i)
}

export function abs_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => f32x4.abs(v))
}

export function neg_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => f32x4.neg(v))
}

export function relu_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => f32x4.max(v, f32x4.splat(0)))
}

export function exp_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => exp_f32x4(v))
}

export function expm1_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => expm1_f32x4(v))
}

export function log_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => log_f32x4(v))
}

export function log1p_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => log1p_f32x4(v))
}

export function tanh_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => tanh_f32x4(v))
}

export function sigmoid_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => sigmoid_f32x4(v))
}

export function erf_f32(cmd: usize, begin: i32, end: i32): void {
  map(cmd, begin, end, (v) => erf_f32x4(v))
}
