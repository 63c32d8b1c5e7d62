import { ReduceCmd } from '../generated/commands.as'
import { toInt32 } from '../math/int32.as'
import { scratch } from '../runtime/scratch.as'

/** What four partial products may be for their product to be what one after the other gives, but for its last bits. */
const HIGHEST: f64 = 1e290
const LOWEST: f64 = 1e-290
/** Whole numbers below it are exact, and so are all products on the way to them. */
const EXACT: f64 = 9007199254740992

// @ts-ignore: decorator
@inline
function product<T>(x: usize, step: usize, n: i32): f64 {
  let p: f64 = 1
  for (; n > 0; n--) {
    p *= <f64>load<T>(x)
    x += step
  }
  return p
}

// @ts-ignore: decorator
@inline
function put<T>(y: usize, p: f64): void {
  if (isFloat<T>()) store<f32>(y, <f32>p)
  else store<i32>(y, toInt32(p))
}

// @ts-ignore: decorator
@inline
function widen<T>(v: v128): v128 {
  return isFloat<T>() ? f64x2.promote_low_f32x4(v) : f64x2.convert_low_i32x4_s(v)
}

/** Whether the sizes in all lanes are in (LOWEST, HIGHEST); not where one is NaN. */
// @ts-ignore: decorator
@inline
function inRange(p0: v128, p1: v128, p2: v128, p3: v128): bool {
  p0 = f64x2.abs(p0)
  p1 = f64x2.abs(p1)
  p2 = f64x2.abs(p2)
  p3 = f64x2.abs(p3)
  const total = f64x2.add(f64x2.add(p0, p1), f64x2.add(p2, p3))
  const least = f64x2.pmin(f64x2.pmin(p0, p1), f64x2.pmin(p2, p3))
  return i64x2.all_true(v128.and(f64x2.lt(total, f64x2.splat(HIGHEST)), f64x2.gt(least, f64x2.splat(LOWEST))))
}

// @ts-ignore: decorator
@inline
function rows<T>(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const n = c.n
  const bytes = <usize>n << 2
  let row = c.x + <usize>begin * bytes
  let y = c.y + (<usize>begin << 2)
  for (; begin < end; begin++) {
    let x = row
    let p0 = f64x2.splat(1), p1 = p0, p2 = p0, p3 = p0
    let left = n
    for (; left >= 8; left -= 8) {
      const v = v128.load(x), w = v128.load(x, 16)
      p0 = f64x2.mul(p0, widen<T>(v))
      p1 = f64x2.mul(p1, widen<T>(v128.shuffle<i64>(v, v, 1, 0)))
      p2 = f64x2.mul(p2, widen<T>(w))
      p3 = f64x2.mul(p3, widen<T>(v128.shuffle<i64>(w, w, 1, 0)))
      x += 32
    }
    let safe = isInteger<T>() || inRange(p0, p1, p2, p3)
    p0 = f64x2.mul(f64x2.mul(p0, p1), f64x2.mul(p2, p3))
    let p = f64x2.extract_lane(p0, 0) * f64x2.extract_lane(p0, 1) * product<T>(x, 4, left)
    if (isInteger<T>()) safe = abs(p) < EXACT
    put<T>(y, safe ? p : product<T>(row, 4, n))
    row += bytes
    y += 4
  }
}

/** The products of a strip's columns so far stand in scratch memory. */
// @ts-ignore: decorator
@inline
function columns<T>(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const inner = c.inner
  const stride = <usize>inner << 2
  const strip = c.strip
  const strips = (inner + strip - 1) / strip
  for (; begin < end; begin++) {
    const o = begin / strips
    const column = (begin - o * strips) * strip
    const bytes = <usize>min(strip, inner - column) << 2
    let x = c.x + <usize>o * <usize>c.n * stride + (<usize>column << 2)
    const y = c.y + <usize>o * stride + (<usize>column << 2)
    for (let j: usize = 0; j < bytes; j += 4) store<f64>(scratch + (j << 1), <f64>load<T>(x + j))
    for (let r = 1; r < c.n; r++) {
      x += stride
      let j: usize = 0
      for (; j + 16 <= bytes; j += 16) {
        const at = scratch + (j << 1)
        const v = v128.load(x + j)
        v128.store(at, f64x2.mul(v128.load(at), widen<T>(v)))
        v128.store(at, f64x2.mul(v128.load(at, 16), widen<T>(v128.shuffle<i64>(v, v, 1, 0))), 16)
      }
      for (; j < bytes; j += 4) {
        const at = scratch + (j << 1)
        store<f64>(at, load<f64>(at) * <f64>load<T>(x + j))
      }
    }
    for (let j: usize = 0; j < bytes; j += 4) put<T>(y + j, load<f64>(scratch + (j << 1)))
  }
}

export function prod_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows<f32>(cmd, begin, end)
}

export function prod_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns<f32>(cmd, begin, end)
}

export function prod_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows<i32>(cmd, begin, end)
}

export function prod_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns<i32>(cmd, begin, end)
}
