import { fma } from '../runtime/simd.as'

// Up to four rows of 8 columns have too few accumulators to keep the multipliers busy: here one or two rows have their own for every fourth or
// second k, three are multiplied by 16 columns, and four by 12.

/** As `tile` of build/tiles.ts, with one row. */
export function tile_f32_1x8(k: i32, a: usize, b: usize, bStep: usize, init: usize, c: usize): void {
  const zero = f32x4.splat(0)
  let s00 = v128.load(init), s01 = v128.load(init, 16)
  let s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero
  for (; k >= 4; k -= 4) {
    let v = v128.load32_splat(a)
    s00 = fma(v, v128.load(b), s00)
    s01 = fma(v, v128.load(b, 16), s01)
    b += bStep
    v = v128.load32_splat(a, 4)
    s10 = fma(v, v128.load(b), s10)
    s11 = fma(v, v128.load(b, 16), s11)
    b += bStep
    v = v128.load32_splat(a, 8)
    s20 = fma(v, v128.load(b), s20)
    s21 = fma(v, v128.load(b, 16), s21)
    b += bStep
    v = v128.load32_splat(a, 12)
    s30 = fma(v, v128.load(b), s30)
    s31 = fma(v, v128.load(b, 16), s31)
    b += bStep
    a += 16
  }
  for (; k > 0; k--) {
    const v = v128.load32_splat(a)
    s00 = fma(v, v128.load(b), s00)
    s01 = fma(v, v128.load(b, 16), s01)
    b += bStep
    a += 4
  }
  v128.store(c, f32x4.add(f32x4.add(s01, s11), f32x4.add(s21, s31)), 16)
  v128.store(c, f32x4.add(f32x4.add(s00, s10), f32x4.add(s20, s30)))
}

