import { fma } from '../runtime/simd.as'

/** Rows of a tile. Buffers that {@link multiplyColumns} adds to have a multiple of TILE rows. */
export const TILE: i32 = 4

/**
 * C[4,8] += A^T . B for A[depth,4] and a panel B[depth,8]: element p of row r lies at a + p * aStep + 4 * r. aStep and cStep are bytes.
 */
// @ts-ignore: decorator
@inline
function tileColumns(a: usize, aStep: usize, b: usize, depth: i32, c: usize, cStep: usize): void {
  const c1 = c + cStep, c2 = c1 + cStep, c3 = c2 + cStep
  let c00 = v128.load(c), c01 = v128.load(c, 16)
  let c10 = v128.load(c1), c11 = v128.load(c1, 16)
  let c20 = v128.load(c2), c21 = v128.load(c2, 16)
  let c30 = v128.load(c3), c31 = v128.load(c3, 16)
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
    a += aStep
    b += 32
  }
  v128.store(c, c01, 16)
  v128.store(c, c00)
  v128.store(c1, c11, 16)
  v128.store(c1, c10)
  v128.store(c2, c21, 16)
  v128.store(c2, c20)
  v128.store(c3, c31, 16)
  v128.store(c3, c30)
}

/** C[4, 8 * panels] += A^T . B for panels of B that lie `panelBytes` apart. */
export function multiplyColumns(
  a: usize, aStep: usize, b: usize, panelBytes: usize, panels: i32, depth: i32, c: usize, cStep: usize,
): void {
  for (let j = 0; j < panels; j++) {
    tileColumns(a, aStep, b, depth, c, cStep)
    b += panelBytes
    c += 32
  }
}
