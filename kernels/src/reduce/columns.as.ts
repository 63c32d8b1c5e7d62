import { ReduceCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'
import { combine, MAX_F32, MAX_I32, MIN_F32, MIN_I32, SUM_F32, SUM_I32 } from './combine.as'

/** STRIP of command.ts. */
const STRIP: i32 = 32
/** Rows that are summed in f32 before they join the f64 totals. */
const BLOCK: i32 = 64

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

// @ts-ignore: decorator
@inline
function quotient(low: v128, high: v128, divisor: v128): v128 {
  const l = f32x4.demote_f64x2_zero(f64x2.div(low, divisor))
  const h = f32x4.demote_f64x2_zero(f64x2.div(high, divisor))
  return v128.shuffle<i64>(l, h, 0, 2)
}

/** `width` columns, 16 or 4 or (as heads) 1 to 3, of n rows that lie `step` bytes apart, n >= 1. */
// @ts-ignore: decorator
@inline
function group(op: i32, width: i32, x: usize, step: usize, n: i32, y: usize): void {
  if (width < 4) {
    let a0 = loadHead(x, width)
    for (let r = 1; r < n; r++) {
      x += step
      a0 = combine(op, a0, loadHead(x, width))
    }
    storeHead(y, a0, width)
    return
  }
  let a0 = v128.load(x), a1 = a0, a2 = a0, a3 = a0
  if (width > 4) {
    a1 = v128.load(x, 16)
    a2 = v128.load(x, 32)
    a3 = v128.load(x, 48)
  }
  for (let r = 1; r < n; r++) {
    x += step
    a0 = combine(op, a0, v128.load(x))
    if (width > 4) {
      a1 = combine(op, a1, v128.load(x, 16))
      a2 = combine(op, a2, v128.load(x, 32))
      a3 = combine(op, a3, v128.load(x, 48))
    }
  }
  v128.store(y, a0)
  if (width > 4) {
    v128.store(y, a1, 16)
    v128.store(y, a2, 32)
    v128.store(y, a3, 48)
  }
}

/** As {@link group} for the f32 sum, divided by `divisor`. n may be 0. */
// @ts-ignore: decorator
@inline
function groupSum(width: i32, x: usize, step: usize, n: i32, y: usize, divisor: v128): void {
  const zero = f64x2.splat(0)
  let l0 = zero, h0 = zero, l1 = zero, h1 = zero, l2 = zero, h2 = zero, l3 = zero, h3 = zero
  while (n > 0) {
    const block = min(n, BLOCK)
    n -= block
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
    for (let r = 0; r < block; r++) {
      if (width < 4) a0 = f32x4.add(a0, loadHead(x, width))
      else a0 = f32x4.add(a0, v128.load(x))
      if (width > 4) {
        a1 = f32x4.add(a1, v128.load(x, 16))
        a2 = f32x4.add(a2, v128.load(x, 32))
        a3 = f32x4.add(a3, v128.load(x, 48))
      }
      x += step
    }
    l0 = f64x2.add(l0, low(a0))
    h0 = f64x2.add(h0, high(a0))
    if (width > 4) {
      l1 = f64x2.add(l1, low(a1))
      h1 = f64x2.add(h1, high(a1))
      l2 = f64x2.add(l2, low(a2))
      h2 = f64x2.add(h2, high(a2))
      l3 = f64x2.add(l3, low(a3))
      h3 = f64x2.add(h3, high(a3))
    }
  }
  const sum = quotient(l0, h0, divisor)
  if (width < 4) storeHead(y, sum, width)
  else v128.store(y, sum)
  if (width > 4) {
    v128.store(y, quotient(l1, h1, divisor), 16)
    v128.store(y, quotient(l2, h2, divisor), 32)
    v128.store(y, quotient(l3, h3, divisor), 48)
  }
}

// @ts-ignore: decorator
@inline
function columns(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const n = c.n
  const inner = c.inner
  const step = <usize>inner << 2
  const divisor = f64x2.splat(<f64>c.divisor)
  const strips = (inner + STRIP - 1) / STRIP
  for (; begin < end; begin++) {
    const o = begin / strips
    let column = (begin - o * strips) * STRIP
    const last = min(column + STRIP, inner)
    let x = c.x + <usize>o * <usize>n * step + (<usize>column << 2)
    let y = c.y + <usize>o * step + (<usize>column << 2)
    for (; column + 16 <= last; column += 16) {
      if (op == SUM_F32) groupSum(16, x, step, n, y, divisor)
      else group(op, 16, x, step, n, y)
      x += 64
      y += 64
    }
    for (; column + 4 <= last; column += 4) {
      if (op == SUM_F32) groupSum(4, x, step, n, y, divisor)
      else group(op, 4, x, step, n, y)
      x += 16
      y += 16
    }
    if (column < last) tail(op, last - column, x, step, n, y, divisor)
  }
}

// @ts-ignore: decorator
@inline
function tail(op: i32, width: i32, x: usize, step: usize, n: i32, y: usize, divisor: v128): void {
  for (let i = 0; i < width; i++) {
    if (op == SUM_F32) groupSum(1, x, step, n, y, divisor)
    else group(op, 1, x, step, n, y)
    x += 4
    y += 4
  }
}

export function sum_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(SUM_F32, cmd, begin, end)
}

export function max_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MAX_F32, cmd, begin, end)
}

export function min_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MIN_F32, cmd, begin, end)
}

export function sum_i32_columns(cmd: usize, begin: i32, end: i32): void {
  // An i32 sum is not divided; an empty one is zero.
  const c = changetype<ReduceCmd>(cmd)
  if (c.n == 0) sum_f32_columns(cmd, begin, end)
  else columns(SUM_I32, cmd, begin, end)
}

export function max_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MAX_I32, cmd, begin, end)
}

export function min_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns(MIN_I32, cmd, begin, end)
}
