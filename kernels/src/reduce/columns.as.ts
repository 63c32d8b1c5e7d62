import { ReduceCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { loadHead, storeHead } from '../runtime/simd.as'
import { combine, MAX_F32, MAX_I32, MIN_F32, MIN_I32, spoil, spoiled, STRIP, SUM_F32, SUM_I32 } from './combine.as'

/** Rows of each quarter that are summed in f32, four by four, before they join the f64 totals. */
const BLOCK: i32 = 32

/** One or four rows' vectors, and what stands for the rows before them. */
// @ts-ignore: decorator
@inline
function step(op: i32, four: bool, first: bool, v0: v128, v1: v128, v2: v128, v3: v128, before: v128): v128 {
  let a = four ? combine(op, combine(op, v0, v1), combine(op, v2, v3)) : v0
  let nan = spoil(op, i32x4.splat(0), v0)
  if (four) nan = spoil(op, spoil(op, spoil(op, nan, v1), v2), v3)
  if (!first) a = combine(op, before, a)
  return spoiled(op, a, nan)
}

/** y = the reduction of one or four rows of `bytes` bytes at x, which lie `stride` apart, and of y unless they are the `first`. */
// @ts-ignore: decorator
@inline
function addRows(op: i32, four: bool, x: usize, stride: usize, y: usize, bytes: usize, first: bool = false): void {
  let x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride
  if (four) {
    // Addresses are added up once for four vectors of each row.
    for (; bytes >= 64; bytes -= 64) {
      let v = v128.load(x)
      const a0 = step(op, true, first, v, v128.load(x1), v128.load(x2), v128.load(x3), first ? v : v128.load(y))
      v = v128.load(x, 16)
      const a1 = step(op, true, first, v, v128.load(x1, 16), v128.load(x2, 16), v128.load(x3, 16), first ? v : v128.load(y, 16))
      v = v128.load(x, 32)
      const a2 = step(op, true, first, v, v128.load(x1, 32), v128.load(x2, 32), v128.load(x3, 32), first ? v : v128.load(y, 32))
      v = v128.load(x, 48)
      const a3 = step(op, true, first, v, v128.load(x1, 48), v128.load(x2, 48), v128.load(x3, 48), first ? v : v128.load(y, 48))
      v128.store(y, a1, 16)
      v128.store(y, a0)
      v128.store(y, a3, 48)
      v128.store(y, a2, 32)
      x += 64
      x1 += 64
      x2 += 64
      x3 += 64
      y += 64
    }
  }
  for (; bytes >= 16; bytes -= 16) {
    const v = v128.load(x)
    const v1 = four ? v128.load(x1) : v
    const v2 = four ? v128.load(x2) : v
    const v3 = four ? v128.load(x3) : v
    v128.store(y, step(op, four, first, v, v1, v2, v3, first ? v : v128.load(y)))
    x += 16
    x1 += 16
    x2 += 16
    x3 += 16
    y += 16
  }
  const left = <i32>bytes >> 2
  if (left > 0) {
    const v0 = loadHead(x, left)
    const v1 = four ? loadHead(x1, left) : v0
    const v2 = four ? loadHead(x2, left) : v0
    const v3 = four ? loadHead(x3, left) : v0
    storeHead(y, step(op, four, first, v0, v1, v2, v3, first ? v0 : loadHead(y, left)), left)
  }
}

/**
 * y = the reduction of `n` rows of `bytes` bytes at x, x + far, x + 2 far and x + 3 far each, where rows lie `stride` apart; 0 rows leave y as
 * it is. Memory is read faster as four streams than as one, and fastest by whole rows.
 */
// @ts-ignore: decorator
@inline
function addQuarters(op: i32, x: usize, far: usize, stride: usize, n: i32, y: usize, bytes: usize): void {
  if (n == 0) return
  addRows(op, true, x, far, y, bytes, true)
  while (--n > 0) {
    x += stride
    addRows(op, true, x, far, y, bytes)
  }
}

/** y = the reduction of `n` rows of `bytes` bytes at x, which lie `stride` apart, and of y unless they are the `first`. */
// @ts-ignore: decorator
@inline
function addSingle(op: i32, first: bool, x: usize, stride: usize, n: i32, y: usize, bytes: usize): void {
  if (first && n > 0) {
    memory.copy(y, x, bytes)
    x += stride
    n--
  }
  for (; n > 0; n--) {
    addRows(op, false, x, 0, y, bytes)
    x += stride
  }
}

// @ts-ignore: decorator
@inline
function columns(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const inner = c.inner
  const strip = c.strip
  const stride = <usize>inner << 2
  const strips = (inner + strip - 1) / strip
  const quarter = c.n >> 2
  const far = <usize>quarter * stride
  for (; begin < end; begin++) {
    const o = begin / strips
    const column = (begin - o * strips) * strip
    const x = c.x + <usize>o * <usize>c.n * stride + (<usize>column << 2)
    const y = c.y + <usize>o * stride + (<usize>column << 2)
    const bytes = <usize>min(strip, inner - column) << 2
    addQuarters(op, x, far, stride, quarter, y, bytes)
    addSingle(op, quarter == 0, x + (far << 2), stride, c.n & 3, y, bytes)
  }
}

/**
 * Rows of at most so many bytes are summed 128 bytes wide in registers, where all of them are near: a block of them lies in the first-level
 * cache for the next 128.
 */
const NARROW: usize = 256
const NEAR: usize = 2 << 20

/** y = the sum of n rows of 128 bytes at x, which lie `stride` apart. Sums stay in registers. */
function sumNarrow(x: usize, stride: usize, n: i32, y: usize): void {
  let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
  if (n & 1) {
    a0 = v128.load(x)
    a1 = v128.load(x, 16)
    a2 = v128.load(x, 32)
    a3 = v128.load(x, 48)
    a4 = v128.load(x, 64)
    a5 = v128.load(x, 80)
    a6 = v128.load(x, 96)
    a7 = v128.load(x, 112)
    x += stride
  }
  for (; n > 1; n -= 2) {
    const x1 = x + stride
    a0 = f32x4.add(a0, f32x4.add(v128.load(x), v128.load(x1)))
    a1 = f32x4.add(a1, f32x4.add(v128.load(x, 16), v128.load(x1, 16)))
    a2 = f32x4.add(a2, f32x4.add(v128.load(x, 32), v128.load(x1, 32)))
    a3 = f32x4.add(a3, f32x4.add(v128.load(x, 48), v128.load(x1, 48)))
    a4 = f32x4.add(a4, f32x4.add(v128.load(x, 64), v128.load(x1, 64)))
    a5 = f32x4.add(a5, f32x4.add(v128.load(x, 80), v128.load(x1, 80)))
    a6 = f32x4.add(a6, f32x4.add(v128.load(x, 96), v128.load(x1, 96)))
    a7 = f32x4.add(a7, f32x4.add(v128.load(x, 112), v128.load(x1, 112)))
    x += stride << 1
  }
  v128.store(y, a1, 16)
  v128.store(y, a0)
  v128.store(y, a3, 48)
  v128.store(y, a2, 32)
  v128.store(y, a5, 80)
  v128.store(y, a4, 64)
  v128.store(y, a7, 112)
  v128.store(y, a6, 96)
}

function sumQuarters(x: usize, far: usize, stride: usize, n: i32, y: usize, bytes: usize): void {
  addQuarters(SUM_F32, x, far, stride, n, y, bytes)
}

function sumSingle(first: bool, x: usize, stride: usize, n: i32, y: usize, bytes: usize): void {
  addSingle(SUM_F32, first, x, stride, n, y, bytes)
}

/** y = the sum of n rows of `bytes` bytes at x, which lie `stride` apart. */
// @ts-ignore: decorator
@inline
function sumNear(x: usize, stride: usize, n: i32, y: usize, bytes: usize): void {
  let j: usize = 0
  for (; j + 128 <= bytes; j += 128) sumNarrow(x + j, stride, n, y + j)
  if (j == bytes) return
  const quarter = n >> 2
  sumQuarters(x + j, stride, stride << 2, quarter, y + j, bytes - j)
  sumSingle(quarter == 0, x + j + (<usize>quarter << 2) * stride, stride, n & 3, y + j, bytes - j)
}

/** totals = partial, or totals + partial: f64 and f32. */
// @ts-ignore: decorator
@inline
function addTotals(first: bool, totals: usize, partial: usize, bytes: usize): void {
  // Lanes behind the strip are added too: they lie in scratch memory and mean nothing.
  for (let j: usize = 0; j < bytes; j += 16) {
    const v = v128.load(partial + j)
    const t = totals + (j << 1)
    const l = low(v), h = high(v)
    v128.store(t, first ? l : f64x2.add(v128.load(t), l))
    v128.store(t, first ? h : f64x2.add(v128.load(t, 16), h), 16)
  }
}

/** y = partial / divisor, or (totals + partial) / divisor. */
// @ts-ignore: decorator
@inline
function finish(first: bool, totals: usize, partial: usize, y: usize, bytes: usize, divisor: v128): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const v = v128.load(partial + j)
    const t = totals + (j << 1)
    const l = first ? low(v) : f64x2.add(v128.load(t), low(v))
    const h = first ? high(v) : f64x2.add(v128.load(t, 16), high(v))
    const q = v128.shuffle<i64>(
      f32x4.demote_f64x2_zero(f64x2.div(l, divisor)), f32x4.demote_f64x2_zero(f64x2.div(h, divisor)), 0, 2,
    )
    if (j + 16 <= bytes) v128.store(y + j, q)
    else storeHead(y + j, q, <i32>(bytes - j) >> 2)
  }
}

