import { gemm_block_f32 } from '../gemm/block.as'
import { fourPanels, turn } from '../gemv/panels.as'
import { fma } from '../runtime/simd.as'

/**
 * C[rows, columns] = init + A[rows, k] . B; null for init stands for zeros. B is packed: panel j is k rows of its
 * columns 8 j to 8 j + 7. `aRow`, `iRow` and `cRow` are bytes between rows. C aliases neither A nor B; it may be
 * init.
 */
export function product(
  rows: i32, columns: i32, k: i32, a: usize, aRow: usize, b: usize,
  init: usize, iRow: usize, c: usize, cRow: usize, tileRows: i32
): void {
  let done = 0
  if (rows == 1) {
    done = columns & ~31
    fourPanels(done, k, a, b, init, c, turn())
  } else if (rows == 2) {
    done = columns & ~15
    twoRows(done, k, a, aRow, b, init, iRow, c, cRow)
  }
  if (done == columns) return
  const at = <usize>done << 2
  b += at * <usize>k
  gemm_block_f32(
    rows, columns - done, k, a, aRow, b, 32, <usize>k << 5, init ? init + at : 0, iRow, c + at, cRow, tileRows
  )
}

/** 2x16 tiles. */
function twoRows(
  columns: i32, k: i32, a: usize, aRow: usize, b: usize, init: usize, iRow: usize, c: usize, cRow: usize
): void {
  const panel = <usize>k << 5
  const end = a + (<usize>k << 2)
  for (; columns > 0; columns -= 16) {
    let c00 = f32x4.splat(0)
    let c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00
    if (init) {
      c00 = v128.load(init)
      c01 = v128.load(init, 16)
      c02 = v128.load(init, 32)
      c03 = v128.load(init, 48)
      c10 = v128.load(init + iRow)
      c11 = v128.load(init + iRow, 16)
      c12 = v128.load(init + iRow, 32)
      c13 = v128.load(init + iRow, 48)
      init += 64
    }
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
    v128.store(c, c01, 16)
    v128.store(c, c00)
    v128.store(c, c03, 48)
    v128.store(c, c02, 32)
    v128.store(c + cRow, c11, 16)
    v128.store(c + cRow, c10)
    v128.store(c + cRow, c13, 48)
    v128.store(c + cRow, c12, 32)
    b = b1
    c += 64
  }
}
