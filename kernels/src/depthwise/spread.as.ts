import { fma, loadHead, storeHead } from '../runtime/simd.as'
import { scratch } from '../runtime/scratch.as'

// How four neighbouring numbers of `a`, one for each of four outputs, are loaded: constants, so that each loop compiles its own.
/** The four are the same number: multipliers of 4, 8, ... */
const SPLAT: i32 = 0
/** They lie among four numbers, which a swizzle arranges. */
const SWIZZLE: i32 = 1
/** So, too, but there are fewer than four numbers to load. */
const FEW: i32 = 2

/** What {@link spread_table} writes for four outputs: the bytes from a's first number to those it loads, and how to arrange them. */
const ENTRY: usize = 32

// @ts-ignore: decorator
@inline

/** Prepares {@link dot_spread_f32} for `channels` numbers, each of which is multiplied by `multiplier` numbers. */
export function spread_table(channels: i32, multiplier: i32): void {
  const outputs = channels * multiplier
  let at = scratch
  for (let o = 0; o < outputs; o += 4) {
    const first = max(0, min(o / multiplier, channels - 4))
    const start = multiplier & 3 ? first : o / multiplier
    store<u32>(at, start << 2)
    for (let lane = 0; lane < 4; lane++) {
      const from = min(o + lane, outputs - 1) / multiplier - start
      for (let byte = 0; byte < 4; byte++) store<u8>(at + 16 + <usize>((lane << 2) + byte), <u8>((from << 2) + byte))
    }
    at += ENTRY
  }
}

/**
 * y[o] = init[o] + the sum of a[r, c, o / multiplier] * b[r, c, o] over r in [0, rows), c in [0, columns), for o in
 * [0, channels * multiplier). `aRow`, `aPixel`, `bRow` and `bPixel` are the bytes from an r or c to the next. `init` may be y, or 0
 * for zeros. {@link spread_table} was called before, and the start of scratch was left alone since.
 */
export function dot_spread_f32(
  a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32,
  multiplier: i32, init: usize, y: usize,
): void {
  const outputs = channels * multiplier
  if ((multiplier & 3) == 0) spread(SPLAT, a, aRow, aPixel, b, bRow, bPixel, rows, columns, channels, outputs, init, y)
  else if (channels >= 4) spread(SWIZZLE, a, aRow, aPixel, b, bRow, bPixel, rows, columns, channels, outputs, init, y)
  else spread(FEW, a, aRow, aPixel, b, bRow, bPixel, rows, columns, channels, outputs, init, y)
}

/** `mode` is a constant. */
// @ts-ignore: decorator
@inline
function spread(
  mode: i32, a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32,
  outputs: i32, init: usize, y: usize,
): void {
  let table = scratch
  for (; outputs >= 16; outputs -= 16) {
    fourVectors(mode, table, a, aRow, aPixel, b, bRow, bPixel, rows, columns, channels, init, y)
    table += 4 * ENTRY
    b += 64
    y += 64
    if (init) init += 64
  }
  for (; outputs > 0; outputs -= 4) {
    oneVector(mode, table, a, aRow, aPixel, b, bRow, bPixel, rows, columns, channels, min(outputs, 4), init, y)
    table += ENTRY
    b += 16
    y += 16
    if (init) init += 16
  }
}

// @ts-ignore: decorator
@inline
function load4(mode: i32, a: usize, order: v128, channels: i32): v128 {
  if (mode == SPLAT) return v128.load32_splat(a)
  const v = mode == FEW ? loadHead(a, channels) : v128.load(a)
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(v, order) : i8x16.swizzle(v, order)
}

/** 16 outputs. */
// @ts-ignore: decorator
@inline
function fourVectors(
  mode: i32, table: usize, a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32,
  channels: i32, init: usize, y: usize,
): void {
  const a0 = <usize>load<u32>(table), a1 = <usize>load<u32>(table, 32)
  const a2 = <usize>load<u32>(table, 64), a3 = <usize>load<u32>(table, 96)
  const o0 = v128.load(table, 16), o1 = v128.load(table, 48), o2 = v128.load(table, 80), o3 = v128.load(table, 112)
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
  if (init) {
    s0 = v128.load(init)
    s1 = v128.load(init, 16)
    s2 = v128.load(init, 32)
    s3 = v128.load(init, 48)
  }
  for (; rows > 0; rows--) {
    let p = a
    let q = b
    for (let c = columns; c > 0; c--) {
      s0 = fma(load4(mode, p + a0, o0, channels), v128.load(q), s0)
      s1 = fma(load4(mode, p + a1, o1, channels), v128.load(q, 16), s1)
      s2 = fma(load4(mode, p + a2, o2, channels), v128.load(q, 32), s2)
      s3 = fma(load4(mode, p + a3, o3, channels), v128.load(q, 48), s3)
      p += aPixel
      q += bPixel
    }
    a += aRow
    b += bRow
  }
  v128.store(y, s1, 16)
  v128.store(y, s0)
  v128.store(y, s3, 48)
  v128.store(y, s2, 32)
}

/** 1 to 4 outputs. */
// @ts-ignore: decorator
@inline
function oneVector(
  mode: i32, table: usize, a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32,
  channels: i32, count: i32, init: usize, y: usize,
): void {
  a += <usize>load<u32>(table)
  const order = v128.load(table, 16)
  let s = f32x4.splat(0)
  if (init) s = count == 4 ? v128.load(init) : loadHead(init, count)
  for (; rows > 0; rows--) {
    let p = a
    let q = b
    for (let c = columns; c > 0; c--) {
      s = fma(load4(mode, p, order, channels), count == 4 ? v128.load(q) : loadHead(q, count), s)
      p += aPixel
      q += bPixel
    }
    a += aRow
    b += bRow
  }
  if (count == 4) v128.store(y, s)
  else storeHead(y, s, count)
}