/** As `tile` of build/tiles.ts, with three rows and 16 columns, in 128-bit operations. */
export function tile_f32_3x16(
  k: i32, a0: usize, aStep: usize, b: usize, bStep: usize, pStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  let a1 = a0 + aStep
  let a2 = a1 + aStep
  let d = b + pStep
  // Read again for the second panel: kept for it, A's numbers would take two registers that sums need. V8 keeps what is read by the same pointer.
  let e0 = a0, e1 = a1, e2 = a2
  let c00 = v128.load(init), c01 = v128.load(init, 16), c02 = v128.load(init, 32), c03 = v128.load(init, 48)
  init += iStep
  let c10 = v128.load(init), c11 = v128.load(init, 16), c12 = v128.load(init, 32), c13 = v128.load(init, 48)
  init += iStep
  let c20 = v128.load(init), c21 = v128.load(init, 16), c22 = v128.load(init, 32), c23 = v128.load(init, 48)
  for (; k > 0; k--) {
    let b0 = v128.load(b), b1 = v128.load(b, 16)
    b += bStep
    let v = v128.load32_splat(a0)
    c00 = fma(v, b0, c00)
    c01 = fma(v, b1, c01)
    v = v128.load32_splat(a1)
    c10 = fma(v, b0, c10)
    c11 = fma(v, b1, c11)
    v = v128.load32_splat(a2)
    c20 = fma(v, b0, c20)
    c21 = fma(v, b1, c21)
    b0 = v128.load(d)
    b1 = v128.load(d, 16)
    d += bStep
    v = v128.load32_splat(e0)
    c02 = fma(v, b0, c02)
    c03 = fma(v, b1, c03)
    v = v128.load32_splat(e1)
    c12 = fma(v, b0, c12)
    c13 = fma(v, b1, c13)
    v = v128.load32_splat(e2)
    c22 = fma(v, b0, c22)
    c23 = fma(v, b1, c23)
    e0 += 4
    e1 += 4
    e2 += 4
    a0 += 4
    a1 += 4
    a2 += 4
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  v128.store(c, c02, 32)
  v128.store(c, c03, 48)
  c += cStep
  v128.store(c, c10)
  v128.store(c, c11, 16)
  v128.store(c, c12, 32)
  v128.store(c, c13, 48)
  c += cStep
  v128.store(c, c20)
  v128.store(c, c21, 16)
  v128.store(c, c22, 32)
  v128.store(c, c23, 48)
}

/**
 * As `tile` of build/tiles.ts, with four rows and 12 columns, in 128-bit operations: 8 columns at `b`, `init` and `c`, and 4 at `b4`, `init4` and `c4`.
 */
export function tile_f32_4x12(
  k: i32, a: usize, aStep: usize, b: usize, b4: usize, bStep: usize, init: usize, init4: usize, iStep: usize, c: usize, c4: usize, cStep: usize,
): void {
  // As in tile_f32_3x16.
  let e = a
  let c00 = v128.load(init), c01 = v128.load(init, 16), c02 = v128.load(init4)
  init += iStep
  init4 += iStep
  let c10 = v128.load(init), c11 = v128.load(init, 16), c12 = v128.load(init4)
  init += iStep
  init4 += iStep
  let c20 = v128.load(init), c21 = v128.load(init, 16), c22 = v128.load(init4)
  init += iStep
  init4 += iStep
  let c30 = v128.load(init), c31 = v128.load(init, 16), c32 = v128.load(init4)
  for (; k > 0; k--) {
    let b0 = v128.load(b), b1 = v128.load(b, 16)
    b += bStep
    let p = a
    let v = v128.load32_splat(p)
    c00 = fma(v, b0, c00)
    c01 = fma(v, b1, c01)
    p += aStep
    v = v128.load32_splat(p)
    c10 = fma(v, b0, c10)
    c11 = fma(v, b1, c11)
    p += aStep
    v = v128.load32_splat(p)
    c20 = fma(v, b0, c20)
    c21 = fma(v, b1, c21)
    p += aStep
    v = v128.load32_splat(p)
    c30 = fma(v, b0, c30)
    c31 = fma(v, b1, c31)
    a += 4
    b0 = v128.load(b4)
    b4 += bStep
    p = e
    c02 = fma(v128.load32_splat(p), b0, c02)
    p += aStep
    c12 = fma(v128.load32_splat(p), b0, c12)
    p += aStep
    c22 = fma(v128.load32_splat(p), b0, c22)
    p += aStep
    c32 = fma(v128.load32_splat(p), b0, c32)
    e += 4
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  v128.store(c4, c02)
  c += cStep
  c4 += cStep
  v128.store(c, c10)
  v128.store(c, c11, 16)
  v128.store(c4, c12)
  c += cStep
  c4 += cStep
  v128.store(c, c20)
  v128.store(c, c21, 16)
  v128.store(c4, c22)
  c += cStep
  c4 += cStep
  v128.store(c, c30)
  v128.store(c, c31, 16)
  v128.store(c4, c32)
}

/** As `tile` of build/tiles.ts, with two rows. */
export function tile_f32_2x8(
  k: i32, a0: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  const zero = f32x4.splat(0)
  let a1 = a0 + aStep
  // s[row][k mod 2][vector]
  let s000 = v128.load(init), s001 = v128.load(init, 16), s010 = zero, s011 = zero
  let s100 = v128.load(init + iStep), s101 = v128.load(init + iStep, 16), s110 = zero, s111 = zero
  for (; k >= 2; k -= 2) {
    let b0 = v128.load(b), b1 = v128.load(b, 16)
    b += bStep
    let v = v128.load32_splat(a0)
    s000 = fma(v, b0, s000)
    s001 = fma(v, b1, s001)
    v = v128.load32_splat(a1)
    s100 = fma(v, b0, s100)
    s101 = fma(v, b1, s101)
    b0 = v128.load(b)
    b1 = v128.load(b, 16)
    b += bStep
    v = v128.load32_splat(a0, 4)
    s010 = fma(v, b0, s010)
    s011 = fma(v, b1, s011)
    v = v128.load32_splat(a1, 4)
    s110 = fma(v, b0, s110)
    s111 = fma(v, b1, s111)
    a0 += 8
    a1 += 8
  }
  if (k > 0) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let v = v128.load32_splat(a0)
    s000 = fma(v, b0, s000)
    s001 = fma(v, b1, s001)
    v = v128.load32_splat(a1)
    s100 = fma(v, b0, s100)
    s101 = fma(v, b1, s101)
  }
  v128.store(c, f32x4.add(s001, s011), 16)
  v128.store(c, f32x4.add(s000, s010))
  v128.store(c + cStep, f32x4.add(s101, s111), 16)
  v128.store(c + cStep, f32x4.add(s100, s110))
}
