import { tile_f32_2x48, tile_f32_3x32, tile_f32_4x24 } from '../generated/tiles.as'
import { HAS_WIDE } from '../runtime/simd.as'
import { PANEL } from './pack.as'
import { tile_f32, tile_f32_16, tileHeight, tileHeight8, WIDE_TILES } from './tile.as'
import { tile_f32_3x16, tile_f32_4x12 } from './tile_low.as'

// In which order the tiles of a product are computed. Arguments are those of `gemm_block_f32`; `columns` is a multiple of 8, and init goes
// `step` bytes on with each panel.

/** Without fused multiply-add 6 accumulators are as good as 12: products are computed beside sums. */
const HAS_LOW: bool = ASC_FEATURE_RELAXED_SIMD
/** The height of tile beside which there are tiles of fewer rows and more columns. */
const FULL_TILE: i32 = 6

/** All rows by a panel, or two, before the next. */
export function byPanels(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  let j = columns
  if (tileRows & WIDE_TILES) {
    // One or two rows have tiles of 8 columns that are as fast.
    if (rows > 2) {
      for (; j >= 2 * PANEL; j -= 2 * PANEL) {
        let ai = a
        let ii = init
        let ci = c
        for (let left = rows; left > 0;) {
          const height = tileHeight(left, tileRows & ~WIDE_TILES)
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
      const height = tileHeight8(left, tileRows)
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
  const wide = HAS_WIDE && (tileRows & WIDE_TILES) != 0
  tileRows &= ~WIDE_TILES
  while (rows > 0) {
    const height = tileHeight(rows, tileRows)
    let bj = b
    let ij = init
    let cj = c
    let j = columns
    // Four rows have tiles that are as fast at such depths.
    if (HAS_LOW && (height == 3 || wide && height == 2)) {
      const panels = panelsOfLast(height, wide)
      for (; j >= panels * PANEL; j -= panels * PANEL) {
        lastTiles(height, wide, k, a, aStep, bj, bStep, pStep, ij, iStep, step, cj, cStep)
        bj += <usize>panels * pStep
        ij += <usize>panels * step
        cj += <usize>panels << 5
      }
    }
    if (wide && height > 2) {
      for (; j >= 2 * PANEL; j -= 2 * PANEL) {
        tile_f32_16(height, k, a, aStep, bj, bStep, pStep, ij, iStep, cj, cStep)
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
 * How many of the last rows should have tiles of more columns than others: 3 or 4 where so many are left, and 3 where 7 or 8 are; in 256-bit
 * operations 2 where there are no more. Else 0.
 */
export function lastRows(rows: i32, tileRows: i32): i32 {
  if (!HAS_LOW || (tileRows & ~WIDE_TILES) != FULL_TILE) return 0
  const left = rows % FULL_TILE
  if (left == 3 || left == 4) return left
  if (rows < FULL_TILE) return left == 2 && tileRows != FULL_TILE ? 2 : 0
  return left == 1 || left == 2 ? 3 : 0
}

/** Panels that {@link lastTiles} takes. */
// @ts-ignore: decorator
@inline
function panelsOfLast(rows: i32, wide: bool): i32 {
  if (wide && rows < 4) return rows == 2 ? 6 : 4
  return rows == 4 ? 3 : 2
}

/** C[rows, 8 panels] by a tile, or, in 128-bit operations, by two for four rows. */
// @ts-ignore: decorator
@inline
function lastTiles(
  rows: i32, wide: bool, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize,
): void {
  if (wide) {
    if (rows == 2) tile_f32_2x48(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
    else if (rows == 3) tile_f32_3x32(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
    else tile_f32_4x24(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
  } else if (rows == 3) tile_f32_3x16(k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
  else {
    const b1 = b + pStep
    const b2 = b1 + pStep
    tile_f32_4x12(k, a, aStep, b, b1, bStep, init, init + step, iStep, c, c + 32, cStep)
    tile_f32_4x12(k, a, aStep, b2, b1 + 16, bStep, init + 2 * step, init + step + (step >> 1), iStep, c + 64, c + 48, cStep)
  }
}

/** As {@link byPanels}, with {@link lastRows} in tiles of more columns: some panels are multiplied by all rows before the next. */
export function byGroups(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, step: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  const wide = HAS_WIDE && (tileRows & WIDE_TILES) != 0
  const last = lastRows(rows, tileRows)
  const panels = panelsOfLast(last, wide)
  const before = <usize>(rows - last)
  // Pairs of panels for the rows before.
  const times = wide && last == 4 && before > 0 ? 2 : 1
  const group = times * panels * PANEL
  for (; columns >= group; columns -= group) {
    if (before > 0) byPanels(rows - last, group, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
    for (let i = 0; i < times; i++) {
      lastTiles(last, wide, k, a + before * aStep, aStep, b, bStep, pStep, init + before * iStep, iStep, step, c + before * cStep, cStep)
      b += <usize>panels * pStep
      init += <usize>panels * step
      c += <usize>panels << 5
    }
  }
  if (columns > 0) byPanels(rows, columns, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
}
