import { type FieldType, family } from '../runtime/command.ts'

/** 20 multiplications and additions a nanosecond, and the activations. */
const work = (f: { rows: number; steps: number; units: number }, _: string, items: number) =>
  (f.rows / items) * f.steps * f.units * (f.units / 5 + 5)

/** How the sequences are stored and walked through. */
const walk = {
  rows: 'size',
  steps: 'size',
  units: 'size',
  gateRow: 'i32',
  gateStep: 'i32',
  stateRow: 'i32',
  stateStep: 'i32',
  maskRow: 'i32',
  maskStep: 'i32',
  activation: 'size',
  recurrentActivation: 'size',
  tileRows: 'size',
} as const satisfies Record<string, FieldType>

/**
 * `steps` LSTM steps over `rows` sequences. One item is a block of rows: with n items, item i is the rows from
 * i * rows / n to (i + 1) * rows / n. `tileRows` is gemm's.
 *
 * Strides (`gateRow`, ...) count elements. Row r of step s of `gates` lies at r * gateRow + s * gateStep, its 4 units
 * values in Keras's order: input, forget, cell, output. A negative step stride walks a sequence backwards. `mask` has a
 * byte for each row and step, 0 where the step is hidden: there the state stays as it was. Null shows all.
 */
export const lstm = family(
  'LstmStep',
  ['lstm_step_f32'],
  {
    gates: 'out',
    panels: 'ptr',
    h0: 'ptr',
    c0: 'ptr',
    mask: 'ptr',
    h: 'out',
    c: 'out',
    hLast: 'out',
    cLast: 'out',
    ...walk,
  },
  work,
)

/** The gradient of `lstm_step_f32`; items and strides as there. */
export const lstmGrad = family(
  'LstmStepGrad',
  ['lstm_step_grad_f32'],
  {
    gates: 'ptr',
    dz: 'out',
    panels: 'ptr',
    h0: 'ptr',
    c0: 'ptr',
    mask: 'ptr',
    h: 'ptr',
    c: 'ptr',
    dh: 'ptr',
    dhLast: 'ptr',
    dcLast: 'ptr',
    dh0: 'out',
    dc0: 'out',
    hBefore: 'out',
    ...walk,
    beforeRow: 'i32',
    beforeStep: 'i32',
  },
  (f, kernel, items) => 2 * work(f, kernel, items),
)
