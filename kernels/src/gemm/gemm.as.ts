import { GemmCmd, PackBCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { BLOCK_SCRATCH, gemm_block_f32 } from './block.as'
import { finish_f32 } from './normalize.as'
import { pack_b_f32, PANEL, transpose_block_f32 } from './pack.as'
export { gemm_tiny_f32 } from './tiny.as'

// `layoutsB` of layouts.ts
const COLUMNS: i32 = 1
const PANELS: i32 = 2
const IN_PLACE: i32 = 3

/** Rows of A that are used with one block of B before the next rows: with 512 columns, half of a small second-level cache. */
const ROWS_IN_CACHE: i32 = 120
/**
 * Where what they make is read again, and has more columns than FEW_COLUMNS, it is read from the first-level cache. Whole tiles of every
 * height, and enough left for another: so rows are in tiles of the same heights, and the results the same.
 */
const ROWS_FINISHED: i32 = 60
const LEAST_LEFT: i32 = 12
const FEW_COLUMNS: i32 = 64

// @ts-ignore: decorator
@inline
function blocks(size: i32, block: i32): i32 {
  return (size + block - 1) / block
}

/** See `gemm` in command.ts. */
export function gemm_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<GemmCmd>(cmd)
  const rowBlocks = blocks(c.m, c.rowBlock)
  const columnBlocks = blocks(c.n, c.columnBlock)
  for (let item = begin; item < end; item++) {
    const i = item % rowBlocks
    const j = (item / rowBlocks) % columnBlocks
    const batch = item / (rowBlocks * columnBlocks)
    product(c, batch, i * c.rowBlock, j * c.columnBlock)
  }
}

function product(c: GemmCmd, batch: i32, i0: i32, j0: i32): void {
  const rows = min(c.rowBlock, c.m - i0)
  const columns = min(c.columnBlock, c.n - j0)
  const a = c.a + (<usize>(batch * c.batchA) << 2)
  const out = c.c + (<usize>(batch * c.batchC + i0 * c.ldc + j0) << 2)
  let b = c.b + (<usize>(batch * c.batchB) << 2)
  const k = c.k
  // k in blocks of depthBlock; one empty block when k is 0
  let k0 = 0
  do {
    const depth = min(c.depthBlock, k - k0)
    let panels = scratch + BLOCK_SCRATCH
    let bStep: usize = 32
    let pStep = <usize>depth << 5
    let packed = pStep * blocks(columns, PANEL)
    if (c.layoutB == PANELS) {
      panels = b + ((<usize>(j0 / PANEL * k) + k0) << 5)
      pStep = <usize>k << 5
      packed = 0
    } else if (c.layoutB == IN_PLACE) {
      panels = b + (<usize>(k0 * c.ldb + j0) << 2)
      bStep = <usize>c.ldb << 2
      pStep = 32
      packed = 0
    } else if (c.layoutB == COLUMNS) {
      pack_b_f32(b + (<usize>(j0 * c.ldb + k0) << 2), <usize>c.ldb << 2, true, depth, columns, panels, pStep, c.alpha)
    } else {
      pack_b_f32(b + (<usize>(k0 * c.ldb + j0) << 2), <usize>c.ldb << 2, false, depth, columns, panels, pStep, c.alpha)
    }
    const rest = scratch + BLOCK_SCRATCH + packed
    const last = k0 + depth >= k
    const finishes = last && (c.tables || c.activation) && columns > FEW_COLUMNS
    for (let i = 0; i < rows;) {
      let count = min(ROWS_IN_CACHE - i % ROWS_IN_CACHE, rows - i)
      if (finishes && count >= ROWS_FINISHED + LEAST_LEFT) count = ROWS_FINISHED
      rowsTimesBlock(c, a, i0 + i, count, j0, columns, k0, depth, panels, bStep, pStep, rest,
        out + (<usize>(i * c.ldc) << 2), last)
      i += count
    }
    k0 += depth
  } while (k0 < k)
}

/** At least `bytes`, and an odd number of cache lines: rows so far apart do not compete for the same few places of the cache. */
// @ts-ignore: decorator
@inline
function spreadRows(bytes: usize): usize {
  return (bytes + 127) & ~127 | 64
}

/** Rows [i, i + rows) of A, k in [k0, k0 + depth), times a block of B. `rest`: free scratch. `last`: the sum is complete. */
function rowsTimesBlock(
  c: GemmCmd, a: usize, i: i32, rows: i32, j0: i32, columns: i32, k0: i32, depth: i32,
  panels: usize, bStep: usize, pStep: usize, rest: usize, out: usize, last: bool,
): void {
  const cStep = <usize>c.ldc << 2
  let aStep = <usize>c.lda << 2
  if (c.transposeA) {
    const step = spreadRows(<usize>depth << 2)
    transpose_block_f32(a + (<usize>(k0 * c.lda + i) << 2), aStep, depth, rows, rest, step, 1)
    a = rest
    aStep = step
    rest += step * rows
  } else a += <usize>(i * c.lda + k0) << 2
  let init: usize = 0
  let iStep: usize = 0
  if (k0 > 0 || c.accumulate) {
    init = out
    iStep = cStep
  } else if (c.bias) init = c.bias + (<usize>j0 << 2)
  const whole = columns & ~(PANEL - 1)
  if (c.layoutB != IN_PLACE || whole == columns) {
    gemm_block_f32(rows, columns, depth, a, aStep, panels, bStep, pStep, init, iStep, out, cStep, c.tileRows)
  } else {
    // In place, the last panel would read beyond B.
    gemm_block_f32(rows, whole, depth, a, aStep, panels, bStep, pStep, init, iStep, out, cStep, c.tileRows)
    const done = <usize>whole << 2
    pack_b_f32(panels + done, bStep, false, depth, columns - whole, rest, 0, 1)
    if (init) init += done
    gemm_block_f32(rows, columns - whole, depth, a, aStep, rest, 32, 0, init, iStep, out + done, cStep, c.tileRows)
  }
  if (!last) return
  const factor = c.tables ? c.tables + (<usize>j0 << 2) : 0
  finish_f32(factor, <usize>c.n << 2, c.activation, out, cStep, rows, columns, c.leak, c.slope + (<usize>j0 << 2))
}

/** See `packB` in command.ts. */
export function gemm_pack_b_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PackBCmd>(cmd)
  const k = c.k
  const panelBytes = <usize>k << 5
  for (let j = begin; j < end; j++) {
    const first = j * PANEL
    const b = c.b + (<usize>(c.transposeB ? first * c.ldb : first) << 2)
    pack_b_f32(b, <usize>c.ldb << 2, c.transposeB != 0, k, min(PANEL, c.n - first), c.panels + panelBytes * j, 0, c.alpha)
  }
}
