import { fma } from '../runtime/simd.as'

/**
 * C[rows, 8 * panels] = A[rows, k] . B, for 1 to 6 rows. B is packed in panels of 8 columns: panel j is k rows of 8 f32.
 * `aRow` and `cRow` are bytes between rows. C aliases neither A nor B.
 */
export function product(rows: i32, k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  switch (rows) {
    case 1: return row(k, a, b, panels, c)
    case 2: return twoRows(k, a, aRow, b, panels, c, cRow)
    case 3: return tall3(k, a, aRow, b, panels, c, cRow)
    case 4: return tall4(k, a, aRow, b, panels, c, cRow)
    case 5: return tall5(k, a, aRow, b, panels, c, cRow)
    case 6: return tall6(k, a, aRow, b, panels, c, cRow)
  }
}

/** 1x32 tiles: with fewer accumulators the chain of multiply-adds would wait for itself. */
function row(k: i32, a: usize, b: usize, panels: i32, c: usize): void {
  const panel = <usize>k << 5
  const end = a + (<usize>k << 2)
  let j = panels
  for (; j >= 4; j -= 4) {
    let c0 = f32x4.splat(0)
    let c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
    let b0 = b
    let b1 = b + panel
    let b2 = b1 + panel
    let b3 = b2 + panel
    for (let p = a; p < end; p += 4) {
      const x = v128.load32_splat(p)
      c0 = fma(x, v128.load(b0), c0)
      c1 = fma(x, v128.load(b0, 16), c1)
      c2 = fma(x, v128.load(b1), c2)
      c3 = fma(x, v128.load(b1, 16), c3)
      c4 = fma(x, v128.load(b2), c4)
      c5 = fma(x, v128.load(b2, 16), c5)
      c6 = fma(x, v128.load(b3), c6)
      c7 = fma(x, v128.load(b3, 16), c7)
      b0 += 32
      b1 += 32
      b2 += 32
      b3 += 32
    }
    v128.store(c, c0)
    v128.store(c, c1, 16)
    v128.store(c, c2, 32)
    v128.store(c, c3, 48)
    v128.store(c, c4, 64)
    v128.store(c, c5, 80)
    v128.store(c, c6, 96)
    v128.store(c, c7, 112)
    b = b3
    c += 128
  }
  for (; j > 0; j--) {
    let c0 = f32x4.splat(0)
    let c1 = c0
    for (let p = a; p < end; p += 4) {
      const x = v128.load32_splat(p)
      c0 = fma(x, v128.load(b), c0)
      c1 = fma(x, v128.load(b, 16), c1)
      b += 32
    }
    v128.store(c, c0)
    v128.store(c, c1, 16)
    c += 32
  }
}

/** 2x16 tiles. */
function twoRows(k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  const panel = <usize>k << 5
  const end = a + (<usize>k << 2)
  let j = panels
  for (; j >= 2; j -= 2) {
    let c00 = f32x4.splat(0)
    let c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00
    let b1 = b + panel
    for (let p = a; p < end; p += 4) {
      const x0 = v128.load32_splat(p)
      const x1 = v128.load32_splat(p + aRow)
      let y = v128.load(b)
      c00 = fma(x0, y, c00)
      c10 = fma(x1, y, c10)
      y = v128.load(b, 16)
      c01 = fma(x0, y, c01)
      c11 = fma(x1, y, c11)
      y = v128.load(b1)
      c02 = fma(x0, y, c02)
      c12 = fma(x1, y, c12)
      y = v128.load(b1, 16)
      c03 = fma(x0, y, c03)
      c13 = fma(x1, y, c13)
      b += 32
      b1 += 32
    }
    v128.store(c, c00)
    v128.store(c, c01, 16)
    v128.store(c, c02, 32)
    v128.store(c, c03, 48)
    v128.store(c + cRow, c10)
    v128.store(c + cRow, c11, 16)
    v128.store(c + cRow, c12, 32)
    v128.store(c + cRow, c13, 48)
    b = b1
    c += 64
  }
  if (j > 0) tall(2, k, a, aRow, b, j, c, cRow)
}

function tall3(k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  tall(3, k, a, aRow, b, panels, c, cRow)
}

function tall4(k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  tall(4, k, a, aRow, b, panels, c, cRow)
}

function tall5(k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  tall(5, k, a, aRow, b, panels, c, cRow)
}

function tall6(k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  tall(6, k, a, aRow, b, panels, c, cRow)
}

/** rows x 8 tiles; `rows` (2 to 6) is a constant in each caller, so that its ifs vanish. */
// @ts-ignore: decorator
@inline
function tall(rows: i32, k: i32, a: usize, aRow: usize, b: usize, panels: i32, c: usize, cRow: usize): void {
  const a1 = aRow
  const a2 = a1 + aRow
  const a3 = a2 + aRow
  const a4 = a3 + aRow
  const a5 = a4 + aRow
  const end = a + (<usize>k << 2)
  for (; panels > 0; panels--) {
    let c00 = f32x4.splat(0)
    let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00
    let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
    for (let p = a; p < end; p += 4) {
      const b0 = v128.load(b)
      const b1 = v128.load(b, 16)
      let x = v128.load32_splat(p)
      c00 = fma(x, b0, c00)
      c01 = fma(x, b1, c01)
      x = v128.load32_splat(p + a1)
      c10 = fma(x, b0, c10)
      c11 = fma(x, b1, c11)
      if (rows > 2) {
        x = v128.load32_splat(p + a2)
        c20 = fma(x, b0, c20)
        c21 = fma(x, b1, c21)
      }
      if (rows > 3) {
        x = v128.load32_splat(p + a3)
        c30 = fma(x, b0, c30)
        c31 = fma(x, b1, c31)
      }
      if (rows > 4) {
        x = v128.load32_splat(p + a4)
        c40 = fma(x, b0, c40)
        c41 = fma(x, b1, c41)
      }
      if (rows > 5) {
        x = v128.load32_splat(p + a5)
        c50 = fma(x, b0, c50)
        c51 = fma(x, b1, c51)
      }
      b += 32
    }
    let r = c
    v128.store(r, c00)
    v128.store(r, c01, 16)
    r += cRow
    v128.store(r, c10)
    v128.store(r, c11, 16)
    if (rows > 2) {
      r += cRow
      v128.store(r, c20)
      v128.store(r, c21, 16)
    }
    if (rows > 3) {
      r += cRow
      v128.store(r, c30)
      v128.store(r, c31, 16)
    }
    if (rows > 4) {
      r += cRow
      v128.store(r, c40)
      v128.store(r, c41, 16)
    }
    if (rows > 5) {
      r += cRow
      v128.store(r, c50)
      v128.store(r, c51, 16)
    }
    c += 32
  }
}
