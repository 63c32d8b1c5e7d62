import { HAS_WIDE } from '../runtime/simd.as'
import { PANEL } from './pack.as'
import { tile_f32, tile_f32_16, tileHeight, WIDE_TILES } from './tile.as'
import { tile_f32_3x16, tile_f32_4x12 } from './tile_low.as'

// In which order the tiles of a product are computed. Arguments are those of `gemm_block_f32`; `columns` is a multiple of 8, and init goes
// `step` bytes on with each panel.

/** Without fused multiply-add 6 accumulators are as good as 12: products are computed beside sums. */
const HAS_LOW: bool = ASC_FEATURE_RELAXED_SIMD
/** The height of tile beside which three rows of 16 columns, and four of 12, are used. */
const FULL_TILE: i32 = 6

/** All rows by a panel, or two, before the next. */
export function byPanels(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  let j = columns
  if (tileRows & WIDE_TILES) {
    tileRows &= WIDE_TILES - 1
    // One or two rows have tiles of 8 columns that are as fast.
    if (rows > 2) {
      for (; j >= 2 * PANEL; j -= 2 * PANEL) {
        let ai = a
        let ii = init
        let ci = c
        for (let left = rows; left > 0;) {
          const height = tileHeight(left, tileRows)
          tile_f32_16(height, k, ai, aStep, b, bStep, pStep, ii, iStep, ci, cStep)
          ai += <usize>height * aStep
          ii += <usize>height * iStep
          ci += <usize>height * cStep
          left -= height
        }
        b += 2 * pStep
        init += 2 * step
        c += 64
      }
    }
  }
  for (; j > 0; j -= PANEL) {
    let ai = a
    let ii = init
    let ci = c
    for (let left = rows; left > 0;) {
      const height = tileHeight(left, tileRows)
      tile_f32(height, k, ai, aStep, b, bStep, ii, iStep, ci, cStep)
      ai += <usize>height * aStep
      ii += <usize>height * iStep
      ci += <usize>height * cStep
      left -= height
    }
    b += pStep
    init += step
    c += 32
  }
}

/** Some rows by all columns before the next rows. */
export function byRows(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  const wide = (tileRows & WIDE_TILES) != 0 && rows > 2
  tileRows &= ~WIDE_TILES
  while (rows > 0) {
    const height = tileHeight(rows, tileRows)
    let bj = b
    let ij = init
    let cj = c
    let j = columns
    if (HAS_WIDE && wide) {
      for (; j >= 2 * PANEL; j -= 2 * PANEL) {
        tile_f32_16(height, k, a, aStep, bj, bStep, pStep, ij, iStep, cj, cStep)
        bj += 2 * pStep
        ij += 2 * step
        cj += 64
      }
    }
    if (HAS_LOW && !wide && height == 3) {
      for (; j >= 2 * PANEL; j -= 2 * PANEL) {
        tile_f32_3x16(k, a, aStep, bj, bStep, pStep, ij, iStep, cj, cStep)
        bj += 2 * pStep
        ij += 2 * step
        cj += 64
      }
    }
    for (; j > 0; j -= PANEL) {
      tile_f32(height, k, a, aStep, bj, bStep, ij, iStep, cj, cStep)
      bj += pStep
      ij += step
      cj += 32
    }
    a += <usize>height * aStep
    init += <usize>height * iStep
    c += <usize>height * cStep
    rows -= height
  }
}

/**
 * How many of the last rows should have tiles of more than 8 columns, in 128-bit operations: 3 or 4 where so many are left, and 3 where 7 or 8 are. Else 0.
 */
export function lastRows(rows: i32, tileRows: i32): i32 {
  if (!HAS_LOW || tileRows != FULL_TILE) return 0
  const left = rows % FULL_TILE
  if (left == 3 || left == 4) return left
  return rows > FULL_TILE && (left == 1 || left == 2) ? 3 : 0
}

/** As {@link byPanels}, with {@link lastRows} in tiles of 16 columns, or two of 12: some panels are multiplied by all rows before the next. */
export function byGroups(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  const last = lastRows(rows, tileRows)
  const group = last == 4 ? 3 * PANEL : 2 * PANEL
  const before = <usize>(rows - last)
  for (; columns >= group; columns -= group) {
    byPanels(rows - last, group, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
    const al = a + before * aStep
    const il = init + before * iStep
    const cl = c + before * cStep
    if (last == 3) tile_f32_3x16(k, al, aStep, b, bStep, pStep, il, iStep, cl, cStep)
    else {
      const b1 = b + pStep
      const b2 = b1 + pStep
      tile_f32_4x12(k, al, aStep, b, b1, bStep, il, il + step, iStep, cl, cl + 32, cStep)
      tile_f32_4x12(k, al, aStep, b2, b1 + 16, bStep, il + 2 * step, il + step + (step >> 1), iStep, cl + 64, cl + 48, cStep)
    }
    const panels = <usize>(group / PANEL)
    b += panels * pStep
    init += panels * step
    c += panels << 5
  }
  if (columns > 0) byPanels(rows, columns, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
}
