import { ArgReduceCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'

const MAX_F32: i32 = 0
const MIN_F32: i32 = 1
const MAX_I32: i32 = 2
const MIN_I32: i32 = 3

/** Lanes in which b beats a; NaN beats nothing and is beaten by nothing. */
// @ts-ignore: decorator
@inline
function beats(op: i32, b: v128, a: v128): v128 {
  if (op == MAX_F32) return f32x4.gt(b, a)
  if (op == MIN_F32) return f32x4.lt(b, a)
  if (op == MAX_I32) return i32x4.gt_s(b, a)
  return i32x4.lt_s(b, a)
}

/** Four columns (or `width` of them, 1 to 3) whose rows lie `step` bytes apart. */
// @ts-ignore: decorator
@inline
function columns(op: i32, width: i32, x: usize, step: usize, n: i32): v128 {
  let best = width < 4 ? loadHead(x, width) : v128.load(x)
  let at = i32x4.splat(0)
  for (let r = 1; r < n; r++) {
    x += step
    const v = width < 4 ? loadHead(x, width) : v128.load(x)
    const better = beats(op, v, best)
    best = v128.bitselect(v, best, better)
    at = v128.bitselect(i32x4.splat(r), at, better)
  }
  return at
}

/** The best of a row, in every lane; the first element where that is NaN. */
// @ts-ignore: decorator
@inline
function bestOf(op: i32, x: usize, n: i32): v128 {
  let best = v128.load32_splat(x), other = best
  let r = n
  for (; r >= 8; r -= 8) {
    const v0 = v128.load(x), v1 = v128.load(x, 16)
    best = v128.bitselect(v0, best, beats(op, v0, best))
    other = v128.bitselect(v1, other, beats(op, v1, other))
    x += 32
  }
  for (; r > 0; r--) {
    const v = v128.load32_splat(x)
    best = v128.bitselect(v, best, beats(op, v, best))
    x += 4
  }
  best = v128.bitselect(other, best, beats(op, other, best))
  other = v128.shuffle<i32>(best, best, 2, 3, 0, 1)
  best = v128.bitselect(other, best, beats(op, other, best))
  other = v128.shuffle<i32>(best, best, 1, 0, 3, 2)
  return v128.bitselect(other, best, beats(op, other, best))
}

// @ts-ignore: decorator
@inline
function equal(op: i32, a: v128, b: v128): v128 {
  return op == MAX_F32 || op == MIN_F32 ? f32x4.eq(a, b) : i32x4.eq(a, b)
}

// @ts-ignore: decorator
@inline
function row(op: i32, x: usize, n: i32): i32 {
  const best = bestOf(op, x, n)
  let r = 0
  for (; r + 4 <= n; r += 4) {
    const found = i32x4.bitmask(equal(op, v128.load(x), best))
    if (found) return r + ctz(found)
    x += 16
  }
  for (; r < n; r++) {
    if (i32x4.bitmask(equal(op, v128.load32_splat(x), best))) return r
    x += 4
  }
  // Nothing equals a NaN, which stays the best only where it comes first.
  return 0
}

// @ts-ignore: decorator
@inline
function argReduce(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ArgReduceCmd>(cmd)
  const inner = c.inner
  const step = <usize>inner << 2
  for (; begin < end; begin++) {
    let x = c.x + <usize>begin * <usize>c.n * step
    let y = c.y + <usize>begin * step
    if (inner == 1) {
      store<i32>(y, row(op, x, c.n))
      continue
    }
    let i = inner
    for (; i >= 4; i -= 4) {
      v128.store(y, columns(op, 4, x, step, c.n))
      x += 16
      y += 16
    }
    for (; i > 0; i--) {
      storeHead(y, columns(op, 1, x, step, c.n), 1)
      x += 4
      y += 4
    }
  }
}

export function argmax_f32(cmd: usize, begin: i32, end: i32): void {
  argReduce(MAX_F32, cmd, begin, end)
}

export function argmin_f32(cmd: usize, begin: i32, end: i32): void {
  argReduce(MIN_F32, cmd, begin, end)
}

export function argmax_i32(cmd: usize, begin: i32, end: i32): void {
  argReduce(MAX_I32, cmd, begin, end)
}

export function argmin_i32(cmd: usize, begin: i32, end: i32): void {
  argReduce(MIN_I32, cmd, begin, end)
}
