import { fma } from '../runtime/simd.as'

/**
 * C[rows, 8] = init[rows, 8] + sum of a[rows] . b[8] over `height` rows of `width` pixels. From a pixel to the next a and b go
 * `aStep` and `bStep` bytes on, behind each row `aSkip` and `bSkip` bytes more. The rows of C are `cStep` bytes apart, those of
 * init `iStep`; init may be C. `rows` is a constant from 1 to 6.
 */
// @ts-ignore: decorator
@inline
function outer(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  let c00 = v128.load(init), c01 = v128.load(init, 16)
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01
  if (rows > 1) {
    init += iStep
    c10 = v128.load(init)
    c11 = v128.load(init, 16)
  }
  if (rows > 2) {
    init += iStep
    c20 = v128.load(init)
    c21 = v128.load(init, 16)
  }
  if (rows > 3) {
    init += iStep
    c30 = v128.load(init)
    c31 = v128.load(init, 16)
  }
  if (rows > 4) {
    init += iStep
    c40 = v128.load(init)
    c41 = v128.load(init, 16)
  }
  if (rows > 5) {
    init += iStep
    c50 = v128.load(init)
    c51 = v128.load(init, 16)
  }
  for (; height > 0; height--) {
    for (let i = width; i > 0; i--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16)
      b += bStep
      let v = v128.load32_splat(a)
      c00 = fma(v, b0, c00)
      c01 = fma(v, b1, c01)
      if (rows > 1) {
        v = v128.load32_splat(a, 4)
        c10 = fma(v, b0, c10)
        c11 = fma(v, b1, c11)
      }
      if (rows > 2) {
        v = v128.load32_splat(a, 8)
        c20 = fma(v, b0, c20)
        c21 = fma(v, b1, c21)
      }
      if (rows > 3) {
        v = v128.load32_splat(a, 12)
        c30 = fma(v, b0, c30)
        c31 = fma(v, b1, c31)
      }
      if (rows > 4) {
        v = v128.load32_splat(a, 16)
        c40 = fma(v, b0, c40)
        c41 = fma(v, b1, c41)
      }
      if (rows > 5) {
        v = v128.load32_splat(a, 20)
        c50 = fma(v, b0, c50)
        c51 = fma(v, b1, c51)
      }
      a += aStep
    }
    a += aSkip
    b += bSkip
  }
  v128.store(c, c01, 16)
  v128.store(c, c00)
  if (rows > 1) {
    c += cStep
    v128.store(c, c11, 16)
    v128.store(c, c10)
  }
  if (rows > 2) {
    c += cStep
    v128.store(c, c21, 16)
    v128.store(c, c20)
  }
  if (rows > 3) {
    c += cStep
    v128.store(c, c31, 16)
    v128.store(c, c30)
  }
  if (rows > 4) {
    c += cStep
    v128.store(c, c41, 16)
    v128.store(c, c40)
  }
  if (rows > 5) {
    c += cStep
    v128.store(c, c51, 16)
    v128.store(c, c50)
  }
}

function outer_f32_1x8(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  outer(1, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep)
}

function outer_f32_2x8(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  outer(2, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep)
}

function outer_f32_3x8(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  outer(3, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep)
}

function outer_f32_4x8(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  outer(4, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep)
}

function outer_f32_5x8(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  outer(5, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep)
}

function outer_f32_6x8(
  a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  outer(6, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep)
}

/** As {@link outer} for any number of rows, a's next to each other, in tiles of at most `tileRows`. */
export function outer_f32(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  tileRows &= 15
  while (rows > 0) {
    // No tile of 1 or 2 rows, which are slow, behind a full one.
    const tile = rows <= tileRows ? rows : rows < tileRows + 3 ? (rows + 1) >> 1 : tileRows
    switch (tile) {
      case 1: outer_f32_1x8(a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep); break
      case 2: outer_f32_2x8(a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep); break
      case 3: outer_f32_3x8(a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep); break
      case 4: outer_f32_4x8(a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep); break
      case 5: outer_f32_5x8(a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep); break
      case 6: outer_f32_6x8(a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep); break
    }
    a += <usize>tile << 2
    init += <usize>tile * iStep
    c += <usize>tile * cStep
    rows -= tile
  }
}
