import { tile_16, tile_8 } from '../generated/tiles.as'
import { HAS_WIDE } from '../runtime/simd.as'
import { tile_f32_1x8, tile_f32_2x8 } from './tile_low.as'

// `WIDE_TILES` of layouts.ts, or no bit at all
export const WIDE_TILES: i32 = HAS_WIDE ? 16 : 0

/** The next tile's height when `left` rows are left: two middling tiles rather than a full one and one of 1 or 2 rows. */
// @ts-ignore: decorator
@inline
export function tileHeight(left: i32, tileRows: i32): i32 {
  if (left <= tileRows) return left
  return left < tileRows + 3 ? (left + 1) >> 1 : tileRows
}

/** Rows of a tile of 8 columns that has sums enough for 256-bit operations; mirrored in build/tiles.ts. */
const TALL_TILE: i32 = 12

/** {@link tileHeight} of tiles of 8 columns, with `tileRows` as commands have it. */
// @ts-ignore: decorator
@inline
export function tileHeight8(left: i32, tileRows: i32): i32 {
  if ((tileRows & WIDE_TILES) != 0 && left >= TALL_TILE) return TALL_TILE
  return tileHeight(left, tileRows & ~WIDE_TILES)
}

// The tiles are written by build/tiles.ts, which says what they compute.

/** C[rows, 8] = init + A . B, for `rows` from 1 to 6, and 12 in 256-bit operations. */
// @ts-ignore: decorator
@inline
export function tile_f32(
  rows: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  if (rows == 1) tile_f32_1x8(k, a, b, bStep, init, c)
  else if (rows == 2) tile_f32_2x8(k, a, aStep, b, bStep, init, iStep, c, cStep)
  else tile_8(rows, k, a, aStep, b, bStep, init, iStep, c, cStep)
}

/** C[rows, 16] = init + A . B, with B in two panels, `b` and `b + pStep`; for `rows` from 2 to 6. */
// @ts-ignore: decorator
@inline
export function tile_f32_16(
  rows: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  tile_16(rows, k, a, aStep, b, bStep, pStep, init, iStep, c, cStep)
}
