import { UnaryToBoolCmd } from '../generated/commands.as'
import { mapMasks } from '../runtime/simd.as'
import { BLOCK } from './map.as'

/** `f` gives a mask: all ones in the lanes where it holds. */
// @ts-ignore: decorator
@inline
function test(cmd: usize, begin: i32, end: i32, f: (v: v128) => v128): void {
  const c = changetype<UnaryToBoolCmd>(cmd)
  const first = begin * BLOCK
  mapMasks(c.x + (<usize>first << 2), c.y + <usize>first, min(end * BLOCK, c.n) - first, f)
}

export function isnan_f32(cmd: usize, begin: i32, end: i32): void {
  test(cmd, begin, end, (v) => f32x4.ne(v, v))
}

export function isinf_f32(cmd: usize, begin: i32, end: i32): void {
  test(cmd, begin, end, (v) => f32x4.eq(f32x4.abs(v), f32x4.splat(Infinity)))
}

export function isfinite_f32(cmd: usize, begin: i32, end: i32): void {
  test(cmd, begin, end, (v) => f32x4.lt(f32x4.abs(v), f32x4.splat(Infinity)))
}

/** y = x == 0, both of one byte an element. */
export function logical_not(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<UnaryToBoolCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + <usize>first
  let y = c.y + <usize>first
  for (; left >= 16; left -= 16) {
    v128.store(y, v128.and(i8x16.eq(v128.load(x), i8x16.splat(0)), i8x16.splat(1)))
    x += 16
    y += 16
  }
  for (; left > 0; left--) {
    store<u8>(y, <u8>(load<u8>(x) == 0))
    x += 1
    y += 1
  }
}
