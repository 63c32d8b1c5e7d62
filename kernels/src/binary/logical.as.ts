import { SCALAR_VECTOR, walk } from './walk.as'

// @ts-ignore: decorator
@inline
function byteRow(a: usize, b: usize, y: usize, n: i32, mode: i32, f: (a: v128, b: v128) => v128): void {
  if (mode == SCALAR_VECTOR) {
    const swap = a
    a = b
    b = swap
  }
  const scalar = mode != 0
  const v = v128.load8_splat(b)
  for (; n >= 16; n -= 16) {
    v128.store(y, f(v128.load(a), scalar ? v : v128.load(b)))
    a += 16
    if (!scalar) b += 16
    y += 16
  }
  for (; n > 0; n--) {
    v128.store_lane<u8>(y, f(v128.load8_splat(a), v128.load8_splat(b)), 0)
    a += 1
    if (!scalar) b += 1
    y += 1
  }
}

export function logical_and(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 0, 0, (a, b, y, n, mode) => byteRow(a, b, y, n, mode, (a, b) => v128.and(a, b)))
}

export function logical_or(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 0, 0, (a, b, y, n, mode) => byteRow(a, b, y, n, mode, (a, b) => v128.or(a, b)))
}

// Of bytes that are 0 or 1.

export function equal_u8(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 0, 0, (a, b, y, n, mode) =>
    byteRow(a, b, y, n, mode, (a, b) => v128.andnot(i8x16.splat(1), v128.xor(a, b)))
  )
}

export function not_equal_u8(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 0, 0, (a, b, y, n, mode) => byteRow(a, b, y, n, mode, (a, b) => v128.xor(a, b)))
}
