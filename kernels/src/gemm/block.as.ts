import { scratch } from '../runtime/scratch.as'
import { HAS_WIDE } from '../runtime/simd.as'
import { copy_columns_f32, PANEL } from './pack.as'
import { shallow_f32 } from './shallow.as'
import { tile_f32, tile_f32_16 } from './tile.as'

/** Bytes at the start of `scratch` that {@link gemm_block_f32} uses; its callers' own data begins behind them. */
export const BLOCK_SCRATCH: usize = 256

const ZEROS: usize = memory.data(64, 16)

// `WIDE_TILES` of layouts.ts, or no bit at all
export const WIDE_TILES: i32 = HAS_WIDE ? 16 : 0

/**
 * Up to this depth, and of so many columns at least, rows are multiplied by all columns before the next rows: B stays in the first-level
 * cache, and C, which is most of what is moved, is written line by line.
 */
const SHALLOW: i32 = 32
const LEAST_COLUMNS: i32 = 16
const LEAST_COLUMNS_WIDE: i32 = 32
/** Up to this depth by `shallow_f32`; in 256-bit operations, whose tiles are faster, up to one less. */
const SHALLOWEST: i32 = 4

/** The next tile's height when `left` rows are left: two middling tiles rather than a full one and one of 1 or 2 rows. */
// @ts-ignore: decorator
@inline
export function tileHeight(left: i32, tileRows: i32): i32 {
  if (left <= tileRows) return left
  return left < tileRows + 3 ? (left + 1) >> 1 : tileRows
}

/**
 * C[rows, columns] = init + A[rows, k] . B[k, columns].
 *
 * `aStep`, `cStep` and `iStep` are the bytes from a row of A, C and init to the next; A's rows are contiguous. B is in
 * panels of 8 columns: `bStep` bytes from a row to the next (32 when packed), `pStep` from a panel to the next; a whole
 * last panel must be readable.
 * `init` 0 stands for zeros; `iStep` 0 repeats one row (a bias); init may be c. `tileRows`: see tileRows in gemm.ts.
 * Uses the first BLOCK_SCRATCH bytes of scratch. k may be 0.
 */
export function gemm_block_f32(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, pStep: usize,
  init: usize, iStep: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  let step: usize = 32
  if (!init) {
    init = ZEROS
    iStep = 0
    step = 0
  }
  const whole = columns & ~(PANEL - 1)
  const panels = <usize>(whole / PANEL)
  const left = columns - whole
  const isWide = (tileRows & WIDE_TILES) != 0
  const isShallow = k <= SHALLOW && columns >= (isWide ? LEAST_COLUMNS_WIDE : LEAST_COLUMNS)
  if (isShallow && k > 0 && k <= (isWide ? SHALLOWEST - 1 : SHALLOWEST) && iStep == 0) {
    shallow_f32(rows, whole / PANEL, k, a, aStep, b, bStep, pStep, init, step, c, cStep)
  } else if (isShallow) {
    byRows(rows, whole, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
  } else byPanels(rows, whole, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
  if (left > 0) {
    edge(rows, left, k, a, aStep, b + panels * pStep, bStep, init + panels * step, iStep, c + (panels << 5), cStep,
      tileRows & ~WIDE_TILES)
  }
}

/** `columns`, a multiple of 8, panel by panel or two; init goes `step` bytes on from one to the next. */
function byPanels(
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

/** As {@link byPanels}, but all columns of some rows before the next rows. */
function byRows(
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

/** The last `columns` (1 to 7) columns, by way of a tile in scratch. */
function edge(
  rows: i32, columns: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize,
  init: usize, iStep: usize, c: usize, cStep: usize, tileRows: i32,
): void {
  const row = scratch
  const tile = scratch + 32
  if (!iStep) copy_columns_f32(init, 0, row, 0, 1, columns)
  for (let left = rows; left > 0;) {
    const height = tileHeight(left, tileRows)
    if (iStep) {
      copy_columns_f32(init, iStep, tile, 32, height, columns)
      tile_f32(height, k, a, aStep, b, bStep, tile, 32, tile, 32)
    } else tile_f32(height, k, a, aStep, b, bStep, row, 0, tile, 32)
    copy_columns_f32(tile, 32, c, cStep, height, columns)
    a += <usize>height * aStep
    init += <usize>height * iStep
    c += <usize>height * cStep
    left -= height
  }
}
