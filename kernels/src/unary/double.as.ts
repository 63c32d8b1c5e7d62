import { UnaryCmd } from '../generated/commands.as'
import {
  acos_f64x2, acosh_f64x2, asin_f64x2, asinh_f64x2, atan_f64x2, atanh_f64x2, cosh_f64x2, sinh_f64x2, tan_f64x2
} from '../math/math.as'
import { BLOCK } from './map.as'

/** y = f(x), two numbers a turn, in double precision. */
// @ts-ignore: decorator
@inline
function mapDouble(cmd: usize, begin: i32, end: i32, f: (v: v128) => v128): void {
  const c = changetype<UnaryCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + (<usize>first << 2)
  let y = c.y + (<usize>first << 2)
  for (; left > 0; left -= 2) {
    const v = left > 1 ? v128.load64_zero(x) : v128.load32_zero(x)
    const result = f32x4.demote_f64x2_zero(f(f64x2.promote_low_f32x4(v)))
    if (left > 1) v128.store_lane<i64>(y, result, 0)
    else v128.store_lane<i32>(y, result, 0)
    x += 8
    y += 8
  }
}

export function acos_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => acos_f64x2(v))
}

export function acosh_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => acosh_f64x2(v))
}

export function asin_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => asin_f64x2(v))
}

export function asinh_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => asinh_f64x2(v))
}

export function atan_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => atan_f64x2(v))
}

export function atanh_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => atanh_f64x2(v))
}

export function cosh_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => cosh_f64x2(v))
}

export function sinh_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => sinh_f64x2(v))
}

export function tan_f32(cmd: usize, begin: i32, end: i32): void {
  mapDouble(cmd, begin, end, (v) => tan_f64x2(v))
}
