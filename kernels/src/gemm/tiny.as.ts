import { GemmTinyCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'

/** Products whose last numbers are written one by one: as many hold the vector of C, or of B, that begins in the last but one. */
const EXACT: i32 = 3

/** See `gemmTiny` in command.ts. */
export function gemm_tiny_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<GemmTinyCmd>(cmd)
  const whole = c.bColumn == 1 && c.batchB > 0 ? max(end - EXACT, begin) : begin
  products(c, false, begin, whole)
  products(c, true, whole, end)
}

/** `exact`, a constant: nothing is read or written behind the numbers of a row. Otherwise the rows after it are written thereafter. */
// @ts-ignore: decorator
@inline
function products(c: GemmTinyCmd, exact: bool, begin: i32, end: i32): void {
  const n = c.n
  const aRow = <usize>c.aRow << 2
  const aColumn = <usize>c.aColumn << 2
  const bRow = <usize>c.bRow << 2
  const bColumn = <usize>c.bColumn << 2
  let out = c.c + (<usize>(begin * c.m * n) << 2)
  for (let item = begin; item < end; item++) {
    let a = c.a + (<usize>(item * c.batchA) << 2)
    const b = c.b + (<usize>(item * c.batchB) << 2)
    for (let i = c.m; i > 0; i--) {
      let sum = f32x4.splat(0)
      let p = a
      let q = b
      for (let k = c.k; k > 0; k--) {
        sum = fma(v128.load32_splat(p), exact ? gather(q, bColumn, n) : v128.load(q), sum)
        p += aColumn
        q += bRow
      }
      if (exact) scatter(out, sum, n)
      else v128.store(out, sum)
      a += aRow
      out += <usize>n << 2
    }
  }
}

/** `count` (1 to 4) numbers `step` bytes apart. */
// @ts-ignore: decorator
@inline
function gather(p: usize, step: usize, count: i32): v128 {
  let v = v128.load32_zero(p)
  if (count > 1) v = v128.load_lane<f32>(p + step, v, 1)
  if (count > 2) v = v128.load_lane<f32>(p + 2 * step, v, 2)
  if (count > 3) v = v128.load_lane<f32>(p + 3 * step, v, 3)
  return v
}

// @ts-ignore: decorator
@inline
function scatter(p: usize, v: v128, count: i32): void {
  v128.store_lane<f32>(p, v, 0)
  if (count > 1) v128.store_lane<f32>(p, v, 1, 4)
  if (count > 2) v128.store_lane<f32>(p, v, 2, 8)
  if (count > 3) v128.store_lane<f32>(p, v, 3, 12)
}
