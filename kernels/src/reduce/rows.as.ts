import { ReduceCmd } from '../generated/commands.as'
import { combine, MAX_F32, MAX_I32, MIN_F32, MIN_I32, neutral, one, SUM_F32, SUM_I32 } from './combine.as'

/** Elements that are summed in f32 before they join the f64 total: 64 in each of 16 lanes. */
const BLOCK: usize = 1024 * 4

/** The four lanes' reduction, in lane 0, of the `bytes` bytes at x. */
// @ts-ignore: decorator
@inline
function reduceBytes(op: i32, x: usize, bytes: usize): v128 {
  let a0 = neutral(op, x), a1 = a0, a2 = a0, a3 = a0
  const end = x + bytes
  for (; x + 64 <= end; x += 64) {
    a0 = combine(op, a0, v128.load(x))
    a1 = combine(op, a1, v128.load(x, 16))
    a2 = combine(op, a2, v128.load(x, 32))
    a3 = combine(op, a3, v128.load(x, 48))
  }
  for (; x + 16 <= end; x += 16) a0 = combine(op, a0, v128.load(x))
  for (; x < end; x += 4) a1 = combine(op, a1, one(op, x))
  a0 = combine(op, combine(op, a0, a1), combine(op, a2, a3))
  a0 = combine(op, a0, v128.shuffle<i32>(a0, a0, 2, 3, 0, 1))
  return combine(op, a0, v128.shuffle<i32>(a0, a0, 1, 0, 3, 2))
}

// @ts-ignore: decorator
@inline
function rows(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const bytes = <usize>c.n << 2
  let x = c.x + <usize>begin * bytes
  let y = c.y + (<usize>begin << 2)
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
  for (; begin < end; begin++) {
    let total: f64 = 0
    let left = bytes
    for (; left > 0;) {
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
