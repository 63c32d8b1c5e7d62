import { Conv2dCmd } from '../generated/commands.as'
import { copy_columns_f32 } from '../gemm/pack.as'
import { fma } from '../runtime/simd.as'
import { scratch } from '../runtime/scratch.as'
import { eachRow, filterPixels, ZEROS } from './rows.as'

/** Pixels that are computed together. */
const TOGETHER = 4
const PANEL_BYTES: usize = 9 << 5

/** `conv2d_rows_f32_nhwc` for a filter of 3x3 over one channel, not dilated within a row, of strideWidth 1. The same bits. */
export function conv2d_nine_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  eachRow(cmd, begin, end, (c, pixels, from, step, y, yPixel) => {
    if (pixels < TOGETHER) filterPixels(c, pixels, from, step, y, yPixel)
    else filterChannels(c, pixels, from, step, y, yPixel)
  })
}

/** As `filterPixels`, 4 channels at a time: half a panel. */
function filterChannels(c: Conv2dCmd, pixels: i32, from: usize, step: usize, y: usize, yPixel: usize): void {
  const n = c.outChannels
  for (let o = 0; o < n; o += 4) {
    const half = c.panels + PANEL_BYTES * (o >> 3) + ((o & 4) << 2)
    const bias = c.bias ? c.bias + (<usize>o << 2) : ZEROS
    if (n - o >= 4) nine_f32_4x4(pixels, from, step, half, bias, y, yPixel)
    else {
      copy_columns_f32(bias, 0, scratch, 0, 1, n - o)
      nine_f32_4x4(pixels, from, step, half, scratch, scratch + 32, 16)
      copy_columns_f32(scratch + 32, 16, y, yPixel, pixels, n - o)
    }
    y += 16
  }
}

/**
 * C[pixels, 4] = init[4] + sum a[i, pixel + j] * b[3 * i + j, 4] over i and j of 0, 1, 2; 4 pixels and more. Rows of a lie `aRow` bytes apart,
 * those of b 32, of C `cStep`. The last 4 pixels may overlap those before: they are written twice, alike.
 *
 * Filter and sums fill the registers, and each number of a is loaded once for all pixels. V8 would load those of all columns first, and then spill
 * them: it moves loads as it likes within a block. So each column ends its block, with a branch that is never taken (aRow is a multiple of 4) and
 * that no other makes redundant.
 */
function nine_f32_4x4(pixels: i32, a: usize, aRow: usize, b: usize, init: usize, c: usize, cStep: usize): void {
  const f00 = v128.load(b), f01 = v128.load(b, 32), f02 = v128.load(b, 64)
  const f10 = v128.load(b, 96), f11 = v128.load(b, 128), f12 = v128.load(b, 160)
  const f20 = v128.load(b, 192), f21 = v128.load(b, 224), f22 = v128.load(b, 256)
  const bias = v128.load(init)
  while (pixels > 0) {
    if (pixels < TOGETHER) {
      const back = <usize>(TOGETHER - pixels)
      a -= back << 2
      c -= cStep * back
    }
    let p = a
    let v = v128.load32_splat(p)
    let s0 = fma(v, f00, bias)
    if (aRow == 1) return
    v = v128.load32_splat(p, 4)
    s0 = fma(v, f01, s0)
    let s1 = fma(v, f00, bias)
    if (aRow == 5) return
    v = v128.load32_splat(p, 8)
    s0 = fma(v, f02, s0)
    s1 = fma(v, f01, s1)
    let s2 = fma(v, f00, bias)
    if (aRow == 9) return
    v = v128.load32_splat(p, 12)
    s1 = fma(v, f02, s1)
    s2 = fma(v, f01, s2)
    let s3 = fma(v, f00, bias)
    if (aRow == 13) return
    v = v128.load32_splat(p, 16)
    s2 = fma(v, f02, s2)
    s3 = fma(v, f01, s3)
    if (aRow == 17) return
    v = v128.load32_splat(p, 20)
    s3 = fma(v, f02, s3)
    if (aRow == 21) return
    p += aRow
    v = v128.load32_splat(p)
    s0 = fma(v, f10, s0)
    if (aRow == 25) return
    v = v128.load32_splat(p, 4)
    s0 = fma(v, f11, s0)
    s1 = fma(v, f10, s1)
    if (aRow == 29) return
    v = v128.load32_splat(p, 8)
    s0 = fma(v, f12, s0)
    s1 = fma(v, f11, s1)
    s2 = fma(v, f10, s2)
    if (aRow == 33) return
    v = v128.load32_splat(p, 12)
    s1 = fma(v, f12, s1)
    s2 = fma(v, f11, s2)
    s3 = fma(v, f10, s3)
    if (aRow == 37) return
    v = v128.load32_splat(p, 16)
    s2 = fma(v, f12, s2)
    s3 = fma(v, f11, s3)
    if (aRow == 41) return
    v = v128.load32_splat(p, 20)
    s3 = fma(v, f12, s3)
    if (aRow == 45) return
    p += aRow
    v = v128.load32_splat(p)
    s0 = fma(v, f20, s0)
    if (aRow == 49) return
    v = v128.load32_splat(p, 4)
    s0 = fma(v, f21, s0)
    s1 = fma(v, f20, s1)
    if (aRow == 53) return
    v = v128.load32_splat(p, 8)
    s0 = fma(v, f22, s0)
    s1 = fma(v, f21, s1)
    s2 = fma(v, f20, s2)
    if (aRow == 57) return
    v = v128.load32_splat(p, 12)
    s1 = fma(v, f22, s1)
    s2 = fma(v, f21, s2)
    s3 = fma(v, f20, s3)
    if (aRow == 61) return
    v = v128.load32_splat(p, 16)
    s2 = fma(v, f22, s2)
    s3 = fma(v, f21, s3)
    if (aRow == 65) return
    v = v128.load32_splat(p, 20)
    s3 = fma(v, f22, s3)
    v128.store(c, s0)
    c += cStep
    v128.store(c, s1)
    c += cStep
    v128.store(c, s2)
    c += cStep
    v128.store(c, s3)
    c += cStep
    a += 4 * TOGETHER
    pixels -= TOGETHER
  }
}
