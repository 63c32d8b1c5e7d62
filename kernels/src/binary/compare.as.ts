import { compareRow } from './rows.as'
import { walk } from './walk.as'

// @ts-ignore: decorator
@inline
function compare(cmd: usize, begin: i32, end: i32, f: (a: usize, b: usize, y: usize, n: i32, mode: i32) => void): void {
  walk(cmd, begin, end, 2, 0, f)
}

export function equal_f32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => f32x4.eq(a, b)))
}

export function not_equal_f32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => f32x4.ne(a, b)))
}

export function greater_f32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => f32x4.gt(a, b)))
}

export function greater_equal_f32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => f32x4.ge(a, b)))
}

export function less_f32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => f32x4.lt(a, b)))
}

export function less_equal_f32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => f32x4.le(a, b)))
}

export function equal_i32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => i32x4.eq(a, b)))
}

export function not_equal_i32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => i32x4.ne(a, b)))
}

export function greater_i32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => i32x4.gt_s(a, b)))
}

export function greater_equal_i32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => i32x4.ge_s(a, b)))
}

export function less_i32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => i32x4.lt_s(a, b)))
}

export function less_equal_i32(cmd: usize, begin: i32, end: i32): void {
  compare(cmd, begin, end, (a, b, y, n, mode) => compareRow(a, b, y, n, mode, (a, b) => i32x4.le_s(a, b)))
}
