import { expect, it } from 'vitest'
import { describeVariants, type Lab, maxRelativeError, randomF32 } from '../runtime/lab.ts'
import {
  LSTM_GRAD_TOLERANCE,
  LSTM_TOLERANCE,
  type LstmGradProblem,
  lstmGradReference,
  lstmReference,
} from './lstm.reference.ts'
import { type LstmActivation, lstmActivations, lstmStep, lstmStepGrad } from './lstm.ts'

interface Layout {
  timeMajor?: boolean
  goBackwards?: boolean
}

/** [rows, steps, width] of the reference as the kernel wants it, or the other way round. */
function place(
  values: ArrayLike<number>,
  p: LstmGradProblem,
  width: number,
  layout: Layout,
  back = false,
): Float32Array {
  const { rows, steps } = p
  const out = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < steps; s++) {
      const t = layout.goBackwards ? steps - 1 - s : s
      const reference = (r * steps + s) * width
      const placed = (layout.timeMajor ? t * rows + r : r * steps + t) * width
      for (let j = 0; j < width; j++) {
        if (back) out[reference + j] = values[placed + j]
        else out[placed + j] = values[reference + j]
      }
    }
  }
  return out
}

/** Panels of 8 columns of B [k, n], or of its transpose stored [n, k]. */
function pack(b: Float32Array, k: number, n: number, transposed: boolean): Float32Array {
  const panels = new Float32Array(Math.ceil(n / 8) * 8 * k)
  for (let i = 0; i < k; i++)
    for (let j = 0; j < n; j++) panels[(j >> 3) * 8 * k + i * 8 + (j & 7)] = transposed ? b[j * k + i] : b[i * n + j]
  return panels
}

interface Options {
  activation?: LstmActivation
  recurrentActivation?: LstmActivation
  initial?: boolean
}

function problem(rows: number, steps: number, units: number, options: Options = {}): LstmGradProblem {
  const { activation = 'tanh', recurrentActivation = 'sigmoid', initial = true } = options
  const state = (seed: number) => randomF32(rows * units, seed)
  // Without a bound, three times the input is 27 times the state after three steps, and differences of it remain.
  const wide = [activation, recurrentActivation].every((name) => name !== 'linear' && name !== 'relu') ? 3 : 1
  return {
    rows,
    steps,
    units,
    projected: randomF32(rows * steps * 4 * units, 1, -wide, wide),
    recurrent: randomF32(units * 4 * units, 2, -1 / Math.sqrt(units), 1 / Math.sqrt(units)),
    h0: initial ? state(3) : undefined,
    c0: initial ? state(4) : undefined,
    dh: randomF32(rows * steps * units, 5),
    dhLast: state(6),
    dcLast: state(7),
    activation,
    recurrentActivation,
  }
}

function put(lab: Lab, values?: ArrayLike<number>): number {
  return values ? lab.f32(values) : 0
}

