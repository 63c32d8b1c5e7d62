import { RandomAdvanceCmd, RandomCmd } from '../generated/commands.as'
import { cosNearZero, log_f32x4, sinNearZero } from '../math/math.as'
import { scratch } from '../runtime/scratch.as'
import { entry, storeHead } from '../runtime/simd.as'
import { philox } from './philox.as'

/** Elements in one work item, as `RANDOM_BLOCK` in command.ts. */
const BLOCK: i32 = 1024
/** What one call of `philox` gives. */
const GROUP: i32 = 16
/** Draws of a truncated normal that are further than 2 deviations away, one after the other, come to an end here. */
const ATTEMPTS: i32 = 32

const C = memory.data<f32>([
  5.9604644775390625e-8,
  2.3283064365386963e-10,
  1.1641532182693481e-10,
  // pi / 4 of 2^31.
  3.657295198167899e-10,
  -2,
  2
])
const TWO_M24 = 0
const TWO_M32 = 1
const TWO_M33 = 2
const ANGLE = 3
const MINUS_TWO = 4
const TWO = 5

const UNIFORM = 0
const UNIFORM_I32 = 1
const NORMAL = 2
const TRUNCATED = 3

/** Two normal numbers at `to` and `to` + 16 of the words there, for each lane: Box and Muller's method. */
function normals(to: usize): void {
  const x = v128.load(to), turn = v128.load(to, 16)
  const u = f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(x), entry(C, TWO_M32)), entry(C, TWO_M33))
  const length = f32x4.sqrt(f32x4.mul(log_f32x4(u), entry(C, MINUS_TWO)))
  // Two bits are a quarter of the circle, and the others an angle in it.
  const quarter = i32x4.shr_u(turn, 30)
  const angle = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(turn, 2)), entry(C, ANGLE))
  const sin = sinNearZero(angle), cos = cosNearZero(angle)
  const isOdd = i32x4.ne(v128.and(quarter, i32x4.splat(1)), i32x4.splat(0))
  const sign = i32x4.splat(<i32>0x80000000)
  const signSin = v128.and(turn, sign)
  const signCos = v128.and(i32x4.add(turn, i32x4.splat(0x40000000)), sign)
  v128.store(to, f32x4.mul(length, v128.xor(v128.bitselect(sin, cos, isOdd), signCos)))
  v128.store(to, f32x4.mul(length, v128.xor(v128.bitselect(cos, sin, isOdd), signSin)), 16)
}

/** 16 normal numbers at `to`, drawn anew where they are further than 2 from 0; uses the 64 bytes behind. */
function truncated(to: usize, state: usize, block: i32, stream: i32): void {
  const fresh = to + 64
  const none = f32x4.splat(NaN)
  for (let at = to; at < fresh; at += 16) v128.store(at, none)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    philox(fresh, state, block, stream + attempt)
    normals(fresh)
    normals(fresh + 32)
    let open = i32x4.splat(0)
    for (let at = to; at < fresh; at += 16) {
      let z = v128.load(at, 64)
      // Which happens once in 10^43 times.
      if (attempt == ATTEMPTS - 1) z = f32x4.max(f32x4.min(z, entry(C, TWO)), entry(C, MINUS_TWO))
      const old = v128.load(at)
      const isOpen = f32x4.ne(old, old)
      const taken = v128.and(isOpen, f32x4.le(f32x4.abs(z), entry(C, TWO)))
      v128.store(at, v128.bitselect(z, old, taken))
      open = v128.or(open, v128.andnot(isOpen, taken))
    }
    if (!v128.any_true(open)) return
  }
}

// @ts-ignore: decorator
@inline
function wholes(a: f64, b: f64, words: v128): v128 {
  const u = f64x2.mul(f64x2.convert_low_i32x4_u(words), f64x2.splat(2.3283064365386963e-10))
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(f64x2.splat(a), f64x2.mul(f64x2.splat(b), u)))
}

/** The numbers of a distribution at `at`, from the words or the standard normal numbers there. */
// @ts-ignore: decorator
@inline
function finish(kind: i32, c: RandomCmd, at: usize): v128 {
  const v = v128.load(at)
  if (kind == UNIFORM_I32) {
    const a = <f64>c.a + <f64>c.aLow, b = <f64>c.b + <f64>c.bLow
    return v128.shuffle<i64>(wholes(a, b, v), wholes(a, b, v128.shuffle<i64>(v, v, 1, 1)), 0, 2)
  }
  const z = kind == UNIFORM ? f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(v, 8)), entry(C, TWO_M24)) : v
  return f32x4.add(f32x4.splat(c.a), f32x4.mul(f32x4.splat(c.b), z))
}

// @ts-ignore: decorator
@inline
function draw(kind: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<RandomCmd>(cmd)
  const words = scratch
  const stream = c.stream * ATTEMPTS
  const last = min(end * BLOCK, c.n)
  for (let i = begin * BLOCK; i < last; i += GROUP) {
    if (kind == TRUNCATED) truncated(words, c.state, i >>> 2, stream)
    else philox(words, c.state, i >>> 2, stream)
    if (kind == NORMAL) {
      normals(words)
      normals(words + 32)
    }
    const y = c.y + (<usize>i << 2)
    for (let j = 0; j < GROUP; j += 4) {
      const v = finish(kind, c, words + (j << 2))
      const left = last - i - j
      if (left >= 4) v128.store(y + (j << 2), v)
      else if (left > 0) storeHead(y + (j << 2), v, left)
    }
  }
}

export function random_uniform_f32(cmd: usize, begin: i32, end: i32): void {
  draw(UNIFORM, cmd, begin, end)
}

export function random_uniform_i32(cmd: usize, begin: i32, end: i32): void {
  draw(UNIFORM_I32, cmd, begin, end)
}

export function random_normal_f32(cmd: usize, begin: i32, end: i32): void {
  draw(NORMAL, cmd, begin, end)
}

export function random_truncated_f32(cmd: usize, begin: i32, end: i32): void {
  draw(TRUNCATED, cmd, begin, end)
}

export function random_advance(cmd: usize, begin: i32, end: i32): void {
  if (begin >= end) return
  const count = changetype<RandomAdvanceCmd>(cmd).state + 8
  store<i64>(count, load<i64>(count) + 1)
}
