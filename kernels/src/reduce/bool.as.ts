import { ReduceCmd } from '../generated/commands.as'

/** Rows after which a strip of columns may prove decided. */
const BLOCK: i32 = 32

// any looks for a 1, all for a 0: what is found first decides.

// @ts-ignore: decorator
@inline
function found(any: bool, v: v128): bool {
  return any ? v128.any_true(v) : !i8x16.all_true(v)
}

// @ts-ignore: decorator
@inline
function search(any: bool, x: usize, n: i32): bool {
  for (; n >= 16; n -= 16) {
    if (found(any, v128.load(x))) return true
    x += 16
  }
  for (; n > 0; n--) {
    if (load<u8>(x) == <u8>any) return true
    x++
  }
  return false
}

// @ts-ignore: decorator
@inline
function rows(any: bool, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const n = c.n
  for (; begin < end; begin++) {
    const decided = search(any, c.x + <usize>begin * <usize>n, n)
    store<u8>(c.y + <usize>begin, <u8>(decided == any))
  }
}

// @ts-ignore: decorator
@inline
function combine(any: bool, a: v128, b: v128): v128 {
  return any ? v128.or(a, b) : v128.and(a, b)
}

// @ts-ignore: decorator
@inline
function columns(any: bool, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const inner = c.inner
  const strip = c.strip
  const strips = (inner + strip - 1) / strip
  for (; begin < end; begin++) {
    const o = begin / strips
    const column = (begin - o * strips) * strip
    const n = <usize>min(strip, inner - column)
    let x = c.x + <usize>o * <usize>c.n * <usize>inner + <usize>column
    const y = c.y + <usize>o * <usize>inner + <usize>column
    memory.copy(y, x, n)
    for (let r = 1; r < c.n; r++) {
      x += <usize>inner
      let j: usize = 0
      for (; j + 16 <= n; j += 16) v128.store(y + j, combine(any, v128.load(y + j), v128.load(x + j)))
      for (; j < n; j++) {
        const a = load<u8>(y + j), b = load<u8>(x + j)
        store<u8>(y + j, any ? a | b : a & b)
      }
      // Nothing changes any more where the opposite of what is looked for is not left.
      if (r % BLOCK == 0 && !search(!any, y, <i32>n)) break
    }
  }
}

export function any_u8_rows(cmd: usize, begin: i32, end: i32): void {
  rows(true, cmd, begin, end)
}

export function any_u8_columns(cmd: usize, begin: i32, end: i32): void {
  columns(true, cmd, begin, end)
}

export function all_u8_rows(cmd: usize, begin: i32, end: i32): void {
  rows(false, cmd, begin, end)
}

export function all_u8_columns(cmd: usize, begin: i32, end: i32): void {
  columns(false, cmd, begin, end)
}
