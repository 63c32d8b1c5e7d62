import { fma } from '../runtime/simd.as'

/** Rows of a tile. Buffers that tiles write have a multiple of TILE rows. */
export const TILE: i32 = 4

/**
 * C[4,8] = A[4,depth] . B[depth,8], or C += where `add`. Row r of A lies at a + r * lda, its elements consecutive;
 * B is a panel: rows of 8. lda and ldc are bytes.
 */
// @ts-ignore: decorator
@inline
function tileRows(a: usize, lda: usize, b: usize, depth: i32, c: usize, ldc: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  let a0 = a, a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda
  let p = 0
  for (; p <= depth - 2; p += 2) {
    let b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load32_splat(a0)
    c00 = fma(x, b0, c00)
    c01 = fma(x, b1, c01)
    x = v128.load32_splat(a1)
    c10 = fma(x, b0, c10)
    c11 = fma(x, b1, c11)
    x = v128.load32_splat(a2)
    c20 = fma(x, b0, c20)
    c21 = fma(x, b1, c21)
    x = v128.load32_splat(a3)
    c30 = fma(x, b0, c30)
    c31 = fma(x, b1, c31)
    b0 = v128.load(b, 32)
    b1 = v128.load(b, 48)
    x = v128.load32_splat(a0, 4)
    c00 = fma(x, b0, c00)
    c01 = fma(x, b1, c01)
    x = v128.load32_splat(a1, 4)
    c10 = fma(x, b0, c10)
    c11 = fma(x, b1, c11)
    x = v128.load32_splat(a2, 4)
    c20 = fma(x, b0, c20)
    c21 = fma(x, b1, c21)
    x = v128.load32_splat(a3, 4)
    c30 = fma(x, b0, c30)
    c31 = fma(x, b1, c31)
    a0 += 8
    a1 += 8
    a2 += 8
    a3 += 8
    b += 64
  }
  if (p < depth) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load32_splat(a0)
    c00 = fma(x, b0, c00)
    c01 = fma(x, b1, c01)
    x = v128.load32_splat(a1)
    c10 = fma(x, b0, c10)
    c11 = fma(x, b1, c11)
    x = v128.load32_splat(a2)
    c20 = fma(x, b0, c20)
    c21 = fma(x, b1, c21)
    x = v128.load32_splat(a3)
    c30 = fma(x, b0, c30)
    c31 = fma(x, b1, c31)
  }
  store4x8(c, ldc, add, c00, c01, c10, c11, c20, c21, c30, c31)
}

/** As {@link tileRows}, but A is transposed: element p of row r lies at a + p * lda + 4 * r. */
// @ts-ignore: decorator
@inline
function tileColumns(a: usize, lda: usize, b: usize, depth: i32, c: usize, ldc: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = fma(x, b0, c00)
    c01 = fma(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = fma(x, b0, c10)
    c11 = fma(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = fma(x, b0, c20)
    c21 = fma(x, b1, c21)
    x = v128.load32_splat(a, 12)
    c30 = fma(x, b0, c30)
    c31 = fma(x, b1, c31)
    a += lda
    b += 32
  }
  store4x8(c, ldc, add, c00, c01, c10, c11, c20, c21, c30, c31)
}

// @ts-ignore: decorator
@inline
function store4x8(
  c: usize, ldc: usize, add: bool,
  c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128,
): void {
  const c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc
  if (add) {
    c00 = f32x4.add(c00, v128.load(c))
    c01 = f32x4.add(c01, v128.load(c, 16))
    c10 = f32x4.add(c10, v128.load(c1))
    c11 = f32x4.add(c11, v128.load(c1, 16))
    c20 = f32x4.add(c20, v128.load(c2))
    c21 = f32x4.add(c21, v128.load(c2, 16))
    c30 = f32x4.add(c30, v128.load(c3))
    c31 = f32x4.add(c31, v128.load(c3, 16))
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  v128.store(c1, c10)
  v128.store(c1, c11, 16)
  v128.store(c2, c20)
  v128.store(c2, c21, 16)
  v128.store(c3, c30)
  v128.store(c3, c31, 16)
}

/** One tile row times `panels` panels that lie `panelBytes` apart: C[4, 8 * panels] (+)= A[4,depth] . B[depth, 8 * panels]. */
export function multiplyRows(
  a: usize, lda: usize, b: usize, panelBytes: usize, panels: i32, depth: i32, c: usize, ldc: usize, add: bool,
): void {
  for (let j = 0; j < panels; j++) {
    tileRows(a, lda, b, depth, c, ldc, add)
    b += panelBytes
    c += 32
  }
}

/** As {@link multiplyRows} with A transposed. */
export function multiplyColumns(
  a: usize, lda: usize, b: usize, panelBytes: usize, panels: i32, depth: i32, c: usize, ldc: usize, add: bool,
): void {
  for (let j = 0; j < panels; j++) {
    tileColumns(a, lda, b, depth, c, ldc, add)
    b += panelBytes
    c += 32
  }
}
