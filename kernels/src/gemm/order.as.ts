import { HAS_WIDE } from '../runtime/simd.as'
import { PANEL } from './pack.as'
import { tile_f32, tile_f32_16, tileHeight, WIDE_TILES } from './tile.as'
import { tile_f32_3x16 } from './tile_low.as'

// In which order the tiles of a product are computed. Arguments are those of `gemm_block_f32`; `columns` is a multiple of 8, and init goes
// `step` bytes on with each panel.

/** Without fused multiply-add 6 accumulators are as good as 12: products are computed beside sums. */
const HAS_THREE: bool = ASC_FEATURE_RELAXED_SIMD
/** The height of tile beside which three rows of 16 columns are used. */
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
    if (HAS_THREE && !wide && height == 3) {
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
 * Whether the last three rows should have tiles of 16 columns, in 128-bit operations: where they are left, and where 7 or 8 rows are, which are 4 or 5 and
 * three then.
 */
export function endsWithThree(rows: i32, tileRows: i32): bool {
  if (!HAS_THREE || tileRows != FULL_TILE) return false
  const left = rows % FULL_TILE
  return left == 3 || (rows > FULL_TILE && (left == 1 || left == 2))
}

/** As {@link byPanels}, with the last three rows in tiles of two panels. */
export function byPairs(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  const before = <usize>(rows - 3)
  for (; columns >= 2 * PANEL; columns -= 2 * PANEL) {
    byPanels(rows - 3, 2 * PANEL, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
    tile_f32_3x16(k, a + before * aStep, aStep, b, bStep, pStep, init + before * iStep, iStep, c + before * cStep, cStep)
    b += 2 * pStep
    init += 2 * step
    c += 64
  }
  if (columns > 0) byPanels(rows, columns, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
}
