import { ArgReduceCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { loadHead, storeHead } from '../runtime/simd.as'

const MAX_F32: i32 = 0
const MIN_F32: i32 = 1
const MAX_I32: i32 = 2
const MIN_I32: i32 = 3

/** ARG_STRIP of command.ts. */
const STRIP: i32 = 512

/** Lanes in which b beats a; NaN beats nothing and is beaten by nothing. */
// @ts-ignore: decorator
@inline
function beats(op: i32, b: v128, a: v128): v128 {
  if (op == MAX_F32) return f32x4.gt(b, a)
  if (op == MIN_F32) return f32x4.lt(b, a)
  if (op == MAX_I32) return i32x4.gt_s(b, a)
  return i32x4.lt_s(b, a)
}

/** b where it beats a, else a. */
// @ts-ignore: decorator
@inline
function better(op: i32, a: v128, b: v128): v128 {
  if (op == MAX_F32) return f32x4.pmax(a, b)
  if (op == MIN_F32) return f32x4.pmin(a, b)
  if (op == MAX_I32) return i32x4.max_s(a, b)
  return i32x4.min_s(a, b)
}

// @ts-ignore: decorator
@inline
function equal(op: i32, a: v128, b: v128): v128 {
  return op == MAX_F32 || op == MIN_F32 ? f32x4.eq(a, b) : i32x4.eq(a, b)
}

/** The best of a row, in every lane; the first element where that is NaN. */
// @ts-ignore: decorator
@inline
function bestOf(op: i32, x: usize, n: i32): v128 {
  let b0 = v128.load32_splat(x), b1 = b0, b2 = b0, b3 = b0
  const end = x + (<usize>n << 2)
  for (; x + 64 <= end; x += 64) {
    b0 = better(op, b0, v128.load(x))
    b1 = better(op, b1, v128.load(x, 16))
    b2 = better(op, b2, v128.load(x, 32))
    b3 = better(op, b3, v128.load(x, 48))
  }
  for (; x + 16 <= end; x += 16) b0 = better(op, b0, v128.load(x))
  if (x < end) {
    // Some are met twice.
    if (n >= 4) b1 = better(op, b1, v128.load(end - 16))
    else for (; x < end; x += 4) b1 = better(op, b1, v128.load32_splat(x))
  }
  b0 = better(op, better(op, b0, b1), better(op, b2, b3))
  b0 = better(op, b0, v128.shuffle<i32>(b0, b0, 2, 3, 0, 1))
  return better(op, b0, v128.shuffle<i32>(b0, b0, 1, 0, 3, 2))
}

/** The first r whose element equals the lanes of `best`. */
// @ts-ignore: decorator
@inline
function find(op: i32, x: usize, n: i32, best: v128): i32 {
  let r = 0
  for (; r + 16 <= n; r += 16) {
    const e0 = equal(op, v128.load(x), best), e1 = equal(op, v128.load(x, 16), best)
    const e2 = equal(op, v128.load(x, 32), best), e3 = equal(op, v128.load(x, 48), best)
    if (v128.any_true(v128.or(v128.or(e0, e1), v128.or(e2, e3)))) {
      const low = i32x4.bitmask(e0) | i32x4.bitmask(e1) << 4
      return r + ctz(low | i32x4.bitmask(e2) << 8 | i32x4.bitmask(e3) << 12)
    }
    x += 64
  }
  for (; r + 4 <= n; r += 4) {
    const lanes = i32x4.bitmask(equal(op, v128.load(x), best))
    if (lanes) return r + ctz(lanes)
    x += 16
  }
  for (; r < n; r++) {
    if (v128.any_true(equal(op, v128.load32_splat(x), best))) return r
    x += 4
  }
  // Nothing equals a NaN, which stays the best only where it comes first.
  return 0
}

// @ts-ignore: decorator
@inline
function rows(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ArgReduceCmd>(cmd)
  const n = c.n
  const bytes = <usize>n << 2
  let x = c.x + <usize>begin * bytes
  let y = c.y + (<usize>begin << 2)
  for (; begin < end; begin++) {
    store<i32>(y, find(op, x, n, bestOf(op, x, n)))
    x += bytes
    y += 4
  }
}

/** Rows r and r + 1 (where `two`) of the columns from x on, `stride` bytes apart: the best so far is at `best`, its row at y. */
// @ts-ignore: decorator
@inline
function addRows(op: i32, two: bool, x: usize, stride: usize, r: i32, best: usize, y: usize, bytes: usize): void {
  const index = i32x4.splat(r), next = i32x4.splat(r + 1)
  let j: usize = 0
  for (; j + 16 <= bytes; j += 16) {
    const v = v128.load(x + j)
    let b = v128.load(best + j)
    let at = v128.bitselect(index, v128.load(y + j), beats(op, v, b))
    b = better(op, b, v)
    if (two) {
      const w = v128.load(x + stride + j)
      at = v128.bitselect(next, at, beats(op, w, b))
      b = better(op, b, w)
    }
    v128.store(best + j, b)
    v128.store(y + j, at)
  }
  const left = <i32>(bytes - j) >> 2
  if (left > 0) {
    const v = loadHead(x + j, left)
    let b = loadHead(best + j, left)
    let at = v128.bitselect(index, loadHead(y + j, left), beats(op, v, b))
    b = better(op, b, v)
    if (two) {
      const w = loadHead(x + stride + j, left)
      at = v128.bitselect(next, at, beats(op, w, b))
      b = better(op, b, w)
    }
    storeHead(best + j, b, left)
    storeHead(y + j, at, left)
  }
}

// @ts-ignore: decorator
@inline
function columns(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ArgReduceCmd>(cmd)
  const n = c.n
  const inner = c.inner
  const stride = <usize>inner << 2
  const strips = (inner + STRIP - 1) / STRIP
  const best = scratch
  for (; begin < end; begin++) {
    const o = begin / strips
    const column = (begin - o * strips) * STRIP
    const bytes = <usize>min(STRIP, inner - column) << 2
    let x = c.x + <usize>o * <usize>n * stride + (<usize>column << 2)
    const y = c.y + <usize>o * stride + (<usize>column << 2)
    memory.copy(best, x, bytes)
    memory.fill(y, 0, bytes)
    let r = 1
    for (; r + 2 <= n; r += 2) {
      addRows(op, true, x + stride, stride, r, best, y, bytes)
      x += stride << 1
    }
    if (r < n) addRows(op, false, x + stride, stride, r, best, y, bytes)
  }
}

export function argmax_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MAX_F32, cmd, begin, end)
}

export function argmin_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MIN_F32, cmd, begin, end)
}

export function argmax_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MAX_I32, cmd, begin, end)
}

export function argmin_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MIN_I32, cmd, begin, end)
}

export function argmax_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MAX_F32, cmd, begin, end)
}

export function argmin_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MIN_F32, cmd, begin, end)
}

export function argmax_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MAX_I32, cmd, begin, end)
}

export function argmin_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MIN_I32, cmd, begin, end)
}
