import { BatchNormCmd, BatchNormTablesCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'

export function batchnorm_tables_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<BatchNormTablesCmd>(cmd)
  const channels = <usize>c.channels << 2
  const table = <usize>c.period << 2
  let at = (<usize>begin << 2) % channels
  for (let i = c.tables + (<usize>begin << 2); i < c.tables + (<usize>end << 2); i += 4) {
    const scale: f64 = c.scale == 0 ? 1 : <f64>load<f32>(c.scale + at)
    store<f32>(i, load<f32>(c.mean + at))
    store<f32>(i + table, <f32>(scale / sqrt(<f64>load<f32>(c.variance + at) + <f64>c.epsilon)))
    store<f32>(i + 2 * table, c.offset == 0 ? 0 : load<f32>(c.offset + at))
    at += 4
    if (at == channels) at = 0
  }
}

/** Eight neighbours, a pair of vectors for 256-bit operations: (x - mean) factor + offset. */
// @ts-ignore: decorator
@inline
function eight(x: usize, y: usize, m0: v128, m1: v128, f0: v128, f1: v128, o0: v128, o1: v128): void {
  const v0 = fma(f32x4.sub(v128.load(x), m0), f0, o0)
  const v1 = fma(f32x4.sub(v128.load(x, 16), m1), f1, o1)
  v128.store(y, v1, 16)
  v128.store(y, v0)
}

/** Four rows of `bytes`, for which the tables are read once. */
function fourRows(x: usize, y: usize, bytes: usize, mean: usize, factor: usize, offset: usize): void {
  const step = 2 * bytes
  let i: usize = 0
  for (; i + 32 <= bytes; i += 32) {
    const m0 = v128.load(mean + i)
    const m1 = v128.load(mean + i, 16)
    const f0 = v128.load(factor + i)
    const f1 = v128.load(factor + i, 16)
    const o0 = v128.load(offset + i)
    const o1 = v128.load(offset + i, 16)
    const from = x + i
    const to = y + i
    eight(from, to, m0, m1, f0, f1, o0, o1)
    eight(from + bytes, to + bytes, m0, m1, f0, f1, o0, o1)
    eight(from + step, to + step, m0, m1, f0, f1, o0, o1)
    eight(from + step + bytes, to + step + bytes, m0, m1, f0, f1, o0, o1)
  }
  if (i == bytes) return
  for (const end = x + 2 * step; x < end; x += bytes) {
    restOfRow(x, y, i, bytes, mean, factor, offset)
    y += bytes
  }
}

/** One row, from byte i on. */
function restOfRow(x: usize, y: usize, i: usize, bytes: usize, mean: usize, factor: usize, offset: usize): void {
  for (; i + 16 <= bytes; i += 16)
    v128.store(y + i, fma(f32x4.sub(v128.load(x + i), v128.load(mean + i)), v128.load(factor + i), v128.load(offset + i)))
  for (; i < bytes; i += 4) {
    const d = f32x4.sub(v128.load32_zero(x + i), v128.load32_zero(mean + i))
    v128.store_lane<f32>(y + i, fma(d, v128.load32_zero(factor + i), v128.load32_zero(offset + i)), 0)
  }
}

export function batchnorm_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<BatchNormCmd>(cmd)
  const bytes = <usize>c.channels << 2
  const mean = c.tables
  const factor = mean + (<usize>c.period << 2)
  const offset = factor + (<usize>c.period << 2)
  let x = c.x + <usize>begin * bytes
  let y = c.y + <usize>begin * bytes
  let rows = end - begin
  for (; rows >= 4; rows -= 4) {
    fourRows(x, y, bytes, mean, factor, offset)
    x += 4 * bytes
    y += 4 * bytes
  }
  for (; rows > 0; rows--) {
    restOfRow(x, y, 0, bytes, mean, factor, offset)
    x += bytes
    y += bytes
  }
}
