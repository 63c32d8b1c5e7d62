import { outer_16, outer_8 } from '../generated/tiles.as'
import { tileHeight, tileHeight8 } from '../gemm/tile.as'

// The tiles are written by build/tiles.ts, which says what they compute.

/** `outer` of 8 columns for any number of rows, a's next to each other, in tiles of at most `tileRows`. */
export function outer_f32(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  while (rows > 0) {
    // No tile of 1 or 2 rows, which are slow, behind a full one.
    const tile = tileHeight8(rows, tileRows)
    outer_8(tile, width, height, a, aStep, aSkip, b, bStep, bSkip, init, iStep, c, cStep)
    a += <usize>tile << 2
    init += <usize>tile * iStep
    c += <usize>tile * cStep
    rows -= tile
  }
}

/** `outer` of 16 columns likewise. */
export function outer_f32_16(
  rows: i32, a: usize, aStep: usize, aSkip: usize, b: usize, bStep: usize, bSkip: usize, bPanel: usize, width: i32, height: i32,
  init: usize, iStep: usize, c: usize, cStep: usize, cPanel: usize, tileRows: i32,
): void {
  if (rows == 1) {
    outer_f32(1, a, aStep, aSkip, b, bStep, bSkip, width, height, init, iStep, c, cStep, tileRows)
    outer_f32(1, a, aStep, aSkip, b + bPanel, bStep, bSkip, width, height, init + cPanel, iStep, c + cPanel, cStep, tileRows)
    return
  }
  while (rows > 0) {
    const tile = tileHeight(rows, tileRows)
    outer_16(tile, width, height, a, aStep, aSkip, b, bStep, bSkip, bPanel, init, iStep, c, cStep, cPanel)
    a += <usize>tile << 2
    init += <usize>tile * iStep
    c += <usize>tile * cStep
    rows -= tile
  }
}