function run(lab: Lab, p: LstmGradProblem, layout: Layout) {
  const { rows, steps, units } = p
  const recurrent = Float32Array.from(p.recurrent)
  const mask = p.mask ? lab.u8(place(p.mask, p, 1, layout)) : 0
  const sequence = {
    mask,
    rows,
    steps,
    units,
    ...layout,
    activation: p.activation,
    recurrentActivation: p.recurrentActivation,
  }
  const states = { ...layout, goBackwards: false }
  const gates = lab.f32(place(p.projected, p, 4 * units, layout))
  const panels = lab.f32(pack(recurrent, units, 4 * units, false))
  const [h0, c0] = [put(lab, p.h0), put(lab, p.c0)]
  const [h, c] = [lab.out(rows * steps * units * 4), lab.out(rows * steps * units * 4)]
  const [hLast, cLast] = [lab.out(rows * units * 4), lab.out(rows * units * 4)]
  lstmStep(lab.rt, { ...sequence, gates, panels, h0, c0, h, c, hLast, cLast })

  const only = { hLast: lab.out(rows * units * 4), cLast: lab.out(rows * units * 4) }
  const again = lab.f32(place(p.projected, p, 4 * units, layout))
  lstmStep(lab.rt, { ...sequence, gates: again, panels, h0, c0, ...only })

  const dz = lab.out(rows * steps * 4 * units * 4)
  const hBefore = lab.out(rows * steps * units * 4)
  const [dh0, dc0] = [lab.out(rows * units * 4), lab.out(rows * units * 4)]
  const dh = p.dh ? lab.f32(place(p.dh, p, units, states)) : 0
  const [dhLast, dcLast] = [put(lab, p.dhLast), put(lab, p.dcLast)]
  const transposed = lab.f32(pack(recurrent, 4 * units, units, true))
  lstmStepGrad(lab.rt, {
    ...sequence,
    gates,
    h,
    c,
    h0,
    c0,
    panels: transposed,
    dh,
    dhLast,
    dcLast,
    dz,
    dh0,
    dc0,
    hBefore,
  })

  const read = (ptr: number) => lab.readF32(ptr, rows * units)
  const readStates = (ptr: number, at: Layout) => place(lab.readF32(ptr, rows * steps * units), p, units, at, true)
  const result = {
    h: readStates(h, states),
    c: readStates(c, states),
    last: [read(hLast), read(cLast)],
    only: [read(only.hLast), read(only.cLast)],
    dz: place(lab.readF32(dz, rows * steps * 4 * units), p, 4 * units, layout, true),
    hBefore: readStates(hBefore, layout),
    dh0: read(dh0),
    dc0: read(dc0),
  }
  lab.done()
  return result
}

function check(lab: Lab, p: LstmGradProblem, layout: Layout = {}): void {
  const { rows, steps, units } = p
  const actual = run(lab, p, layout)
  const expected = lstmReference(p)
  const grad = lstmGradReference(p)
  const at = (values: ArrayLike<number>, first: ArrayLike<number> | undefined, shift: number) =>
    Float64Array.from({ length: rows * units }, (_, i) => {
      const step = steps - 1 - shift
      return step < 0 ? (first?.[i] ?? 0) : values[(Math.floor(i / units) * steps + step) * units + (i % units)]
    })
  expect(maxRelativeError(actual.h, expected.h)).toBeLessThan(LSTM_TOLERANCE)
  expect(maxRelativeError(actual.c, expected.c)).toBeLessThan(LSTM_TOLERANCE)
  expect(maxRelativeError(actual.last[0], at(expected.h, p.h0, 0))).toBeLessThan(LSTM_TOLERANCE)
  expect(maxRelativeError(actual.last[1], at(expected.c, p.c0, 0))).toBeLessThan(LSTM_TOLERANCE)
  expect(actual.only).toEqual(actual.last)
  for (let i = 0; i < actual.hBefore.length; i++) {
    const [r, s, j] = [Math.floor(i / units / steps), Math.floor(i / units) % steps, i % units]
    const before = s > 0 ? actual.h[i - units] : (p.h0?.[r * units + j] ?? 0)
    if (actual.hBefore[i] !== before)
      throw new Error(`hBefore[${r}, ${s}, ${j}] is ${actual.hBefore[i]}, not ${before}`)
  }
  for (const name of ['dz', 'dh0', 'dc0'] as const)
    expect(maxRelativeError(actual[name], grad[name]), name).toBeLessThan(LSTM_GRAD_TOLERANCE)
}

const name = `within ${LSTM_TOLERANCE} forward and ${LSTM_GRAD_TOLERANCE} backward of double precision`

