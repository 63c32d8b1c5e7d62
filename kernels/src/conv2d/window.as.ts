import { window_16, window_8 } from '../generated/tiles.as'
import { tileHeight, tileHeight8 } from '../gemm/tile.as'

// The tiles are written by build/tiles.ts, which says what they compute.

/** `window` of 8 columns for any number of rows, in tiles of at most `tileRows`. */
export function window_f32(
  rows: i32, a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
  tileRows: i32,
): void {
  while (rows > 0) {
    // No tile of 1 or 2 rows, which are slow, behind a full one.
    const tile = tileHeight8(rows, tileRows)
    window_8(tile, run, runs, a, aStep, aSkip, b, init, c, cStep)
    a += <usize>tile * aStep
    c += <usize>tile * cStep
    rows -= tile
  }
}

/** `window` of 16 columns likewise. */
export function window_f32_16(
  rows: i32, a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, pStep: usize, init: usize, c: usize, cStep: usize,
  tileRows: i32,
): void {
  if (rows == 1) {
    window_f32(1, a, aStep, aSkip, run, runs, b, init, c, cStep, tileRows)
    window_f32(1, a, aStep, aSkip, run, runs, b + pStep, init + 32, c + 32, cStep, tileRows)
    return
  }
  while (rows > 0) {
    const tile = tileHeight(rows, tileRows)
    window_16(tile, run, runs, a, aStep, aSkip, b, pStep, init, c, cStep)
    a += <usize>tile * aStep
    c += <usize>tile * cStep
    rows -= tile
  }
}
