import type { GemmOptions } from '@lanewise/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { sizeOf } from '../data.ts'
import { show } from '../show.ts'

/** What the fused convolutions do to their result, as the SIMD kernels take it. */
export type Epilogue = Pick<GemmOptions, 'bias' | 'activation' | 'leak' | 'slope'>

interface Inputs {
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

interface Attrs {
  activation?: string | null
  leakyreluAlpha?: number
}

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'prelu', 'sigmoid']

/** For `accepts`: bias and slopes may be one number for each output channel, or one for all. */
export function refuseEpilogue(
  kernel: string,
  { bias, preluActivationWeights }: Inputs,
  { activation }: Attrs,
  channels: number,
): string | undefined {
  checkActivation(kernel, activation, preluActivationWeights)
  if (bias != null && !isPerChannel(bias.shape, channels)) return `bias has shape [${bias.shape}]`
  if (preluActivationWeights != null && !isPerChannel(preluActivationWeights.shape, channels))
    return `preluActivationWeights have shape [${preluActivationWeights.shape}]`
  return undefined
}

/** Calls `run` with the epilogue that a fused kernel was asked for. */
export function withEpilogue(
  { bias, preluActivationWeights }: Inputs,
  { activation, leakyreluAlpha }: Attrs,
  channels: number,
  backend: LanewiseBackend,
  run: (epilogue: Epilogue) => TensorInfo,
): TensorInfo {
  const spread: number[] = []
  const perChannel = (values: TensorInfo | undefined): number | undefined => {
    if (values == null) return undefined
    if (sizeOf(values.shape) === channels) return backend.ptr(values)
    const [value] = backend.values(values)
    const to = backend.workspace(channels * 4)
    spread.push(to)
    backend.rt.f32.fill(value, to / 4, to / 4 + channels)
    return to
  }
  const out = run({
    activation: (activation ?? 'linear') as Epilogue['activation'],
    bias: perChannel(bias),
    slope: activation === 'prelu' ? perChannel(preluActivationWeights) : undefined,
    // As in backend-cpu, an absent slope makes what is below zero NaN.
    leak: leakyreluAlpha ?? Number.NaN,
  })
  for (const ptr of spread) backend.release(ptr)
  return out
}

/** Throws where a fused kernel does not know the activation, or lacks prelu's slopes. */
export function checkActivation(kernel: string, activation: string | null | undefined, slopes: unknown): void {
  if (activation != null && !ACTIVATIONS.includes(activation))
    throw new Error(`${kernel}: activation: ${show(activation)} is unknown; allowed are ${ACTIVATIONS.join(', ')}`)
  if (activation === 'prelu' && slopes == null)
    throw new Error(`${kernel}: activation is prelu, and preluActivationWeights are absent`)
}

/** One number for each channel, or one for all, and no more axes than the output has. */
function isPerChannel(shape: number[], channels: number): boolean {
  const size = sizeOf(shape)
  return shape.length <= 4 && (size === 1 || (size === channels && shape.at(-1) === channels))
}
