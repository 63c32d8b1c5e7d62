import { fma } from '../runtime/simd.as'

/**
 * As `shallow_f32`, for 256-bit operations: both halves of a panel at once, all of them loaded before the first is stored, and of two stores the
 * upper one first.
 */
export function shallow_f32_wide(
  rows: i32, panels: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, step: usize, c: usize, cStep: usize,
): void {
  const height = k <= 2 ? 4 : 6 - k
  for (; rows >= height; rows -= height) {
    if (k == 1) strip(4, 1, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else if (k == 2) strip(4, 2, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else if (k == 3) strip(3, 3, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else strip(2, 4, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    a += <usize>height * aStep
    c += <usize>height * cStep
  }
  for (; rows > 0; rows--) {
    if (k == 1) strip(1, 1, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else if (k == 2) strip(1, 2, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else if (k == 3) strip(1, 3, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else strip(1, 4, panels, a, aStep, b, bStep, pStep, init, step, c, cStep)
    a += aStep
    c += cStep
  }
}

/** `rows` and `k` are constants. */
// @ts-ignore: decorator
@inline
function strip(
  rows: i32, k: i32, panels: i32, a0: usize, aStep: usize, b0: usize, bStep: usize, pStep: usize,
  init: usize, step: usize, c0: usize, cStep: usize,
): void {
  const a1 = a0 + aStep
  const a2 = a1 + aStep
  const a3 = a2 + aStep
  const zero = f32x4.splat(0)
  // x[row][k]
  const x00 = v128.load32_splat(a0)
  const x01 = k > 1 ? v128.load32_splat(a0, 4) : zero
  const x02 = k > 2 ? v128.load32_splat(a0, 8) : zero
  const x03 = k > 3 ? v128.load32_splat(a0, 12) : zero
  const x10 = rows > 1 ? v128.load32_splat(a1) : zero
  const x11 = rows > 1 && k > 1 ? v128.load32_splat(a1, 4) : zero
  const x12 = rows > 1 && k > 2 ? v128.load32_splat(a1, 8) : zero
  const x13 = rows > 1 && k > 3 ? v128.load32_splat(a1, 12) : zero
  const x20 = rows > 2 ? v128.load32_splat(a2) : zero
  const x21 = rows > 2 && k > 1 ? v128.load32_splat(a2, 4) : zero
  const x22 = rows > 2 && k > 2 ? v128.load32_splat(a2, 8) : zero
  const x30 = rows > 3 ? v128.load32_splat(a3) : zero
  const x31 = rows > 3 && k > 1 ? v128.load32_splat(a3, 4) : zero
  for (; panels > 0; panels--) {
    // s[row][vector]
    const start0 = v128.load(init), start1 = v128.load(init, 16)
    let y0 = v128.load(b0), y1 = v128.load(b0, 16)
    // Few pointers: V8 would spill those of each row.
    let q = b0
    let s00 = fma(x00, y0, start0), s01 = fma(x00, y1, start1)
    let s10 = rows > 1 ? fma(x10, y0, start0) : zero, s11 = rows > 1 ? fma(x10, y1, start1) : zero
    let s20 = rows > 2 ? fma(x20, y0, start0) : zero, s21 = rows > 2 ? fma(x20, y1, start1) : zero
    let s30 = rows > 3 ? fma(x30, y0, start0) : zero, s31 = rows > 3 ? fma(x30, y1, start1) : zero
    if (k > 1) {
      q += bStep
      y0 = v128.load(q)
      y1 = v128.load(q, 16)
      s00 = fma(x01, y0, s00)
      s01 = fma(x01, y1, s01)
      if (rows > 1) s10 = fma(x11, y0, s10)
      if (rows > 1) s11 = fma(x11, y1, s11)
      if (rows > 2) s20 = fma(x21, y0, s20)
      if (rows > 2) s21 = fma(x21, y1, s21)
      if (rows > 3) s30 = fma(x31, y0, s30)
      if (rows > 3) s31 = fma(x31, y1, s31)
    }
    if (k > 2) {
      q += bStep
      y0 = v128.load(q)
      y1 = v128.load(q, 16)
      s00 = fma(x02, y0, s00)
      s01 = fma(x02, y1, s01)
      if (rows > 1) s10 = fma(x12, y0, s10)
      if (rows > 1) s11 = fma(x12, y1, s11)
      if (rows > 2) s20 = fma(x22, y0, s20)
      if (rows > 2) s21 = fma(x22, y1, s21)
    }
    if (k > 3) {
      q += bStep
      y0 = v128.load(q)
      y1 = v128.load(q, 16)
      s00 = fma(x03, y0, s00)
      s01 = fma(x03, y1, s01)
      if (rows > 1) s10 = fma(x13, y0, s10)
      if (rows > 1) s11 = fma(x13, y1, s11)
    }
    let p = c0
    v128.store(p, s01, 16)
    v128.store(p, s00)
    if (rows > 1) {
      p += cStep
      v128.store(p, s11, 16)
      v128.store(p, s10)
    }
    if (rows > 2) {
      p += cStep
      v128.store(p, s21, 16)
      v128.store(p, s20)
    }
    if (rows > 3) {
      p += cStep
      v128.store(p, s31, 16)
      v128.store(p, s30)
    }
    init += step
    b0 += pStep
    c0 += 32
  }
}
