import { ReduceCmd } from '../generated/commands.as'
import { loadHead } from '../runtime/simd.as'
import { combine, MAX_F32, MAX_I32, MIN_F32, MIN_I32, spoil, spoiled, SUM_F32, SUM_I32 } from './combine.as'

/** Elements that are summed in f32 before they join the f64 total: 64 in each of 16 lanes. */
const BLOCK: usize = 1024 * 4

/** The reduction, in lane 0, of the `bytes` bytes at x, at least 4. */
// @ts-ignore: decorator
@inline
function reduceBytes(op: i32, x: usize, bytes: usize): v128 {
  const sum = op == SUM_F32 || op == SUM_I32
  // What changes nothing: zeros for a sum, the first element for max and min.
  let a0 = sum ? i32x4.splat(0) : v128.load32_splat(x), a1 = a0, a2 = a0, a3 = a0
  let nan = i32x4.splat(0)
  const end = x + bytes
  for (; x + 64 <= end; x += 64) {
    const v0 = v128.load(x), v1 = v128.load(x, 16), v2 = v128.load(x, 32), v3 = v128.load(x, 48)
    a0 = combine(op, a0, v0)
    a1 = combine(op, a1, v1)
    a2 = combine(op, a2, v2)
    a3 = combine(op, a3, v3)
    nan = spoil(op, spoil(op, spoil(op, spoil(op, nan, v0), v1), v2), v3)
  }
  for (; x + 16 <= end; x += 16) {
    const v = v128.load(x)
    a0 = combine(op, a0, v)
    nan = spoil(op, nan, v)
  }
  if (x < end) {
    if (sum) {
      a1 = combine(op, a1, loadHead(x, <i32>(end - x) >> 2))
    } else if (bytes >= 16) {
      // Elements that max and min meet twice.
      const v = v128.load(end - 16)
      a1 = combine(op, a1, v)
      nan = spoil(op, nan, v)
    } else {
      for (; x < end; x += 4) {
        const v = v128.load32_splat(x)
        a1 = combine(op, a1, v)
        nan = spoil(op, nan, v)
      }
    }
  }
  a0 = combine(op, combine(op, a0, a1), combine(op, a2, a3))
  a0 = spoiled(op, a0, nan)
  a0 = fold(op, a0, v128.shuffle<i32>(a0, a0, 2, 3, 0, 1))
  return fold(op, a0, v128.shuffle<i32>(a0, a0, 1, 0, 3, 2))
}

/** As combine, with NaN in b too. */
// @ts-ignore: decorator
@inline
function fold(op: i32, a: v128, b: v128): v128 {
  return spoiled(op, combine(op, a, b), spoil(op, i32x4.splat(0), b))
}

/** Shorter rows, in bytes, are reduced four at a time, each from its first element to its last. */
const SHORT: usize = 64

/** Elements of four rows that lie `step` bytes apart. */
// @ts-ignore: decorator
@inline
function loadFour(x: usize, step: usize): v128 {
  const pair = v128.load_lane<f32>(x + step, v128.load32_zero(x), 1)
  x += 2 * step
  return v128.load_lane<f32>(x + step, v128.load_lane<f32>(x, pair, 2), 3)
}

/** The reductions of four short rows, which lie `step` bytes apart; 0: of one, in each lane. */
// @ts-ignore: decorator
@inline
function reduceFour(op: i32, x: usize, bytes: usize, step: usize): v128 {
  let a = op == SUM_F32 || op == SUM_I32 ? i32x4.splat(0) : loadFour(x, step)
  let nan = i32x4.splat(0)
  for (const end = x + bytes; x < end; x += 4) {
    const v = loadFour(x, step)
    a = combine(op, a, v)
    nan = spoil(op, nan, v)
  }
  return spoiled(op, a, nan)
}

/** y[i] = the reduction of row i of `count` short rows, divided by `divisor`, 1 for any but a f32 sum. */
// @ts-ignore: decorator
@inline
function shortRows(op: i32, x: usize, y: usize, bytes: usize, count: i32, divisor: f32): void {
  for (; count >= 4; count -= 4) {
    const a = reduceFour(op, x, bytes, bytes)
    v128.store(y, op == SUM_F32 ? f32x4.div(a, f32x4.splat(divisor)) : a)
    x += 4 * bytes
    y += 16
  }
  for (; count > 0; count--) {
    const a = reduceFour(op, x, bytes, 0)
    v128.store_lane<i32>(y, op == SUM_F32 ? f32x4.div(a, f32x4.splat(divisor)) : a, 0)
    x += bytes
    y += 4
  }
}

// @ts-ignore: decorator
@inline
function rows(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const bytes = <usize>c.n << 2
  let x = c.x + <usize>begin * bytes
  let y = c.y + (<usize>begin << 2)
  if (bytes < SHORT) {
    shortRows(op, x, y, bytes, end - begin, 1)
    return
  }
  for (; begin < end; begin++) {
    v128.store_lane<i32>(y, reduceBytes(op, x, bytes), 0)
    x += bytes
    y += 4
  }
}

export function sum_f32_rows(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const bytes = <usize>c.n << 2
  const divisor = <f64>c.divisor
  let x = c.x + <usize>begin * bytes
  let y = c.y + (<usize>begin << 2)
  // A divisor that f32 holds exactly: dividing in double precision gives the same.
  if (bytes < SHORT && <u32>c.divisor <= 1 << 24) {
    shortRows(SUM_F32, x, y, bytes, end - begin, <f32>c.divisor)
    return
  }
  for (; begin < end; begin++) {
    let total: f64 = 0
    for (let left = bytes; left > 0;) {
      const block = min(left, BLOCK)
      total += <f64>f32x4.extract_lane(reduceBytes(SUM_F32, x, block), 0)
      x += block
      left -= block
    }
    store<f32>(y, <f32>(total / divisor))
    y += 4
  }
}

export function max_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MAX_F32, cmd, begin, end)
}

export function min_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MIN_F32, cmd, begin, end)
}

export function sum_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(SUM_I32, cmd, begin, end)
}

export function max_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MAX_I32, cmd, begin, end)
}

export function min_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows(MIN_I32, cmd, begin, end)
}
