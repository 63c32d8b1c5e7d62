import { toInt32 } from '../math/int32.as'
import { CumsumCmd } from '../generated/commands.as'
import { fillBytes } from '../runtime/bytes.as'
import { loadHead, storeHead } from '../runtime/simd.as'

/** CUMSUM_STRIP of command.ts. */
const STRIP: i32 = 512

/** What comes before the first number: 0, or 1 before that of a product. */
// @ts-ignore: decorator
@inline
function none<T>(product: bool): T {
  return product ? <T>1 : <T>0
}

/** A product of i32 is one of doubles, taken modulo 2^32. */
// @ts-ignore: decorator
@inline
function combine<T>(product: bool, total: T, x: T): T {
  if (!product) return total + x
  return isFloat<T>() ? total * x : <T>toInt32(<f64>total * <f64>x)
}

/** The sums, or products, of one row, from x on in steps of `step` bytes. */
// @ts-ignore: decorator
@inline
function row<T>(product: bool, exclusive: bool, x: usize, y: usize, step: usize, n: i32): void {
  // Adding the first number to 0 would make -0 positive.
  let total = exclusive ? none<T>(product) : load<T>(x)
  store<T>(y, total)
  for (let r = 1; r < n; r++) {
    if (exclusive) total = combine<T>(product, total, load<T>(x))
    x += step
    y += step
    if (!exclusive) total = combine<T>(product, total, load<T>(x))
    store<T>(y, total)
  }
}

/** Those of four rows, `stride` bytes apart, at once: each number waits for the one before it in its row alone. */
// @ts-ignore: decorator
@inline
function rows4<T>(
  product: bool, exclusive: bool, x: usize, y: usize, stride: usize, step: usize, n: i32,
): void {
  let x2 = x + (stride << 1), y2 = y + (stride << 1)
  let t0 = exclusive ? none<T>(product) : load<T>(x)
  let t1 = exclusive ? none<T>(product) : load<T>(x + stride)
  let t2 = exclusive ? none<T>(product) : load<T>(x2)
  let t3 = exclusive ? none<T>(product) : load<T>(x2 + stride)
  store<T>(y, t0)
  store<T>(y + stride, t1)
  store<T>(y2, t2)
  store<T>(y2 + stride, t3)
  for (let r = 1; r < n; r++) {
    if (!exclusive) {
      x += step
      x2 += step
    }
    t0 = combine<T>(product, t0, load<T>(x))
    t1 = combine<T>(product, t1, load<T>(x + stride))
    t2 = combine<T>(product, t2, load<T>(x2))
    t3 = combine<T>(product, t3, load<T>(x2 + stride))
    if (exclusive) {
      x += step
      x2 += step
    }
    y += step
    y2 += step
    store<T>(y, t0)
    store<T>(y + stride, t1)
    store<T>(y2, t2)
    store<T>(y2 + stride, t3)
  }
}

// @ts-ignore: decorator
@inline
function rows<T>(product: bool, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<CumsumCmd>(cmd)
  const n = c.n
  const stride = <usize>n << 2
  const step: usize = c.reverse ? -4 : 4
  let at = <usize>begin * stride + (c.reverse ? stride - 4 : 0)
  // Products of i32 are too rare for code of their own.
  for (; (!product || isFloat<T>()) && begin + 4 <= end; begin += 4) {
    if (c.exclusive) rows4<T>(product, true, c.x + at, c.y + at, stride, step, n)
    else rows4<T>(product, false, c.x + at, c.y + at, stride, step, n)
    at += stride << 2
  }
  for (; begin < end; begin++) {
    if (c.exclusive) row<T>(product, true, c.x + at, c.y + at, step, n)
    else row<T>(product, false, c.x + at, c.y + at, step, n)
    at += stride
  }
}

// @ts-ignore: decorator
@inline
function combineVectors<T>(product: bool, a: v128, b: v128): v128 {
  if (product) return f32x4.mul(a, b)
  return isFloat<T>() ? f32x4.add(a, b) : i32x4.add(a, b)
}

// @ts-ignore: decorator
@inline
function columns<T>(product: bool, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<CumsumCmd>(cmd)
  const n = c.n
  const inner = c.inner
  const stride = <usize>inner << 2
  const step: usize = c.reverse ? 0 - stride : stride
  const strips = (inner + STRIP - 1) / STRIP
  for (; begin < end; begin++) {
    const o = begin / strips
    const column = (begin - o * strips) * STRIP
    const bytes = <usize>min(STRIP, inner - column) << 2
    const at = (<usize>o * <usize>n + (c.reverse ? n - 1 : 0)) * stride + (<usize>column << 2)
    // What row r adds to the sums of the row before: itself, or where exclusive the row before.
    let x = c.exclusive ? c.x + at : c.x + at + step
    let y = c.y + at
    if (c.exclusive) fillBytes(y, bytes, product ? (isFloat<T>() ? reinterpret<i32>(<f32>1) : 1) : 0)
    else memory.copy(y, c.x + at, bytes)
    for (let r = 1; r < n; r++) {
      let j: usize = 0
      if (product && !isFloat<T>()) {
        for (; j < bytes; j += 4) store<T>(y + step + j, combine<T>(true, load<T>(y + j), load<T>(x + j)))
      } else {
        for (; j + 16 <= bytes; j += 16)
          v128.store(y + step + j, combineVectors<T>(product, v128.load(y + j), v128.load(x + j)))
        const left = <i32>(bytes - j) >> 2
        if (left > 0)
          storeHead(y + step + j, combineVectors<T>(product, loadHead(y + j, left), loadHead(x + j, left)), left)
      }
      x += step
      y += step
    }
  }
}

export function cumsum_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows<f32>(false, cmd, begin, end)
}

export function cumsum_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows<i32>(false, cmd, begin, end)
}

export function cumsum_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns<f32>(false, cmd, begin, end)
}

export function cumsum_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns<i32>(false, cmd, begin, end)
}

export function cumprod_f32_rows(cmd: usize, begin: i32, end: i32): void {
  rows<f32>(true, cmd, begin, end)
}

export function cumprod_i32_rows(cmd: usize, begin: i32, end: i32): void {
  rows<i32>(true, cmd, begin, end)
}

export function cumprod_f32_columns(cmd: usize, begin: i32, end: i32): void {
  columns<f32>(true, cmd, begin, end)
}

export function cumprod_i32_columns(cmd: usize, begin: i32, end: i32): void {
  columns<i32>(true, cmd, begin, end)
}
