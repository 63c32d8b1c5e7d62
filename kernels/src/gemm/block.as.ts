import { scratch } from '../runtime/scratch.as'
import { byGroups, byPanels, byRows, lastRows } from './order.as'
import { copy_columns_f32, PANEL } from './pack.as'
import { shallow_f32 } from './shallow.as'
import { shallow_f32_wide } from './shallow_wide.as'
import { tile_f32, tileHeight8, WIDE_TILES } from './tile.as'

/** Bytes at the start of `scratch` that {@link gemm_block_f32} uses; its callers' own data begins behind them. */
export const BLOCK_SCRATCH: usize = 512

const ZEROS: usize = memory.data(192, 16)

/**
 * Up to this depth, and of so many columns at least, rows are multiplied by all columns before the next rows: B stays in the first-level
 * cache, and C, which is most of what is moved, is written line by line.
 */
const SHALLOW: i32 = 32
const LEAST_COLUMNS: i32 = 16
const LEAST_COLUMNS_WIDE: i32 = 32
/** Up to this depth by `shallow_f32`, of whole panels; so deep, of so many columns at least. */
const SHALLOWEST: i32 = 4
const LEAST_SHALLOWEST: i32 = 16
const LEAST_SHALLOWEST_WIDE: i32 = 24

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
  const least = k < SHALLOWEST ? PANEL : isWide ? LEAST_SHALLOWEST_WIDE : LEAST_SHALLOWEST
  if (k > 0 && k <= SHALLOWEST && columns >= least && iStep == 0) {
    if (isWide) shallow_f32_wide(rows, whole / PANEL, k, a, aStep, b, bStep, pStep, init, step, c, cStep)
    else shallow_f32(rows, whole / PANEL, k, a, aStep, b, bStep, pStep, init, step, c, cStep)
  } else if (isShallow) {
    byRows(rows, whole, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
  } else if (lastRows(rows, tileRows) > 0) {
    byGroups(rows, whole, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
  } else byPanels(rows, whole, k, a, aStep, b, bStep, pStep, init, iStep, step, c, cStep, tileRows)
  if (left > 0) {
    edge(rows, left, k, a, aStep, b + panels * pStep, bStep, init + panels * step, iStep, c + (panels << 5), cStep,
      tileRows)
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
    const height = tileHeight8(left, tileRows)
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
