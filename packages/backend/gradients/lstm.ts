import * as tf from '@tensorflow/tfjs-core'
import { lstmReference } from '../../../kernels/src/lstm/lstm.reference.ts'
import { type LstmActivation, type LstmOptions, lstm, lstmStep } from '../src/index.ts'
import { type GradientCase, real } from './case.ts'

interface Sequence extends Omit<LstmOptions, 'initialState' | 'mask'> {
  rows: number
  steps: number
  inputs: number
  units: number
  useBias?: boolean
  useState?: boolean
  /** Every third step of each row is hidden. */
  useMask?: boolean
}

type Numbers = ArrayLike<number>

const isShown = (row: number, step: number) => (row + step) % 3 !== 1

const activations: Record<LstmActivation, (x: tf.Tensor) => tf.Tensor> = {
  linear: (x) => x,
  relu: tf.relu,
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  hardSigmoid: (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1),
}

/** The formula in TensorFlow.js's ops: h, c, and the sequence. */
function composition(s: Sequence, [x, kernel, recurrent, ...more]: tf.Tensor[]): tf.Tensor[] {
  const bias = s.useBias === false ? undefined : more.shift()
  const zeros = tf.zeros([s.rows, s.units])
  let [h, c] = s.useState ? more : [zeros as tf.Tensor, zeros as tf.Tensor]
  const gate = activations[s.recurrentActivation ?? 'sigmoid']
  const act = activations[s.activation ?? 'tanh']
  const sequence: tf.Tensor[] = []
  const turned = s.timeMajor ? tf.transpose(x, [1, 0, 2]) : x
  for (let step = 0; step < s.steps; step++) {
    const at = s.goBackwards ? s.steps - 1 - step : step
    const xt = tf.reshape(tf.slice(turned, [0, at, 0], [s.rows, 1, s.inputs]), [s.rows, s.inputs])
    let z = tf.add(
      tf.matMul(xt as tf.Tensor2D, kernel as tf.Tensor2D),
      tf.matMul(h as tf.Tensor2D, recurrent as tf.Tensor2D),
    )
    if (bias) z = tf.add(z, bias)
    const [i, f, g, o] = tf.split(z, 4, 1)
    const nextC = tf.add(tf.mul(gate(f), c), tf.mul(gate(i), act(g)))
    const nextH = tf.mul(gate(o), act(nextC))
    const shown = tf.tensor(
      Array.from({ length: s.rows }, (_, row) => Number(!s.useMask || isShown(row, at))),
      [s.rows, 1],
    )
    const choose = (next: tf.Tensor, before: tf.Tensor) => tf.add(tf.mul(next, shown), tf.mul(before, tf.sub(1, shown)))
    h = choose(nextH, h)
    c = choose(nextC, c)
    sequence.push(h)
  }
  return s.returnSequences ? [h, c, tf.stack(sequence, s.timeMajor ? 0 : 1)] : [h, c]
}

function fused(s: Sequence, [x, kernel, recurrent, ...more]: tf.Tensor[]): tf.Tensor[] {
  const { activation, recurrentActivation, returnSequences, goBackwards, timeMajor } = s
  const bias = s.useBias === false ? null : more.shift()
  const shape: [number, number] = timeMajor ? [s.steps, s.rows] : [s.rows, s.steps]
  const mask = Array.from({ length: s.rows * s.steps }, (_, i) =>
    timeMajor ? isShown(i % s.rows, Math.floor(i / s.rows)) : isShown(Math.floor(i / s.steps), i % s.steps),
  )
  const { h, c, sequences } = lstm(x, kernel, recurrent, bias, {
    ...{ activation, recurrentActivation, returnSequences, goBackwards, timeMajor },
    initialState: s.useState ? [more[0], more[1]] : undefined,
    mask: s.useMask ? tf.tensor(mask, shape, 'bool') : undefined,
  })
  return sequences ? [h, c, sequences] : [h, c]
}

