import { LstmStepGradCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'
import { activate, clipped, slope } from './activation.as'
import { copyRow, firstRow, loadPart, storePart } from './part.as'
import { product } from './product.as'

/**
 * Given what `lstm_step_f32` left in `gates`, `h` and `c`, and the gradients of its results (null means zeros): `dh`
 * of the sequence h (strides as h), `dhLast` and `dcLast` of the last state; writes `dz`, the gradient of z (strides
 * as gates), and `dh0` and `dc0` [rows, units], of the first state.
 *
 * `panels` is R transposed, [4 units, units], in panels of 8 columns. If `hBefore` is not null, h[s-1] is written to
 * it row by row as dz is, with strides `beforeRow` and `beforeStep`, so that the gradient of R is one product over
 * all rows and steps: hBefore^T . dz.
 */
export function lstm_step_grad_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<LstmStepGradCmd>(cmd)
  for (let item = begin; item < end; item++) {
    const first = firstRow(item, c.items, c.rows)
    block(c, first, firstRow(item + 1, c.items, c.rows) - first)
  }
}

function block(c: LstmStepGradCmd, first: i32, rows: i32): void {
  const units = c.units
  const stateRow = <usize>c.stateRow << 2
  const stateStep = <usize>c.stateStep << 2
  const gateRow = <usize>c.gateRow << 2
  const gateStep = <usize>c.gateStep << 2
  const compactRow = <usize>units << 2
  const start = <usize>first * compactRow
  const last = <usize>(c.steps - 1)

  // dh0 and dc0 hold the gradients of h[s] and c[s] by way of the steps behind s.
  const dh0 = c.dh0 + start
  const dc0 = c.dc0 + start
  copyRow(dh0, c.dhLast ? c.dhLast + start : 0, <usize>rows * compactRow)
  copyRow(dc0, c.dcLast ? c.dcLast + start : 0, <usize>rows * compactRow)
  let gates = c.gates + <usize>first * gateRow + last * gateStep
  let dz = c.dz + <usize>first * gateRow + last * gateStep
  let state = <usize>first * stateRow + last * stateStep
  let hBefore = c.hBefore + (<usize>(first * c.beforeRow) << 2) + (last * <usize>c.beforeStep << 2)
  let mask = c.mask ? c.mask + <usize>(first * c.maskRow) + last * <usize>c.maskStep : 0
  for (let s = c.steps - 1; s >= 0; s--) {
    for (let r: usize = 0; r < <usize>rows; r++) {
      const at = state + r * stateRow
      const compact = start + r * compactRow
      const before = at - stateStep
      const dh = c.dh ? c.dh + at : 0
      if (mask && !load<u8>(mask + r * <usize>c.maskRow)) {
        addRow(dh0 + r * compactRow, dh, units)
        copyRow(dz + r * gateRow, 0, compactRow << 2)
      } else {
        update(
          c, gates + r * gateRow, c.c + at, s > 0 ? c.c + before : c.c0 ? c.c0 + compact : 0,
          dh0 + r * compactRow, dh, dc0 + r * compactRow, dz + r * gateRow
        )
        if (mask) copyRow(dh0 + r * compactRow, 0, compactRow)
      }
      if (c.hBefore) {
        copyRow(
          hBefore + r * (<usize>c.beforeRow << 2), s > 0 ? c.h + before : c.h0 ? c.h0 + compact : 0, compactRow
        )
      }
    }
    // What a hidden step hands on as it came is in dh0 then, and zeros for the others.
    product(rows, units, units << 2, dz, gateRow, c.panels, mask ? dh0 : 0, compactRow, dh0, compactRow, c.tileRows)
    if (mask) mask -= c.maskStep
    gates -= gateStep
    dz -= gateStep
    state -= stateStep
    hBefore -= <usize>c.beforeStep << 2
  }
}

/** dz of one row, and dc[s-1] over dc[s]. */
function update(
  c: LstmStepGradCmd, gates: usize, cell: usize, cBefore: usize, dhLater: usize, dh: usize, dc: usize, dz: usize
): void {
  const cellKind = c.activation
  const gateKind = c.recurrentActivation
  const quarter = <usize>c.units << 2
  for (let left = c.units; left > 0; left -= 4) {
    const i = loadPart(gates, left)
    const f = loadPart(gates + quarter, left)
    const g = loadPart(gates + 2 * quarter, left)
    const o = loadPart(gates + 3 * quarter, left)
    const y = activate(cellKind, loadPart(cell, left))
    let dhHere = loadPart(dhLater, left)
    if (dh) {
      dhHere = f32x4.add(dhHere, loadPart(dh, left))
      dh += 16
    }
    const dcHere = fma(f32x4.mul(dhHere, clipped(gateKind, o)), slope(cellKind, y), loadPart(dc, left))
    let df = f32x4.splat(0)
    if (cBefore) {
      df = f32x4.mul(f32x4.mul(dcHere, loadPart(cBefore, left)), slope(gateKind, f))
      cBefore += 16
    }
    storePart(dz, f32x4.mul(f32x4.mul(dcHere, clipped(cellKind, g)), slope(gateKind, i)), left)
    storePart(dz + quarter, df, left)
    storePart(dz + 2 * quarter, f32x4.mul(f32x4.mul(dcHere, clipped(gateKind, i)), slope(cellKind, g)), left)
    storePart(dz + 3 * quarter, f32x4.mul(f32x4.mul(dhHere, clipped(cellKind, y)), slope(gateKind, o)), left)
    storePart(dc, f32x4.mul(dcHere, clipped(gateKind, f)), left)
    gates += 16
    cell += 16
    dhLater += 16
    dc += 16
    dz += 16
  }
}

/** to += from, which may be null. */
function addRow(to: usize, from: usize, units: i32): void {
  if (!from) return
  for (let left = units; left > 0; left -= 4) {
    storePart(to, f32x4.add(loadPart(to, left), loadPart(from, left)), left)
    to += 16
    from += 16
  }
}
