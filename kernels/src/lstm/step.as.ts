import { LstmStepCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'
import { scratch } from '../runtime/scratch.as'
import { activate, clipped } from './activation.as'
import { firstRow, loadPart, storePart } from './part.as'
import { product } from './product.as'

/**
 * For s in [0, steps): z = gates[s] + h[s-1] . R; i, f, g, o = the activated quarters of z; c[s] = f c[s-1] + i g; h[s] = o act(c[s]).
 *
 * On entry `gates` holds x W + b; on return the activated gates (hardSigmoid's not yet clipped, see `activate`). `panels` is R
 * [units, 4 units] in panels of 8 columns. h[-1] and c[-1] are `h0` and `c0` [rows, units]; null means zeros. `h` and `c` have the strides `stateRow` and
 * `stateStep`; with a `stateStep` of 0 each step overwrites the one before. `hLast` and `cLast` [rows, units] get the last step's state,
 * and may be null.
 */
export function lstm_step_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<LstmStepCmd>(cmd)
  for (let item = begin; item < end; item++) {
    const first = firstRow(item, c.items, c.rows)
    block(c, first, firstRow(item + 1, c.items, c.rows) - first)
  }
}

function block(c: LstmStepCmd, first: i32, rows: i32): void {
  const units = c.units
  const panels = (units + 1) >> 1
  const zRow = <usize>panels << 5
  const stateRow = <usize>c.stateRow << 2
  const stateStep = <usize>c.stateStep << 2
  const gateRow = <usize>c.gateRow << 2
  const compactRow = <usize>units << 2
  const start = <usize>first * compactRow

  let gates = c.gates + <usize>first * gateRow
  let h = c.h + <usize>first * stateRow
  let cell = c.c + <usize>first * stateRow
  let hBefore = c.h0 ? c.h0 + start : 0
  let cBefore = c.c0 ? c.c0 + start : 0
  let beforeRow = compactRow
  for (let s = 0; s < c.steps; s++) {
    if (hBefore) product(rows, units, hBefore, beforeRow, c.panels, panels, scratch, zRow)
    else memory.fill(scratch, 0, <usize>rows * zRow)
    for (let r: usize = 0; r < <usize>rows; r++) {
      update(
        c, scratch + r * zRow, gates + r * gateRow, cBefore ? cBefore + r * beforeRow : 0,
        cell + r * stateRow, h + r * stateRow
      )
    }
    hBefore = h
    cBefore = cell
    beforeRow = stateRow
    gates += <usize>c.gateStep << 2
    h += stateStep
    cell += stateStep
  }
  copyRows(c.hLast, hBefore, rows, start, beforeRow, compactRow)
  copyRows(c.cLast, cBefore, rows, start, beforeRow, compactRow)
}

/** The gates and the state of one row; `z` is the recurrent part. */
function update(c: LstmStepCmd, z: usize, gates: usize, cBefore: usize, cell: usize, h: usize): void {
  const cellKind = c.activation
  const gateKind = c.recurrentActivation
  const quarter = <usize>c.units << 2
  for (let left = c.units; left > 0; left -= 4) {
    const pi = gates
    const pf = pi + quarter
    const pg = pf + quarter
    const po = pg + quarter
    const i = activate(gateKind, f32x4.add(loadPart(pi, left), v128.load(z)))
    const f = activate(gateKind, f32x4.add(loadPart(pf, left), v128.load(z + quarter)))
    const g = activate(cellKind, f32x4.add(loadPart(pg, left), v128.load(z + 2 * quarter)))
    const o = activate(gateKind, f32x4.add(loadPart(po, left), v128.load(z + 3 * quarter)))
    storePart(pi, i, left)
    storePart(pf, f, left)
    storePart(pg, g, left)
    storePart(po, o, left)
    let y = f32x4.mul(clipped(gateKind, i), clipped(cellKind, g))
    if (cBefore) {
      y = fma(clipped(gateKind, f), loadPart(cBefore, left), y)
      cBefore += 16
    }
    storePart(cell, y, left)
    storePart(h, f32x4.mul(clipped(gateKind, o), clipped(cellKind, activate(cellKind, y))), left)
    z += 16
    gates += 16
    cell += 16
    h += 16
  }
}

/** Copies `rows` rows to `to + start`; zeros from null. */
function copyRows(to: usize, from: usize, rows: i32, start: usize, fromRow: usize, bytes: usize): void {
  if (!to) return
  to += start
  for (; rows > 0; rows--) {
    if (from) {
      memory.copy(to, from, bytes)
      from += fromRow
    } else memory.fill(to, 0, bytes)
    to += bytes
  }
}
