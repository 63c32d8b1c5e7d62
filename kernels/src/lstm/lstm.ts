import { tileRows } from '../gemm/gemm.ts'
import { runLstmStep, runLstmStepGrad } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseName, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** What the gates and the state may be activated with; a command holds the index. */
export const lstmActivations = ['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid'] as const

/** The most rows in a block: several tiles, for which the recurrent weights are read once. */
const ROWS = 24
/** The fewest where there are several threads to share them out. */
const LEAST_ROWS = 4

/** A gate's or a state's activation; hardSigmoid is min(max(0.2 x + 0.5, 0), 1), as in tfjs-layers. */
export type LstmActivation = (typeof lstmActivations)[number]

export interface LstmSequence {
  rows: number
  steps: number
  units: number
  /** Sequences are stored [steps, rows, ..] instead of [rows, steps, ..]. */
  timeMajor?: boolean
  /** The first step reads the last place of `gates`; `h` and `c` are in the order of the steps. */
  goBackwards?: boolean
  /**
   * A byte for each place of the sequence, [rows, steps], 0 where the step is hidden and the state stays as it was; 0
   * for no mask.
   */
  mask?: number
  activation?: LstmActivation
  recurrentActivation?: LstmActivation
}

/** What `lstmStep` takes: sizes, and addresses of f32. */
export interface LstmStepOptions extends LstmSequence {
  /** x W + b on entry, the activated gates (hardSigmoid's not clipped) on return, [rows, steps, 4 units]. */
  gates: number
  /** R in panels of 8 columns, see `packB`. */
  panels: number
  /** The first state, [rows, units]; 0 for zeros. */
  h0?: number
  c0?: number
  /** Every step's state, [rows, steps, units]; or, where `h` and `c` are absent, only the last one's. */
  h?: number
  c?: number
  /** The last step's state, [rows, units]. */
  hLast: number
  cLast: number
}

/** What `lstmStepGrad` takes: sizes, and addresses of f32. */
export interface LstmStepGradOptions extends LstmSequence {
  /** As `lstmStep` left them. */
  gates: number
  h: number
  c: number
  h0?: number
  c0?: number
  /** R transposed, in panels of 8 columns. */
  panels: number
  /** Gradients of h [rows, steps, units] and of the last state [rows, units]; 0 for zeros. */
  dh?: number
  dhLast?: number
  dcLast?: number
  /**
   * Results: the gradient of the gates before activation, placed as `gates`; of the first state; and h one step
   * before, placed as `gates`.
   */
  dz: number
  dh0: number
  dc0: number
  hBefore?: number
}

/** `steps` LSTM steps; see the kernel's contract. Addresses are bytes. */
export function lstmStep(rt: Runtime, o: LstmStepOptions): void {
  if (!(rt && o)) refuseArguments('lstmStep', { rt, options: o })
  const { rows, steps, units } = o
  const { gates, hLast, cLast } = o
  if (!areSizes(rows, steps, units, gates, hLast, cLast))
    refuseSizes('lstmStep', { rows, steps, units, gates, hLast, cLast })
  if (rows === 0 || units === 0) return
  const all = o.h !== undefined && o.c !== undefined
  const state = strides(o, units)
  const gate = strides(o, 4 * units)
  runLstmStep(rt, 'lstm_step_f32', blocks(rt.threads, rows), {
    gates: o.gates + firstGate(o),
    panels: o.panels,
    h0: o.h0 ?? 0,
    c0: o.c0 ?? 0,
    ...maskFields(o),
    h: all ? o.h! : o.hLast,
    c: all ? o.c! : o.cLast,
    // With no step to overwrite them, the last state is the first one: the kernel copies it.
    hLast: all || steps === 0 ? o.hLast : 0,
    cLast: all || steps === 0 ? o.cLast : 0,
    rows,
    steps,
    units,
    gateRow: gate.row,
    gateStep: o.goBackwards ? -gate.step : gate.step,
    stateRow: all ? state.row : units,
    stateStep: all ? state.step : 0,
    activation: codeOf('lstmStep', 'activation', o.activation ?? 'tanh'),
    recurrentActivation: codeOf('lstmStep', 'recurrentActivation', o.recurrentActivation ?? 'sigmoid'),
    tileRows: tileRows(rt.variant, rt.wide),
  })
}

/** The gradient of `lstmStep`; see the kernel's contract. Addresses are bytes. */
export function lstmStepGrad(rt: Runtime, o: LstmStepGradOptions): void {
  if (!(rt && o)) refuseArguments('lstmStepGrad', { rt, options: o })
  const { rows, steps, units } = o
  if (!areSizes(rows, steps, units, o.gates, o.dz))
    refuseSizes('lstmStepGrad', { rows, steps, units, gates: o.gates, dz: o.dz })
  if (rows === 0 || units === 0) return
  const state = strides(o, units)
  const gate = strides(o, 4 * units)
  runLstmStepGrad(rt, 'lstm_step_grad_f32', blocks(rt.threads, rows), {
    gates: o.gates + firstGate(o),
    dz: o.dz + firstGate(o),
    panels: o.panels,
    h0: o.h0 ?? 0,
    c0: o.c0 ?? 0,
    ...maskFields(o),
    h: o.h,
    c: o.c,
    dh: o.dh ?? 0,
    dhLast: o.dhLast ?? 0,
    dcLast: o.dcLast ?? 0,
    dh0: o.dh0,
    dc0: o.dc0,
    hBefore: o.hBefore ? o.hBefore + firstGate(o) / 4 : 0,
    rows,
    steps,
    units,
    gateRow: gate.row,
    gateStep: o.goBackwards ? -gate.step : gate.step,
    stateRow: state.row,
    stateStep: state.step,
    beforeRow: state.row,
    beforeStep: o.goBackwards ? -state.step : state.step,
    activation: codeOf('lstmStepGrad', 'activation', o.activation ?? 'tanh'),
    recurrentActivation: codeOf('lstmStepGrad', 'recurrentActivation', o.recurrentActivation ?? 'sigmoid'),
    tileRows: tileRows(rt.variant, rt.wide),
  })
}

function codeOf(what: string, option: string, activation: LstmActivation): number {
  const code = lstmActivations.indexOf(activation)
  if (code < 0) refuseName(what, option, activation, lstmActivations)
  return code
}

function strides({ rows, steps, timeMajor }: LstmSequence, width: number): { row: number; step: number } {
  return timeMajor ? { row: width, step: rows * width } : { row: steps * width, step: width }
}

function maskFields(o: LstmSequence): { mask: number; maskRow: number; maskStep: number } {
  const { row, step } = strides(o, 1)
  if (!o.mask) return { mask: 0, maskRow: 0, maskStep: 0 }
  return o.goBackwards && o.steps > 0
    ? { mask: o.mask + (o.steps - 1) * step, maskRow: row, maskStep: -step }
    : { mask: o.mask, maskRow: row, maskStep: step }
}

/** Bytes from the start of a sequence 4 units wide to what the first step reads. */
function firstGate(o: LstmSequence): number {
  return o.goBackwards && o.steps > 0 ? (o.steps - 1) * strides(o, 4 * o.units).step * 4 : 0
}

/** Blocks of about equal numbers of rows, as many for each thread. */
function blocks(threads: number, rows: number): number {
  const fewest = Math.ceil(rows / ROWS)
  if (threads === 1) return fewest
  const even = Math.ceil(fewest / threads) * threads
  return Math.max(fewest, Math.min(even, Math.floor(rows / LEAST_ROWS)))
}
