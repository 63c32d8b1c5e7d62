import { expNegative_f32x4 } from '../math/exp.as'
import { hsum, loadHead } from '../runtime/simd.as'

/** The maximum of a row never lies below, so that a row of -Infinity gives weights of 0 and not NaN. */
export const LOWEST: f32 = -3.4028234663852886e38

/** s[j] = -Infinity for j in [from, to). */
// @ts-ignore: decorator
@inline
export function hide(s: usize, from: i32, to: i32): void {
  for (let j = <usize>from << 2; j < <usize>to << 2; j += 4) store<f32>(s + j, -Infinity)
}

/** Applies a mask of `kind` (see command.ts) to n scores at s. Reads n entries at `mask`. */
export function maskRow(s: usize, mask: usize, kind: i32, n: i32): void {
  if (kind == 1) {
    let j = 0
    for (; j <= n - 4; j += 4) {
      const seen = i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(mask))), i32x4.splat(0))
      v128.store(s, v128.bitselect(v128.load(s), f32x4.splat(-Infinity), seen))
      mask += 4
      s += 16
    }
    for (; j < n; j++) {
      if (load<u8>(mask) == 0) store<f32>(s, -Infinity)
      mask++
      s += 4
    }
  } else if (kind == 2) {
    let j = 0
    for (; j <= n - 4; j += 4) {
      v128.store(s, f32x4.add(v128.load(s), v128.load(mask)))
      mask += 16
      s += 16
    }
    for (; j < n; j++) {
      store<f32>(s, load<f32>(s) + load<f32>(mask))
      mask += 4
      s += 4
    }
  }
}

/** Whether a mask of `kind` (see command.ts) leaves any of n keys visible. */
export function seesKey(mask: usize, kind: i32, n: i32): bool {
  if (kind == 0) return n > 0
  for (let j = 0; j < n; j++) {
    if (kind == 1 ? load<u8>(mask + j) != 0 : load<f32>(mask + (<usize>j << 2)) > -Infinity) return true
  }
  return false
}

/** The maximum of n (a multiple of 8) f32; NaN counts for nothing. pmax is one instruction, max is seven. */
export function maxRow(s: usize, n: i32): f32 {
  let m0 = f32x4.splat(-Infinity), m1 = m0
  for (const end = s + (<usize>n << 2); s < end; s += 32) {
    m0 = f32x4.pmax(m0, v128.load(s))
    m1 = f32x4.pmax(m1, v128.load(s, 16))
  }
  m0 = f32x4.pmax(m0, m1)
  m0 = f32x4.pmax(m0, v128.shuffle<f32>(m0, m0, 2, 3, 0, 1))
  return max<f32>(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1))
}

/** s[j] = exp(s[j] - m) * scale for n (a multiple of 8) f32 of which m is the maximum; the sum of the results. */
export function expRow(s: usize, n: i32, m: f32, scale: f32): f32 {
  const shift = f32x4.splat(m), factor = f32x4.splat(scale)
  let sum0 = f32x4.splat(0), sum1 = sum0
  for (const end = s + (<usize>n << 2); s < end; s += 32) {
    const e0 = f32x4.mul(expNegative_f32x4(f32x4.sub(v128.load(s), shift)), factor)
    const e1 = f32x4.mul(expNegative_f32x4(f32x4.sub(v128.load(s, 16), shift)), factor)
    v128.store(s, e1, 16)
    v128.store(s, e0)
    sum0 = f32x4.add(sum0, e0)
    sum1 = f32x4.add(sum1, e1)
  }
  return hsum(f32x4.add(sum0, sum1))
}

/** exp(x) of one number, 0 or less. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(expNegative_f32x4(f32x4.splat(x)), 0)
}

/** The sum of a[p] * b[p] over n f32. */
export function dotRow(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0)
  let p = 0
  for (; p <= n - 4; p += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)))
    a += 16
    b += 16
  }
  if (p < n) sum = f32x4.add(sum, f32x4.mul(loadHead(a, n - p), loadHead(b, n - p)))
  return hsum(sum)
}

/** to[p] = from[p] * scale for n f32, or to[p] += where `add`. `to` may be `from`. */
export function scaleRow(from: usize, n: i32, scale: f32, to: usize, add: bool): void {
  const factor = f32x4.splat(scale)
  const bytes = <usize>n << 2
  let p: usize = 0
  for (; p + 16 <= bytes; p += 16) {
    let v = f32x4.mul(v128.load(from + p), factor)
    if (add) v = f32x4.add(v, v128.load(to + p))
    v128.store(to + p, v)
  }
  for (; p < bytes; p += 4) store<f32>(to + p, load<f32>(from + p) * scale + (add ? load<f32>(to + p) : 0))
}
