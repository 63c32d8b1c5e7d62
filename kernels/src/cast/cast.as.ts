import { CastCmd } from '../generated/commands.as'
import { mapMasks } from '../runtime/simd.as'

/** Elements in one work item, as `CAST_BLOCK` in command.ts. */
const BLOCK: i32 = 1024

// @ts-ignore: decorator
@inline
function words(cmd: usize, begin: i32, end: i32, f: (v: v128) => v128): void {
  const c = changetype<CastCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + (<usize>first << 2)
  let y = c.y + (<usize>first << 2)
  for (; left >= 4; left -= 4) {
    v128.store(y, f(v128.load(x)))
    x += 16
    y += 16
  }
  for (; left > 0; left--) {
    v128.store_lane<u32>(y, f(v128.load32_zero(x)), 0)
    x += 4
    y += 4
  }
}

/** Lanes beyond 2^31 as JavaScript stores them in an Int32Array: modulo 2^32, infinities as 0. */
function wrap(v: v128): v128 {
  let y = i32x4.splat(0)
  for (let i = 0; i < 4; i++) {
    const x = f32x4.extract_lane(v, 0)
    // Numbers from 2^63 on are multiples of 2^40.
    const word = abs(x) < 9223372036854775808.0 ? <i32><i64>x : 0
    y = v128.shuffle<i32>(y, i32x4.splat(word), 1, 2, 3, 4)
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0)
  }
  return y
}

/** Towards zero, modulo 2^32; NaN and infinities give 0. */
export function cast_f32_i32(cmd: usize, begin: i32, end: i32): void {
  words(cmd, begin, end, (v) => {
    if (v128.any_true(f32x4.ge(f32x4.abs(v), f32x4.splat(2147483648)))) return wrap(v)
    return i32x4.trunc_sat_f32x4_s(v)
  })
}

/** To the nearest f32, halves to the even one. */
export function cast_i32_f32(cmd: usize, begin: i32, end: i32): void {
  words(cmd, begin, end, (v) => f32x4.convert_i32x4_s(v))
}

// @ts-ignore: decorator
@inline
function fromBool(cmd: usize, begin: i32, end: i32, f: (v: v128) => v128): void {
  const c = changetype<CastCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + <usize>first
  let y = c.y + (<usize>first << 2)
  for (; left >= 16; left -= 16) {
    const bytes = v128.load(x)
    const low = i16x8.extend_low_i8x16_u(bytes)
    const high = i16x8.extend_high_i8x16_u(bytes)
    v128.store(y, f(i32x4.extend_low_i16x8_u(low)))
    v128.store(y, f(i32x4.extend_high_i16x8_u(low)), 16)
    v128.store(y, f(i32x4.extend_low_i16x8_u(high)), 32)
    v128.store(y, f(i32x4.extend_high_i16x8_u(high)), 48)
    x += 16
    y += 64
  }
  for (; left > 0; left--) {
    v128.store_lane<u32>(y, f(i32x4.splat(load<u8>(x))), 0)
    x += 1
    y += 4
  }
}

export function cast_bool_f32(cmd: usize, begin: i32, end: i32): void {
  fromBool(cmd, begin, end, (v) => f32x4.convert_i32x4_s(v))
}

export function cast_bool_i32(cmd: usize, begin: i32, end: i32): void {
  fromBool(cmd, begin, end, (v) => v)
}

// @ts-ignore: decorator
@inline
function toBool(cmd: usize, begin: i32, end: i32, f: (v: v128) => v128): void {
  const c = changetype<CastCmd>(cmd)
  const first = begin * BLOCK
  mapMasks(c.x + (<usize>first << 2), c.y + <usize>first, min(end * BLOCK, c.n) - first, f)
}

/** x != 0; NaN gives 1. */
export function cast_f32_bool(cmd: usize, begin: i32, end: i32): void {
  toBool(cmd, begin, end, (v) => f32x4.ne(v, f32x4.splat(0)))
}

/** x != 0. */
export function cast_i32_bool(cmd: usize, begin: i32, end: i32): void {
  toBool(cmd, begin, end, (v) => i32x4.ne(v, i32x4.splat(0)))
}
