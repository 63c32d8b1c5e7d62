import { fma } from '../runtime/simd.as'

/**
 * The register tile for 256-bit operations: C[rows, 16] = init[rows, 16] + A[rows, k] . B[k, 16], with B in two panels, `b` and
 * `b + pStep`; all else as `tile` in tile.as.ts. Vectors come in pairs 16 bytes apart, and every load of init stands before the first
 * store of C, so that V8 makes one 256-bit operation of two: 12 accumulators of the 16 registers. In 128-bit mode they spill.
 */
// @ts-ignore: decorator
@inline
function tile(
  rows: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  let a0 = a, a1 = a0 + aStep, a2 = a, a3 = a, a4 = a, a5 = a
  if (rows > 2) a2 = a1 + aStep
  if (rows > 3) a3 = a2 + aStep
  if (rows > 4) a4 = a3 + aStep
  if (rows > 5) a5 = a4 + aStep
  let d = b + pStep
  let c00 = v128.load(init), c01 = v128.load(init, 16), c02 = v128.load(init, 32), c03 = v128.load(init, 48)
  init += iStep
  let c10 = v128.load(init), c11 = v128.load(init, 16), c12 = v128.load(init, 32), c13 = v128.load(init, 48)
  let c20 = c00, c21 = c00, c22 = c00, c23 = c00
  let c30 = c00, c31 = c01, c32 = c02, c33 = c03
  let c40 = c00, c41 = c01, c42 = c02, c43 = c03
  let c50 = c00, c51 = c01, c52 = c02, c53 = c03
  if (rows > 2) {
    init += iStep
    c20 = v128.load(init)
    c21 = v128.load(init, 16)
    c22 = v128.load(init, 32)
    c23 = v128.load(init, 48)
  }
  if (rows > 3) {
    init += iStep
    c30 = v128.load(init)
    c31 = v128.load(init, 16)
    c32 = v128.load(init, 32)
    c33 = v128.load(init, 48)
  }
  if (rows > 4) {
    init += iStep
    c40 = v128.load(init)
    c41 = v128.load(init, 16)
    c42 = v128.load(init, 32)
    c43 = v128.load(init, 48)
  }
  if (rows > 5) {
    init += iStep
    c50 = v128.load(init)
    c51 = v128.load(init, 16)
    c52 = v128.load(init, 32)
    c53 = v128.load(init, 48)
  }
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(d), b3 = v128.load(d, 16)
    b += bStep
    d += bStep
    let v = v128.load32_splat(a0)
    c00 = fma(v, b0, c00)
    c01 = fma(v, b1, c01)
    c02 = fma(v, b2, c02)
    c03 = fma(v, b3, c03)
    a0 += 4
    v = v128.load32_splat(a1)
    c10 = fma(v, b0, c10)
    c11 = fma(v, b1, c11)
    c12 = fma(v, b2, c12)
    c13 = fma(v, b3, c13)
    a1 += 4
    if (rows > 2) {
      v = v128.load32_splat(a2)
      c20 = fma(v, b0, c20)
      c21 = fma(v, b1, c21)
      c22 = fma(v, b2, c22)
      c23 = fma(v, b3, c23)
      a2 += 4
    }
    if (rows > 3) {
      v = v128.load32_splat(a3)
      c30 = fma(v, b0, c30)
      c31 = fma(v, b1, c31)
      c32 = fma(v, b2, c32)
      c33 = fma(v, b3, c33)
      a3 += 4
    }
    if (rows > 4) {
      v = v128.load32_splat(a4)
      c40 = fma(v, b0, c40)
      c41 = fma(v, b1, c41)
      c42 = fma(v, b2, c42)
      c43 = fma(v, b3, c43)
      a4 += 4
    }
    if (rows > 5) {
      v = v128.load32_splat(a5)
      c50 = fma(v, b0, c50)
      c51 = fma(v, b1, c51)
      c52 = fma(v, b2, c52)
      c53 = fma(v, b3, c53)
      a5 += 4
    }
  }
  v128.store(c, c01, 16)
  v128.store(c, c00)
  v128.store(c, c03, 48)
  v128.store(c, c02, 32)
  c += cStep
  v128.store(c, c11, 16)
  v128.store(c, c10)
  v128.store(c, c13, 48)
  v128.store(c, c12, 32)
  if (rows > 2) {
    c += cStep
    v128.store(c, c21, 16)
    v128.store(c, c20)
    v128.store(c, c23, 48)
    v128.store(c, c22, 32)
  }
  if (rows > 3) {
    c += cStep
    v128.store(c, c31, 16)
    v128.store(c, c30)
    v128.store(c, c33, 48)
    v128.store(c, c32, 32)
  }
  if (rows > 4) {
    c += cStep
    v128.store(c, c41, 16)
    v128.store(c, c40)
    v128.store(c, c43, 48)
    v128.store(c, c42, 32)
  }
  if (rows > 5) {
    c += cStep
    v128.store(c, c51, 16)
    v128.store(c, c50)
    v128.store(c, c53, 48)
    v128.store(c, c52, 32)
  }
}

function tile_f32_2x16(
  k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  tile(2, k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
}

function tile_f32_3x16(
  k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  tile(3, k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
}

function tile_f32_4x16(
  k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  tile(4, k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
}

function tile_f32_5x16(
  k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  tile(5, k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
}

function tile_f32_6x16(
  k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  tile(6, k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
}

/** C[rows, 16] = init + A . B as {@link tile}, for `rows` from 2 to 6 known only now. */
export function tile_f32_16(
  rows: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  switch (rows) {
    case 2: tile_f32_2x16(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep); break
    case 3: tile_f32_3x16(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep); break
    case 4: tile_f32_4x16(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep); break
    case 5: tile_f32_5x16(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep); break
    case 6: tile_f32_6x16(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep); break
  }
}