// @ts-ignore: decorator
@inline
function low(a: v128): v128 {
  return f64x2.promote_low_f32x4(a)
}

// @ts-ignore: decorator
@inline
function high(a: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 0))
}

export function sum_f32_columns(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const inner = c.inner
  const strip = c.strip
  const stride = <usize>inner << 2
  const strips = (inner + strip - 1) / strip
  const divisor = f64x2.splat(<f64>c.divisor)
  const partial = scratch
  const totals = scratch + (STRIP << 2)
  const near = stride <= NARROW && <usize>c.n * stride <= NEAR
  // A near row stands for four: those of the quarters.
  const rows = near ? c.n : c.n >> 2
  const block = near ? 4 * BLOCK : BLOCK
  const far = near ? 0 : <usize>rows * stride
  for (; begin < end; begin++) {
    const o = begin / strips
    const column = (begin - o * strips) * strip
    const bytes = <usize>min(strip, inner - column) << 2
    const y = c.y + <usize>o * stride + (<usize>column << 2)
    let x = c.x + <usize>o * <usize>c.n * stride + (<usize>column << 2)
    let left = rows
    for (; left > block; left -= block) {
      if (near) sumNear(x, stride, block, partial, bytes)
      else sumQuarters(x, far, stride, block, partial, bytes)
      if (left == rows) addTotals(true, totals, partial, bytes)
      else addTotals(false, totals, partial, bytes)
      x += <usize>block * stride
    }
    if (near) sumNear(x, stride, left, partial, bytes)
    else {
      sumQuarters(x, far, stride, left, partial, bytes)
      sumSingle(left == 0, x + <usize>left * stride + 3 * far, stride, c.n & 3, partial, bytes)
    }
    if (left == rows) finish(true, totals, partial, y, bytes, divisor)
    else finish(false, totals, partial, y, bytes, divisor)
  }
}

export function max_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MAX_F32, cmd, begin, end)
}

export function min_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MIN_F32, cmd, begin, end)
}

export function sum_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(SUM_I32, cmd, begin, end)
}

export function max_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MAX_I32, cmd, begin, end)
}

export function min_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MIN_I32, cmd, begin, end)
}
