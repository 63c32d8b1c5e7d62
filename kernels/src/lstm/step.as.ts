import { LstmStepCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'
import { activate, clipped, HARD_SIGMOID, SIGMOID, TANH } from './activation.as'
import { copyRow, firstRow, loadPart, storePart } from './part.as'
import { product } from './product.as'

const ZEROS: usize = memory.data(32, 16)

/**
 * For s in [0, steps): z = gates[s] + h[s-1] . R; i, f, g, o = the activated quarters of z; c[s] = f c[s-1] + i g;
 * h[s] = o act(c[s]).
 *
 * On entry `gates` holds x W + b; on return the activated gates (hardSigmoid's not yet clipped, see `activate`).
 * `panels` is R [units, 4 units] in panels of 8 columns. h[-1] and c[-1] are `h0` and `c0` [rows, units]; null means
 * zeros. `h` and `c` have the strides `stateRow` and `stateStep`; with a `stateStep` of 0 each step overwrites the
 * one before. `hLast` and `cLast` [rows, units] get the last step's state, and may be null.
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
  let mask = c.mask ? c.mask + <usize>(first * c.maskRow) : 0
  for (let s = 0; s < c.steps; s++) {
    if (hBefore) {
      product(
        rows, units << 2, units, hBefore, beforeRow, c.panels, gates, gateRow, gates, gateRow, c.tileRows
      )
    }
    for (let r: usize = 0; r < <usize>rows; r++) {
      if (mask && !load<u8>(mask + r * <usize>c.maskRow)) {
        copyRow(h + r * stateRow, hBefore ? hBefore + r * beforeRow : 0, compactRow)
        copyRow(cell + r * stateRow, cBefore ? cBefore + r * beforeRow : 0, compactRow)
      } else {
        update(
          c, gates + r * gateRow, cBefore ? cBefore + r * beforeRow : 0, cell + r * stateRow, h + r * stateRow
        )
      }
    }
    if (mask) mask += c.maskStep
    hBefore = h
    cBefore = cell
    beforeRow = stateRow
    gates += <usize>c.gateStep << 2
    h += stateStep
    cell += stateStep
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    const to = start + r * compactRow
    if (c.hLast) copyRow(c.hLast + to, hBefore ? hBefore + r * beforeRow : 0, compactRow)
    if (c.cLast) copyRow(c.cLast + to, cBefore ? cBefore + r * beforeRow : 0, compactRow)
  }
}

/** The gates and the state of one row; common activations have loops without a choice in them. */
function update(c: LstmStepCmd, gates: usize, cBefore: usize, cell: usize, h: usize): void {
  const kind = c.recurrentActivation
  if (c.activation == TANH && kind == SIGMOID) tanhSigmoid(c.units, gates, cBefore, cell, h)
  else if (c.activation == TANH && kind == HARD_SIGMOID) tanhHardSigmoid(c.units, gates, cBefore, cell, h)
  else updateAs(c.activation, kind, c.units, gates, cBefore, cell, h)
}

function tanhSigmoid(units: i32, gates: usize, cBefore: usize, cell: usize, h: usize): void {
  updateAs(TANH, SIGMOID, units, gates, cBefore, cell, h)
}

function tanhHardSigmoid(units: i32, gates: usize, cBefore: usize, cell: usize, h: usize): void {
  updateAs(TANH, HARD_SIGMOID, units, gates, cBefore, cell, h)
}

// @ts-ignore: decorator
@inline
function updateAs(
  cellKind: i32, gateKind: i32, units: i32, gates: usize, cBefore: usize, cell: usize, h: usize
): void {
  const quarter = <usize>units << 2
  let step: usize = 16
  if (!cBefore) {
    cBefore = ZEROS
    step = 0
  }
  let left = units
  for (; left >= 8; left -= 8) {
    const pi = gates
    const pf = pi + quarter
    const pg = pf + quarter
    const po = pg + quarter
    const i0 = activate(gateKind, v128.load(pi)), i1 = activate(gateKind, v128.load(pi, 16))
    const f0 = activate(gateKind, v128.load(pf)), f1 = activate(gateKind, v128.load(pf, 16))
    const g0 = activate(cellKind, v128.load(pg)), g1 = activate(cellKind, v128.load(pg, 16))
    const y0 = fma(clipped(gateKind, f0), v128.load(cBefore), f32x4.mul(clipped(gateKind, i0), clipped(cellKind, g0)))
    const y1 = fma(clipped(gateKind, f1), v128.load(cBefore, 16), f32x4.mul(clipped(gateKind, i1), clipped(cellKind, g1)))
    const o0 = activate(gateKind, v128.load(po)), o1 = activate(gateKind, v128.load(po, 16))
    const h0 = f32x4.mul(clipped(gateKind, o0), clipped(cellKind, activate(cellKind, y0)))
    const h1 = f32x4.mul(clipped(gateKind, o1), clipped(cellKind, activate(cellKind, y1)))
    v128.store(pi, i1, 16)
    v128.store(pi, i0)
    v128.store(pf, f1, 16)
    v128.store(pf, f0)
    v128.store(pg, g1, 16)
    v128.store(pg, g0)
    v128.store(po, o1, 16)
    v128.store(po, o0)
    v128.store(cell, y1, 16)
    v128.store(cell, y0)
    v128.store(h, h1, 16)
    v128.store(h, h0)
    gates += 32
    cBefore += 2 * step
    cell += 32
    h += 32
  }
  for (; left > 0; left -= 4) {
    const pi = gates
    const pf = pi + quarter
    const pg = pf + quarter
    const po = pg + quarter
    const i = activate(gateKind, loadPart(pi, left))
    const f = activate(gateKind, loadPart(pf, left))
    const g = activate(cellKind, loadPart(pg, left))
    const o = activate(gateKind, loadPart(po, left))
    storePart(pi, i, left)
    storePart(pf, f, left)
    storePart(pg, g, left)
    storePart(po, o, left)
    const y = fma(clipped(gateKind, f), loadPart(cBefore, left), f32x4.mul(clipped(gateKind, i), clipped(cellKind, g)))
    cBefore += step
    storePart(cell, y, left)
    storePart(h, f32x4.mul(clipped(gateKind, o), clipped(cellKind, activate(cellKind, y))), left)
    gates += 16
    cell += 16
    h += 16
  }
}
