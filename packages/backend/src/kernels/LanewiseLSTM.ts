import { gemm, gemmPacked, type LstmActivation, lstmStep, lstmStepGrad, packB, packedBytes } from '@lanewise/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const LanewiseLSTM = 'LanewiseLSTM'
export const LanewiseLSTMGrad = 'LanewiseLSTMGrad'

export interface LstmAttrs {
  activation: LstmActivation
  recurrentActivation: LstmActivation
  goBackwards: boolean
  timeMajor: boolean
  returnSequences: boolean
  /** Among the inputs is a bias; a first h and c; a mask. */
  useBias: boolean
  useState: boolean
  useMask: boolean
  /** For a gradient: every step's state and gates are outputs too. */
  keep: boolean
}

/**
 * A list, for the tape can neither skip an input nor save an absent one: x [batch, steps, inputs], kernel [inputs, 4
 * units], recurrentKernel [units, 4 units]; then what the attributes say: bias [4 units], the first h and c [batch,
 * units], and a bool mask [batch, steps], false where the state stays as it was. With `timeMajor`, steps come before
 * batch.
 */
export type LstmInputs<T = TensorInfo> = T[]

export function namedInputs<T>(inputs: LstmInputs<T>, { useBias, useState, useMask }: LstmAttrs) {
  const [x, kernel, recurrentKernel, ...more] = inputs
  const next = (given: boolean) => (given ? more.shift() : undefined)
  return {
    x,
    kernel,
    recurrentKernel,
    bias: next(useBias),
    h0: next(useState),
    c0: next(useState),
    mask: next(useMask),
  }
}

/**
 * Outputs: the last h and c [batch, units]; h of every step, where `returnSequences` or `keep`; c and the gates of
 * every step, where `keep`.
 */
export const lstm = nativeKernel<LstmInputs, LstmAttrs>(LanewiseLSTM, {
  accepts({ inputs, attrs }) {
    const { mask, ...numbers } = namedInputs(inputs, attrs)
    return requireDtype('float32', numbers) ?? requireDtype('bool', { mask })
  },
  run({ inputs, attrs, backend }) {
    const { x, kernel, recurrentKernel, bias, h0, c0, mask } = namedInputs(inputs, attrs)
    const { timeMajor, returnSequences, keep } = attrs
    const { rt } = backend
    const [rows, steps] = timeMajor ? [x.shape[1], x.shape[0]] : x.shape
    const units = recurrentKernel.shape[0]
    const sequence = (width: number) =>
      backend.output(timeMajor ? [steps, rows, width] : [rows, steps, width], 'float32')
    const hLast = backend.output([rows, units], 'float32')
    const cLast = backend.output([rows, units], 'float32')
    const all = returnSequences || keep
    const h = all ? sequence(units) : undefined
    const c = keep ? sequence(units) : undefined
    const gates = keep ? sequence(4 * units) : undefined
    const elements = rows * steps * units
    const cells = all && !keep ? backend.workspace(elements * 4) : 0
    const z = gates ? backend.ptr(gates) : backend.workspace(elements * 16)

    const projection = {
      m: rows * steps,
      n: 4 * units,
      k: x.shape[2],
      a: backend.ptr(x),
      b: backend.ptr(kernel),
      c: z,
      bias: bias && backend.ptr(bias),
    }
    // Where weights change at each step, packing them for one product alone is gemm's affair.
    if (keep) gemm(rt, projection)
    else gemmPacked(rt, { ...projection, b: panels(backend, kernel, false) })
    lstmStep(rt, {
      ...attrs,
      rows,
      steps,
      units,
      gates: z,
      panels: panels(backend, recurrentKernel, false),
      h0: h0 && backend.ptr(h0),
      c0: c0 && backend.ptr(c0),
      mask: mask && backend.ptr(mask),
      h: h && backend.ptr(h),
      c: c ? backend.ptr(c) : cells || undefined,
      hLast: backend.ptr(hLast),
      cLast: backend.ptr(cLast),
    })
    if (!gates) backend.release(z)
    if (cells) backend.release(cells)
    return [hLast, cLast, h, c, gates].filter((output) => output !== undefined)
  },
})

export interface LstmGradInputs<T = TensorInfo> {
  recurrentKernel: T
  h0?: T
  c0?: T
  mask?: T
  /** Outputs of LanewiseLSTM. */
  h: T
  c: T
  gates: T
  /** The gradients of the last h and c, and of h of every step. */
  dhLast: T
  dcLast: T
  dh?: T
}

/** Outputs: the gradients of x W + b + h R and of the first h and c; and h one step before, in the order of x. */
export const lstmGrad = nativeKernel<LstmGradInputs, LstmAttrs>(LanewiseLSTMGrad, {
  accepts: ({ inputs: { mask, ...numbers } }) => requireDtype('float32', numbers) ?? requireDtype('bool', { mask }),
  run({ inputs: { recurrentKernel, h0, c0, mask, h, c, gates, dhLast, dcLast, dh }, attrs, backend }) {
    const [rows, steps] = attrs.timeMajor ? [h.shape[1], h.shape[0]] : h.shape
    const units = recurrentKernel.shape[0]
    const outputs = [gates.shape, dhLast.shape, dcLast.shape, h.shape].map((shape) => backend.output(shape, 'float32'))
    const [dz, dh0, dc0, hBefore] = outputs.map((output) => backend.ptr(output))
    lstmStepGrad(backend.rt, {
      ...attrs,
      rows,
      steps,
      units,
      gates: backend.ptr(gates),
      h: backend.ptr(h),
      c: backend.ptr(c),
      h0: h0 && backend.ptr(h0),
      c0: c0 && backend.ptr(c0),
      mask: mask && backend.ptr(mask),
      panels: panels(backend, recurrentKernel, true),
      dh: dh && backend.ptr(dh),
      dhLast: backend.ptr(dhLast),
      dcLast: backend.ptr(dcLast),
      dz,
      dh0,
      dc0,
      hBefore,
    })
    return outputs
  },
})

/** The weights, or their transpose, in the panels that products read; made once per tensor. */
function panels(backend: LanewiseBackend, weights: TensorInfo, transposeB: boolean): number {
  const [rows, columns] = weights.shape
  const [k, n] = transposeB ? [columns, rows] : [rows, columns]
  const b = backend.ptr(weights)
  return backend.derived(weights, `lstm panels${transposeB ? '^T' : ''} ${n}`, packedBytes(n, k), (to) =>
    packB(backend.rt, { n, k, b, panels: to, transposeB }),
  )
}
