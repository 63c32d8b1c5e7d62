import { fma } from '../runtime/simd.as'
import { tileHeight } from '../gemm/block.as'
import { outer_f32 } from './outer.as'

/**
 * As `outer` in outer.as.ts for 256-bit operations: the 16 columns of b are `b` and `b + bPanel`, those of init and C likewise
 * 8 each, `cPanel` bytes apart. `rows` is a constant from 2 to 6.
 */
// @ts-ignore: decorator
@inline
function outer(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize,
): void {
  let d = b + bPanel
  let high = init + cPanel
  let c00 = v128.load(init), c01 = v128.load(init, 16), c02 = v128.load(high), c03 = v128.load(high, 16)
  init += iStep
  high += iStep
  let c10 = v128.load(init), c11 = v128.load(init, 16), c12 = v128.load(high), c13 = v128.load(high, 16)
  let c20 = c00, c21 = c01, c22 = c02, c23 = c03
  let c30 = c00, c31 = c01, c32 = c02, c33 = c03
  let c40 = c00, c41 = c01, c42 = c02, c43 = c03
  let c50 = c00, c51 = c01, c52 = c02, c53 = c03
  if (rows > 2) {
    init += iStep
    high += iStep
    c20 = v128.load(init)
    c21 = v128.load(init, 16)
    c22 = v128.load(high)
    c23 = v128.load(high, 16)
  }
  if (rows > 3) {
    init += iStep
    high += iStep
    c30 = v128.load(init)
    c31 = v128.load(init, 16)
    c32 = v128.load(high)
    c33 = v128.load(high, 16)
  }
  if (rows > 4) {
    init += iStep
    high += iStep
    c40 = v128.load(init)
    c41 = v128.load(init, 16)
    c42 = v128.load(high)
    c43 = v128.load(high, 16)
  }
  if (rows > 5) {
    init += iStep
    high += iStep
    c50 = v128.load(init)
    c51 = v128.load(init, 16)
    c52 = v128.load(high)
    c53 = v128.load(high, 16)
  }
  for (; height > 0; height--) {
    for (let i = width; i > 0; i--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(d), b3 = v128.load(d, 16)
      b += bStep
      d += bStep
      let v = v128.load32_splat(a)
      c00 = fma(v, b0, c00)
      c01 = fma(v, b1, c01)
      c02 = fma(v, b2, c02)
      c03 = fma(v, b3, c03)
      v = v128.load32_splat(a, 4)
      c10 = fma(v, b0, c10)
      c11 = fma(v, b1, c11)
      c12 = fma(v, b2, c12)
      c13 = fma(v, b3, c13)
      if (rows > 2) {
        v = v128.load32_splat(a, 8)
        c20 = fma(v, b0, c20)
        c21 = fma(v, b1, c21)
        c22 = fma(v, b2, c22)
        c23 = fma(v, b3, c23)
      }
      if (rows > 3) {
        v = v128.load32_splat(a, 12)
        c30 = fma(v, b0, c30)
        c31 = fma(v, b1, c31)
        c32 = fma(v, b2, c32)
        c33 = fma(v, b3, c33)
      }
      if (rows > 4) {
        v = v128.load32_splat(a, 16)
        c40 = fma(v, b0, c40)
        c41 = fma(v, b1, c41)
        c42 = fma(v, b2, c42)
        c43 = fma(v, b3, c43)
      }
      if (rows > 5) {
        v = v128.load32_splat(a, 20)
        c50 = fma(v, b0, c50)
        c51 = fma(v, b1, c51)
        c52 = fma(v, b2, c52)
        c53 = fma(v, b3, c53)
      }
      a += aStep
    }
    a += aSkip
    b += bSkip
    d += bSkip
  }
  high = c + cPanel
  v128.store(c, c01, 16)
  v128.store(c, c00)
  v128.store(high, c03, 16)
  v128.store(high, c02)
  c += cStep
  high += cStep
  v128.store(c, c11, 16)
  v128.store(c, c10)
  v128.store(high, c13, 16)
  v128.store(high, c12)
  if (rows > 2) {
    c += cStep
    high += cStep
    v128.store(c, c21, 16)
    v128.store(c, c20)
    v128.store(high, c23, 16)
    v128.store(high, c22)
  }
  if (rows > 3) {
    c += cStep
    high += cStep
    v128.store(c, c31, 16)
    v128.store(c, c30)
    v128.store(high, c33, 16)
    v128.store(high, c32)
  }
  if (rows > 4) {
    c += cStep
    high += cStep
    v128.store(c, c41, 16)
    v128.store(c, c40)
    v128.store(high, c43, 16)
    v128.store(high, c42)
  }
  if (rows > 5) {
    c += cStep
    high += cStep
    v128.store(c, c51, 16)
    v128.store(c, c50)
    v128.store(high, c53, 16)
    v128.store(high, c52)
  }
}

function outer_f32_2x16(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize,
): void {
  outer(2, a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel)
}

function outer_f32_3x16(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize,
): void {
  outer(3, a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel)
}

function outer_f32_4x16(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize,
): void {
  outer(4, a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel)
}

function outer_f32_5x16(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize,
): void {
  outer(5, a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel)
}

function outer_f32_6x16(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize,
): void {
  outer(6, a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel)
}

/** As {@link outer} for any number of rows, a's next to each other, in tiles of at most `tileRows`. */
export function outer_f32_16(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize, tileRows: i32,
): void {
  if (rows == 1) {
    outer_f32(1, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep, tileRows)
    outer_f32(1, a, aStep, aSkip, b + bPanel, bStep, bSkip, width, height, init + cPanel, iStep, c + cPanel, cStep, tileRows)
    return
  }
  while (rows > 0) {
    const tile = tileHeight(rows, tileRows)
    switch (tile) {
      case 2: outer_f32_2x16(a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel); break
      case 3: outer_f32_3x16(a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel); break
      case 4: outer_f32_4x16(a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel); break
      case 5: outer_f32_5x16(a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel); break
      case 6: outer_f32_6x16(a, aStep, aSkip, b, bStep, bSkip, bPanel, width, height, init, iStep, c, cStep, cPanel); break
    }
    a += <usize>tile << 2
    init += <usize>tile * iStep
    c += <usize>tile * cStep
    rows -= tile
  }
}
