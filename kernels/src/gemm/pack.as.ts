import { loadHead, storeHead } from '../runtime/simd.as'

/** Columns of a packed panel. */
export const PANEL: i32 = 8

// A row of 4 to 4 columns: with a, b, c, d the rows of a 4x4 matrix, its columns.
// @ts-ignore: decorator
@inline
function storeTransposed(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5))
  v128.store(to + step, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7))
  v128.store(to + 2 * step, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5))
  v128.store(to + 3 * step, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7))
}

/**
 * to[j, i] = scale * from[i, j] for i in [0, rows), j in [0, columns): a transposed copy. `fStep` and `tStep` are the
 * bytes from a row to the next in `from` and in `to`, which do not overlap.
 */
export function transpose_block_f32(
  from: usize, fStep: usize, rows: i32, columns: i32, to: usize, tStep: usize, scale: f32,
): void {
  const s = f32x4.splat(scale)
  let i = 0
  for (; i <= rows - 4; i += 4) {
    let f = from
    let t = to
    let j = 0
    for (; j <= columns - 4; j += 4) {
      storeTransposed(
        f32x4.mul(s, v128.load(f)),
        f32x4.mul(s, v128.load(f + fStep)),
        f32x4.mul(s, v128.load(f + 2 * fStep)),
        f32x4.mul(s, v128.load(f + 3 * fStep)),
        t, tStep,
      )
      f += 16
      t += 4 * tStep
    }
    for (; j < columns; j++) {
      store<f32>(t, scale * load<f32>(f))
      store<f32>(t, scale * load<f32>(f + fStep), 4)
      store<f32>(t, scale * load<f32>(f + 2 * fStep), 8)
      store<f32>(t, scale * load<f32>(f + 3 * fStep), 12)
      f += 4
      t += tStep
    }
    from += 4 * fStep
    to += 16
  }
  for (; i < rows; i++) {
    let f = from
    let t = to
    for (let j = 0; j < columns; j++) {
      store<f32>(t, scale * load<f32>(f))
      f += 4
      t += tStep
    }
    from += fStep
    to += 4
  }
}

/** One panel of B stored by rows: to[k, 8] = scale * b[k, columns]; what lies behind `columns` (1 to 8) is 0. */
function packPanelRows(b: usize, bStep: usize, k: i32, columns: i32, to: usize, scale: f32): void {
  const s = f32x4.splat(scale)
  const zero = f32x4.splat(0)
  for (let i = 0; i < k; i++) {
    let low = zero
    let high = zero
    if (columns == 8) {
      low = v128.load(b)
      high = v128.load(b, 16)
    } else if (columns >= 4) {
      low = v128.load(b)
      if (columns > 4) high = loadHead(b + 16, columns - 4)
    } else low = loadHead(b, columns)
    v128.store(to, f32x4.mul(s, low))
    v128.store(to, f32x4.mul(s, high), 16)
    b += bStep
    to += 32
  }
}

/** Four panels of B stored by rows, `pStep` bytes apart: whole cache lines of B are read at once. */
function packFourPanels(b: usize, bStep: usize, k: i32, to: usize, pStep: usize, scale: f32): void {
  const s = f32x4.splat(scale)
  let t0 = to, t1 = t0 + pStep, t2 = t1 + pStep, t3 = t2 + pStep
  for (; k > 0; k--) {
    const v00 = f32x4.mul(s, v128.load(b)), v01 = f32x4.mul(s, v128.load(b, 16))
    const v10 = f32x4.mul(s, v128.load(b, 32)), v11 = f32x4.mul(s, v128.load(b, 48))
    const v20 = f32x4.mul(s, v128.load(b, 64)), v21 = f32x4.mul(s, v128.load(b, 80))
    const v30 = f32x4.mul(s, v128.load(b, 96)), v31 = f32x4.mul(s, v128.load(b, 112))
    v128.store(t0, v01, 16)
    v128.store(t0, v00)
    v128.store(t1, v11, 16)
    v128.store(t1, v10)
    v128.store(t2, v21, 16)
    v128.store(t2, v20)
    v128.store(t3, v31, 16)
    v128.store(t3, v30)
    b += bStep
    t0 += 32
    t1 += 32
    t2 += 32
    t3 += 32
  }
}

/**
 * Packs scale * op(B)[k, columns] into panels `pStep` bytes apart. `b` is the address of the block's first element, `bStep`
 * the bytes from a stored row to the next; `transposed`: B is stored [columns, k].
 */
export function pack_b_f32(
  b: usize, bStep: usize, transposed: bool, k: i32, columns: i32, to: usize, pStep: usize, scale: f32,
): void {
  let j = 0
  if (!transposed) {
    for (; j <= columns - 4 * PANEL; j += 4 * PANEL) {
      packFourPanels(b, bStep, k, to, pStep, scale)
      b += 128
      to += 4 * pStep
    }
  }
  for (; j < columns; j += PANEL) {
    const width = min(PANEL, columns - j)
    if (transposed) {
      if (width < PANEL) memory.fill(to, 0, <usize>k << 5)
      transpose_block_f32(b, bStep, width, k, to, 32, scale)
      b += bStep * PANEL
    } else {
      packPanelRows(b, bStep, k, width, to, scale)
      b += 32
    }
    to += pStep
  }
}

/** Copies `rows` rows of `count` f32 (1 to 8); `fStep` and `tStep` are the bytes from a row to the next. */
export function copy_columns_f32(from: usize, fStep: usize, to: usize, tStep: usize, rows: i32, count: i32): void {
  for (; rows > 0; rows--) {
    if (count == 8) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
    } else if (count >= 4) {
      v128.store(to, v128.load(from))
      if (count > 4) storeHead(to + 16, loadHead(from + 16, count - 4), count - 4)
    } else storeHead(to, loadHead(from, count), count)
    from += fStep
    to += tStep
  }
}