/** In double precision, on the kernels' reference: steps in the order in which they are read, rows first. */
function double(s: Sequence, [x, kernel, recurrent, ...more]: Numbers[]): Numbers[] {
  const { rows, steps, inputs, units } = s
  const bias = s.useBias === false ? undefined : more.shift()
  const projected = new Float64Array(rows * steps * 4 * units)
  const mask = new Uint8Array(rows * steps)
  const place = (row: number, step: number) => (s.timeMajor ? step * rows + row : row * steps + step)
  for (let row = 0; row < rows; row++)
    for (let step = 0; step < steps; step++) {
      const at = s.goBackwards ? steps - 1 - step : step
      mask[row * steps + step] = Number(isShown(row, at))
      for (let j = 0; j < 4 * units; j++) {
        let z = bias ? bias[j] : 0
        for (let k = 0; k < inputs; k++) z += x[place(row, at) * inputs + k] * kernel[k * 4 * units + j]
        projected[(row * steps + step) * 4 * units + j] = z
      }
    }
  const { h, c } = lstmReference({
    ...{ rows, steps, units, projected, recurrent },
    ...{
      h0: s.useState ? more[0] : undefined,
      c0: s.useState ? more[1] : undefined,
      mask: s.useMask ? mask : undefined,
    },
    activation: s.activation ?? 'tanh',
    recurrentActivation: s.recurrentActivation ?? 'sigmoid',
  })
  const last = (all: Float64Array) => {
    const out: number[] = []
    for (let row = 0; row < rows; row++)
      out.push(...all.subarray(((row + 1) * steps - 1) * units, (row + 1) * steps * units))
    return out
  }
  if (!s.returnSequences) return [last(h), last(c)]
  const sequence = new Float64Array(h.length)
  for (let row = 0; row < rows; row++)
    for (let step = 0; step < steps; step++)
      sequence.set(h.subarray((row * steps + step) * units, (row * steps + step + 1) * units), place(row, step) * units)
  return [last(h), last(c), sequence]
}

const small = { rows: 3, steps: 4, inputs: 3, units: 5 }
const sequences: Sequence[] = [
  small,
  { ...small, returnSequences: true, useState: true },
  { ...small, useBias: false },
  { ...small, returnSequences: true, useMask: true },
  { ...small, returnSequences: true, goBackwards: true, useMask: true, useState: true },
  { ...small, returnSequences: true, timeMajor: true, useMask: true },
  { ...small, activation: 'sigmoid', recurrentActivation: 'tanh' },
  { ...small, activation: 'linear', recurrentActivation: 'hardSigmoid' },
  { ...small, activation: 'relu', useState: true },
  { rows: 1, steps: 1, inputs: 1, units: 1, returnSequences: true },
  { rows: 1, steps: 3, inputs: 2, units: 8, returnSequences: true },
  { rows: 9, steps: 2, inputs: 4, units: 4 },
  { rows: 2, steps: 2, inputs: 5, units: 9, returnSequences: true },
]

/** [rows, inputs] */
const step = { rows: 4, steps: 1, inputs: 3, units: 5, useState: true }

function inputsOf(s: Sequence) {
  const { rows, steps, inputs, units } = s
  return [
    real(s.timeMajor ? [steps, rows, inputs] : [rows, steps, inputs], 1),
    real([inputs, 4 * units], 2),
    real([units, 4 * units], 3),
    ...(s.useBias === false ? [] : [real([4 * units], 4)]),
    ...(s.useState ? [real([rows, units], 5), real([rows, units], 6)] : []),
  ]
}

export const lstms: GradientCase[] = [
  ...sequences.map((s) => ({
    kernel: 'LanewiseLSTM',
    name: JSON.stringify(s).replaceAll('"', ''),
    inputs: inputsOf(s),
    f: (...xs: tf.Tensor[]) => fused(s, xs),
    onCpu: (...xs: tf.Tensor[]) => composition(s, xs),
    double: (...xs: Numbers[]) => double(s, xs),
  })),
  {
    kernel: 'LanewiseLSTM',
    name: 'one step, lstmStep',
    inputs: inputsOf(step),
    f: (x, kernel, recurrent, bias, h, c) => lstmStep(tf.reshape(x, [4, 3]), h, c, kernel, recurrent, bias),
    onCpu: (...xs) => composition(step, xs),
    double: (...xs) => double(step, xs),
  },
]
