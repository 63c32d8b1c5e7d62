import type { LstmActivation } from './lstm.ts'

/** Largest error relative to max(|expected|, 1), inputs in [-1, 1], over at most 20 steps. */
export const LSTM_TOLERANCE = 1e-6
/** The same for gradients, whose sums run over 4 units values a step. */
export const LSTM_GRAD_TOLERANCE = 2e-6

type Numbers = ArrayLike<number>

export interface LstmProblem {
  rows: number
  steps: number
  units: number
  /** x W + b, [rows, steps, 4 units]. */
  projected: Numbers
  /** [units, 4 units]. */
  recurrent: Numbers
  /** [rows, units], or absent for zeros. */
  h0?: Numbers
  c0?: Numbers
  /** [rows, steps], 0 where the state stays as it was; absent: nowhere. */
  mask?: Numbers
  activation: LstmActivation
  recurrentActivation: LstmActivation
}

const activations: Record<LstmActivation, (z: number) => number> = {
  linear: (z) => z,
  relu: (z) => (z > 0 || Number.isNaN(z) ? z : 0),
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  hardSigmoid: (z) => (z < -2.5 ? 0 : z > 2.5 ? 1 : 0.2 * z + 0.5),
}

const slopes: Record<LstmActivation, (z: number) => number> = {
  linear: () => 1,
  relu: (z) => (z > 0 ? 1 : 0),
  tanh: (z) => 1 - Math.tanh(z) ** 2,
  sigmoid: (z) => activations.sigmoid(z) * (1 - activations.sigmoid(z)),
  hardSigmoid: (z) => (z >= -2.5 && z <= 2.5 ? 0.2 : 0),
}

/** h and c are [rows, steps, units], z is [rows, steps, 4 units], all in double precision. */
export function lstmReference(p: LstmProblem): { h: Float64Array; c: Float64Array; z: Float64Array } {
  const { rows, steps, units } = p
  const h = new Float64Array(rows * steps * units)
  const c = new Float64Array(rows * steps * units)
  const z = Float64Array.from(p.projected)
  const act = activations[p.activation]
  const gate = activations[p.recurrentActivation]
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < steps; s++) {
      const at = (r * steps + s) * units
      const zs = z.subarray(4 * at, 4 * at + 4 * units)
      for (let k = 0; k < units; k++) {
        const before = s > 0 ? h[at - units + k] : (p.h0?.[r * units + k] ?? 0)
        for (let j = 0; j < 4 * units; j++) zs[j] += before * p.recurrent[k * 4 * units + j]
      }
      for (let k = 0; k < units; k++) {
        const before = s > 0 ? c[at - units + k] : (p.c0?.[r * units + k] ?? 0)
        if (p.mask && !p.mask[r * steps + s]) {
          c[at + k] = before
          h[at + k] = s > 0 ? h[at - units + k] : (p.h0?.[r * units + k] ?? 0)
          continue
        }
        c[at + k] = gate(zs[units + k]) * before + gate(zs[k]) * act(zs[2 * units + k])
        h[at + k] = gate(zs[3 * units + k]) * act(c[at + k])
      }
    }
  }
  return { h, c, z }
}

export interface LstmGradProblem extends LstmProblem {
  /** Gradients of h [rows, steps, units] and of the last state [rows, units], or absent for zeros. */
  dh?: Numbers
  dhLast?: Numbers
  dcLast?: Numbers
}

/** dz is [rows, steps, 4 units]; dh0 and dc0 are [rows, units]; all in double precision. */
export function lstmGradReference(p: LstmGradProblem): { dz: Float64Array; dh0: Float64Array; dc0: Float64Array } {
  const { rows, steps, units } = p
  const { c, z } = lstmReference(p)
  const dz = new Float64Array(z.length)
  const dh0 = new Float64Array(rows * units)
  const dc0 = new Float64Array(rows * units)
  const act = activations[p.activation]
  const gate = activations[p.recurrentActivation]
  const actSlope = slopes[p.activation]
  const gateSlope = slopes[p.recurrentActivation]
  for (let r = 0; r < rows; r++) {
    const dh = dh0.subarray(r * units, (r + 1) * units)
    const dc = dc0.subarray(r * units, (r + 1) * units)
    for (let k = 0; k < units; k++) {
      dh[k] = p.dhLast?.[r * units + k] ?? 0
      dc[k] = p.dcLast?.[r * units + k] ?? 0
    }
    for (let s = steps - 1; s >= 0; s--) {
      const at = (r * steps + s) * units
      const zs = z.subarray(4 * at, 4 * at + 4 * units)
      const dzs = dz.subarray(4 * at, 4 * at + 4 * units)
      if (p.mask && !p.mask[r * steps + s]) {
        for (let k = 0; k < units; k++) dh[k] += p.dh?.[at + k] ?? 0
        continue
      }
      for (let k = 0; k < units; k++) {
        const [zi, zf, zg, zo] = [zs[k], zs[units + k], zs[2 * units + k], zs[3 * units + k]]
        const before = s > 0 ? c[at - units + k] : (p.c0?.[r * units + k] ?? 0)
        const dhs = dh[k] + (p.dh?.[at + k] ?? 0)
        const dcs = dc[k] + dhs * gate(zo) * actSlope(c[at + k])
        dzs[k] = dcs * act(zg) * gateSlope(zi)
        dzs[units + k] = dcs * before * gateSlope(zf)
        dzs[2 * units + k] = dcs * gate(zi) * actSlope(zg)
        dzs[3 * units + k] = dhs * act(c[at + k]) * gateSlope(zo)
        dc[k] = dcs * gate(zf)
      }
      for (let k = 0; k < units; k++) {
        dh[k] = 0
        for (let j = 0; j < 4 * units; j++) dh[k] += dzs[j] * p.recurrent[k * 4 * units + j]
      }
    }
  }
  return { dz, dh0, dc0 }
}
