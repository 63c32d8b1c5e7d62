import { tile_f32_1x8 } from '../gemm/tile_low.as'
import { scratch } from '../runtime/scratch.as'
import { fma } from '../runtime/simd.as'

/** y[n] += x[k] . M, where M is in panels of 8 columns, one behind the other, as `packB` makes them; what lies behind column n is 0. */
export function panels(n: i32, k: i32, x: usize, m: usize, y: usize): void {
  const step = <usize>k << 5
  for (; n >= 32; n -= 32) {
    fourPanels(k, x, m, step, y)
    m += 4 * step
    y += 128
  }
  for (; n >= 8; n -= 8) {
    tile_f32_1x8(k, x, m, 32, y, y)
    m += step
    y += 32
  }
  if (n > 0) {
    const zero = f32x4.splat(0)
    v128.store(scratch, zero, 16)
    v128.store(scratch, zero)
    tile_f32_1x8(k, x, m, 32, scratch, scratch)
    for (let i: usize = 0; i < <usize>n << 2; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(scratch + i))
  }
}

/** Four panels `step` bytes apart: as many sums as the multipliers can work on at once, and each number of x is read once for all. */
function fourPanels(k: i32, x: usize, m0: usize, step: usize, y: usize): void {
  let m1 = m0 + step
  let m2 = m1 + step
  let m3 = m2 + step
  let s00 = v128.load(y), s01 = v128.load(y, 16), s10 = v128.load(y, 32), s11 = v128.load(y, 48)
  let s20 = v128.load(y, 64), s21 = v128.load(y, 80), s30 = v128.load(y, 96), s31 = v128.load(y, 112)
  for (; k > 0; k--) {
    const v = v128.load32_splat(x)
    s00 = fma(v, v128.load(m0), s00)
    s01 = fma(v, v128.load(m0, 16), s01)
    s10 = fma(v, v128.load(m1), s10)
    s11 = fma(v, v128.load(m1, 16), s11)
    s20 = fma(v, v128.load(m2), s20)
    s21 = fma(v, v128.load(m2, 16), s21)
    s30 = fma(v, v128.load(m3), s30)
    s31 = fma(v, v128.load(m3, 16), s31)
    x += 4
    m0 += 32
    m1 += 32
    m2 += 32
    m3 += 32
  }
  v128.store(y, s01, 16)
  v128.store(y, s00)
  v128.store(y, s11, 48)
  v128.store(y, s10, 32)
  v128.store(y, s21, 80)
  v128.store(y, s20, 64)
  v128.store(y, s31, 112)
  v128.store(y, s30, 96)
}
