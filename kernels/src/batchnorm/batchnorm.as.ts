import { BatchNormCmd, BatchNormTablesCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'

export function batchnorm_tables_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<BatchNormTablesCmd>(cmd)
  const channels = <usize>c.channels << 2
  const table = <usize>c.period << 2
  let at = (<usize>begin << 2) % channels
  for (let i = c.tables + (<usize>begin << 2); i < c.tables + (<usize>end << 2); i += 4) {
    const scale: f64 = c.scale == 0 ? 1 : <f64>load<f32>(c.scale + at)
    const offset: f64 = c.offset == 0 ? 0 : <f64>load<f32>(c.offset + at)
    const factor = scale / sqrt(<f64>load<f32>(c.variance + at) + <f64>c.epsilon)
    store<f32>(i, <f32>factor)
    store<f32>(i + table, <f32>(offset - <f64>load<f32>(c.mean + at) * factor))
    at += 4
    if (at == channels) at = 0
  }
}

/** Bytes of a row, beyond which eight rows at once would push each other out of the first-level cache where rows are a multiple of 4 KB. */
const LONG: usize = 512

/** Sixteen neighbours, two pairs of vectors for 256-bit operations: x factor + offset. */
// @ts-ignore: decorator
@inline
function sixteen(x: usize, y: usize, f0: v128, f1: v128, f2: v128, f3: v128, o0: v128, o1: v128, o2: v128, o3: v128): void {
  const v0 = fma(v128.load(x), f0, o0)
  const v1 = fma(v128.load(x, 16), f1, o1)
  const v2 = fma(v128.load(x, 32), f2, o2)
  const v3 = fma(v128.load(x, 48), f3, o3)
  v128.store(y, v1, 16)
  v128.store(y, v0)
  v128.store(y, v3, 48)
  v128.store(y, v2, 32)
}

/** The same for four rows of `bytes`. */
// @ts-ignore: decorator
@inline
function four(x: usize, y: usize, bytes: usize, f0: v128, f1: v128, f2: v128, f3: v128, o0: v128, o1: v128, o2: v128, o3: v128): void {
  sixteen(x, y, f0, f1, f2, f3, o0, o1, o2, o3)
  sixteen(x + bytes, y + bytes, f0, f1, f2, f3, o0, o1, o2, o3)
  x += 2 * bytes
  y += 2 * bytes
  sixteen(x, y, f0, f1, f2, f3, o0, o1, o2, o3)
  sixteen(x + bytes, y + bytes, f0, f1, f2, f3, o0, o1, o2, o3)
}

/** Four rows of `bytes`, or eight, for which the tables are read once. */
// @ts-ignore: decorator
@inline
function rowsTogether(eight: bool, x: usize, y: usize, bytes: usize, factor: usize, offset: usize): void {
  const step = 4 * bytes
  let i: usize = 0
  for (; i + 64 <= bytes; i += 64) {
    const f0 = v128.load(factor + i)
    const f1 = v128.load(factor + i, 16)
    const f2 = v128.load(factor + i, 32)
    const f3 = v128.load(factor + i, 48)
    const o0 = v128.load(offset + i)
    const o1 = v128.load(offset + i, 16)
    const o2 = v128.load(offset + i, 32)
    const o3 = v128.load(offset + i, 48)
    const from = x + i
    const to = y + i
    four(from, to, bytes, f0, f1, f2, f3, o0, o1, o2, o3)
    if (eight) four(from + step, to + step, bytes, f0, f1, f2, f3, o0, o1, o2, o3)
  }
  if (i == bytes) return
  for (const end = eight ? x + 2 * step : x + step; x < end; x += bytes) {
    restOfRow(x, y, i, bytes, factor, offset)
    y += bytes
  }
}

function fourRows(x: usize, y: usize, bytes: usize, factor: usize, offset: usize): void {
  rowsTogether(false, x, y, bytes, factor, offset)
}

function eightRows(x: usize, y: usize, bytes: usize, factor: usize, offset: usize): void {
  rowsTogether(true, x, y, bytes, factor, offset)
}

/** One row, from byte i on. */
function restOfRow(x: usize, y: usize, i: usize, bytes: usize, factor: usize, offset: usize): void {
  for (; i + 16 <= bytes; i += 16)
    v128.store(y + i, fma(v128.load(x + i), v128.load(factor + i), v128.load(offset + i)))
  for (; i < bytes; i += 4)
    v128.store_lane<f32>(y + i, fma(v128.load32_zero(x + i), v128.load32_zero(factor + i), v128.load32_zero(offset + i)), 0)
}

export function batchnorm_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<BatchNormCmd>(cmd)
  const bytes = <usize>c.channels << 2
  const factor = c.tables
  const offset = factor + (<usize>c.period << 2)
  let x = c.x + <usize>begin * bytes
  let y = c.y + <usize>begin * bytes
  let rows = end - begin
  if (bytes <= LONG) {
    for (; rows >= 8; rows -= 8) {
      eightRows(x, y, bytes, factor, offset)
      x += 8 * bytes
      y += 8 * bytes
    }
  }
  for (; rows >= 4; rows -= 4) {
    fourRows(x, y, bytes, factor, offset)
    x += 4 * bytes
    y += 4 * bytes
  }
  for (; rows > 0; rows--) {
    restOfRow(x, y, 0, bytes, factor, offset)
    x += bytes
    y += bytes
  }
}
