import { fma } from '../runtime/simd.as'

/**
 * C[rows, 8] += sum of a[rows] . b[8] over `height` rows of `width` pixels. From a pixel to the next a and b go `aStep` and
 * `bStep` bytes on, behind each row `aSkip` and `bSkip` bytes more. C is dense. `rows` is a constant from 1 to 6.
 */
// @ts-ignore: decorator
@inline
function outer(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize,
): void {
  let c00 = v128.load(c), c01 = v128.load(c, 16)
  let c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  if (rows > 1) {
    c10 = v128.load(c, 32)
    c11 = v128.load(c, 48)
  }
  if (rows > 2) {
    c20 = v128.load(c, 64)
    c21 = v128.load(c, 80)
  }
  if (rows > 3) {
    c30 = v128.load(c, 96)
    c31 = v128.load(c, 112)
  }
  if (rows > 4) {
    c40 = v128.load(c, 128)
    c41 = v128.load(c, 144)
  }
  if (rows > 5) {
    c50 = v128.load(c, 160)
    c51 = v128.load(c, 176)
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
  v128.store(c, c00)
  v128.store(c, c01, 16)
  if (rows > 1) {
    v128.store(c, c10, 32)
    v128.store(c, c11, 48)
  }
  if (rows > 2) {
    v128.store(c, c20, 64)
    v128.store(c, c21, 80)
  }
  if (rows > 3) {
    v128.store(c, c30, 96)
    v128.store(c, c31, 112)
  }
  if (rows > 4) {
    v128.store(c, c40, 128)
    v128.store(c, c41, 144)
  }
  if (rows > 5) {
    v128.store(c, c50, 160)
    v128.store(c, c51, 176)
  }
}

function outer_f32_1x8(a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize): void {
  outer(1, a, aStep, aSkip, b, bStep, bSkip, width, height, c)
}

function outer_f32_2x8(a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize): void {
  outer(2, a, aStep, aSkip, b, bStep, bSkip, width, height, c)
}

function outer_f32_3x8(a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize): void {
  outer(3, a, aStep, aSkip, b, bStep, bSkip, width, height, c)
}

function outer_f32_4x8(a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize): void {
  outer(4, a, aStep, aSkip, b, bStep, bSkip, width, height, c)
}

function outer_f32_5x8(a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize): void {
  outer(5, a, aStep, aSkip, b, bStep, bSkip, width, height, c)
}

function outer_f32_6x8(a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize): void {
  outer(6, a, aStep, aSkip, b, bStep, bSkip, width, height, c)
}

/** C[rows, 8] += as {@link outer}, for any number of rows, in tiles of at most `tileRows`. */
export function outer_f32(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32, c: usize,
  tileRows: i32,
): void {
  while (rows > 0) {
    // No tile of 1 or 2 rows, which are slow, behind a full one.
    const tile = rows <= tileRows ? rows : rows < tileRows + 3 ? (rows + 1) >> 1 : tileRows
    switch (tile) {
      case 1: outer_f32_1x8(a, aStep, aSkip, b, bStep, bSkip, width, height, c); break
      case 2: outer_f32_2x8(a, aStep, aSkip, b, bStep, bSkip, width, height, c); break
      case 3: outer_f32_3x8(a, aStep, aSkip, b, bStep, bSkip, width, height, c); break
      case 4: outer_f32_4x8(a, aStep, aSkip, b, bStep, bSkip, width, height, c); break
      case 5: outer_f32_5x8(a, aStep, aSkip, b, bStep, bSkip, width, height, c); break
      case 6: outer_f32_6x8(a, aStep, aSkip, b, bStep, bSkip, width, height, c); break
    }
    a += <usize>tile << 2
    c += <usize>tile << 5
    rows -= tile
  }
}
