import { fma } from '../runtime/simd.as'

/**
 * C[rows, 8 panels] = init + A[rows, k] . B[k, 8 panels] for k from 1 to 4, with init the same for each row, `step` bytes further with each
 * panel (or 0: zeros). So little is done to each number of C that numbers of A stay in registers along a row, and C is written line by line.
 */
export function shallow_f32(
  rows: i32, panels: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, step: usize, c: usize, cStep: usize,
): void {
  // As many rows as leave registers for products.
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
    for (let half: usize = 0; half < 32; half += 16) {
      const start = v128.load(init + half)
      // Few pointers: V8 would spill those of each row.
      let q = b0 + half
      const y0 = v128.load(q)
      let s0 = fma(x00, y0, start)
      let s1 = rows > 1 ? fma(x10, y0, start) : zero
      let s2 = rows > 2 ? fma(x20, y0, start) : zero
      let s3 = rows > 3 ? fma(x30, y0, start) : zero
      if (k > 1) {
        q += bStep
        const y1 = v128.load(q)
        s0 = fma(x01, y1, s0)
        if (rows > 1) s1 = fma(x11, y1, s1)
        if (rows > 2) s2 = fma(x21, y1, s2)
        if (rows > 3) s3 = fma(x31, y1, s3)
      }
      if (k > 2) {
        q += bStep
        const y2 = v128.load(q)
        s0 = fma(x02, y2, s0)
        if (rows > 1) s1 = fma(x12, y2, s1)
        if (rows > 2) s2 = fma(x22, y2, s2)
      }
      if (k > 3) {
        q += bStep
        const y3 = v128.load(q)
        s0 = fma(x03, y3, s0)
        if (rows > 1) s1 = fma(x13, y3, s1)
      }
      let p = c0 + half
      v128.store(p, s0)
      if (rows > 1) {
        p += cStep
        v128.store(p, s1)
      }
      if (rows > 2) {
        p += cStep
        v128.store(p, s2)
      }
      if (rows > 3) {
        p += cStep
        v128.store(p, s3)
      }
    }
    init += step
    b0 += pStep
    c0 += 32
  }
}