describeVariants(`lstm_step_f32 and lstm_step_grad_f32, ${name}`, (lab) => {
  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 64, 65])('%i units', (units) => check(lab(), problem(3, 3, units)))
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 32])('%i rows', (rows) => check(lab(), problem(rows, 3, 9)))
  it.each([0, 1, 2, 20])('%i steps', (steps) => check(lab(), problem(2, steps, 10)))
  it('0 units', () => check(lab(), problem(2, 3, 0)))

  for (const activation of lstmActivations)
    it.each(lstmActivations)(`${activation} and %s`, (recurrentActivation) =>
      check(lab(), problem(5, 3, 6, { activation, recurrentActivation })),
    )

  it.each([{}, { timeMajor: true }, { goBackwards: true }, { timeMajor: true, goBackwards: true }])(
    'layout %o',
    (layout) => {
      check(lab(), problem(7, 4, 6), layout)
      check(lab(), problem(1, 4, 9, { initial: false }), layout)
    },
  )

  it.each([{}, { timeMajor: true }, { goBackwards: true }])('hidden steps, layout %o', (layout) => {
    for (const [rows, steps, units] of [
      [1, 5, 33],
      [2, 6, 17],
      [7, 5, 6],
      [30, 3, 5],
    ]) {
      const p = problem(rows, steps, units)
      // Some rows begin or end hidden, some are hidden throughout, some not at all.
      p.mask = randomF32(rows * steps, 8).map((v, i) =>
        i < steps ? i % 2 : Math.floor(i / steps) === 1 ? 0 : v > 0 ? 1 : 0,
      )
      check(lab(), p, layout)
      check(lab(), { ...p, h0: undefined, c0: undefined, dh: undefined }, layout)
      check(lab(), { ...p, mask: new Uint8Array(rows * steps).fill(1) }, layout)
    }
  })

  it('takes absent states and gradients as zeros', () => {
    for (const absent of ['h0', 'c0', 'dh', 'dhLast', 'dcLast'] as const)
      check(lab(), { ...problem(3, 3, 5), [absent]: undefined })
    check(lab(), problem(3, 0, 5, { initial: false }))
  })

  it('has the gradient of hardSigmoid at both ends of its slope, and none behind', () => {
    const p = problem(1, 1, 4, { recurrentActivation: 'hardSigmoid', initial: false })
    const input = [-2.5, 2.5, -2.5000005, 2.5000005]
    p.projected = Float32Array.from([...input, ...input, 0.3, 0.3, 0.3, 0.3, ...input])
    const { dz } = run(lab(), p, {})
    expect(Array.from(dz.subarray(0, 4), (v) => v !== 0)).toEqual([true, true, false, false])
    expect(maxRelativeError(dz, lstmGradReference(p).dz)).toBeLessThan(LSTM_GRAD_TOLERANCE)
  })

  it('passes NaN and infinities on as the formula does', () => {
    const p = problem(2, 2, 4)
    p.projected = Float32Array.from(p.projected, (v, i) =>
      i === 3 ? NaN : i === 20 ? Infinity : i === 25 ? -Infinity : v,
    )
    const actual = run(lab(), p, {})
    const expected = lstmReference(p)
    expect(maxRelativeError(actual.h, expected.h)).toBeLessThan(LSTM_TOLERANCE)
    expect(actual.h.some(Number.isNaN)).toBe(true)
  })
})

it.each([
  ['tanh', 'sigmoid'],
  ['tanh', 'hardSigmoid'],
  ['linear', 'tanh'],
] as const)(
  'the reference gradient agrees with finite differences in double precision to 1e-7: %s, %s',
  (activation, recurrentActivation) => {
    const p = problem(2, 3, 3, { activation, recurrentActivation })
    p.mask = [1, 1, 1, 1, 0, 1]
    const widened = { ...p }
    for (const key of ['projected', 'recurrent', 'h0', 'c0'] as const) widened[key] = Float64Array.from(p[key]!)
    const loss = () => {
      const { h, c } = lstmReference(widened)
      let sum = 0
      for (let i = 0; i < h.length; i++) sum += h[i] * p.dh![i]
      for (let i = 0; i < p.rows * p.units; i++) {
        const at = (Math.floor(i / p.units) * p.steps + p.steps - 1) * p.units + (i % p.units)
        sum += h[at] * p.dhLast![i] + c[at] * p.dcLast![i]
      }
      return sum
    }
    const { dz, dh0, dc0 } = lstmGradReference(p)
    for (const [input, gradient] of [
      [widened.projected, dz],
      [widened.h0, dh0],
      [widened.c0, dc0],
    ] as [Float64Array, Float64Array][]) {
      const numeric = input.map((_, i) => {
        const at = input[i]
        input[i] = at + 1e-5
        const above = loss()
        input[i] = at - 1e-5
        const below = loss()
        input[i] = at
        return (above - below) / 2e-5
      })
      expect(maxRelativeError(gradient, numeric)).toBeLessThan(1e-7)
    }
  },
)
