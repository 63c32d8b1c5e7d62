import { type GemmOptions, unary } from '@lanewise/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { sizeOf } from '../data.ts'
import { show } from '../show.ts'
import { runBinary } from './binary.ts'
import { copy, view } from './move.ts'

/** What the fused convolutions do to their result, as the SIMD kernels take it. */
export type Epilogue = Pick<GemmOptions, 'bias' | 'activation' | 'leak' | 'slope'>

interface Inputs {
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

interface Attrs {
  activation?: string | null
  leakyreluAlpha?: number
  dataFormat?: string
}

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'prelu', 'sigmoid']

/**
 * What a fused kernel makes. Bias and slopes of one number for each channel, or one for all, are fused: `run` takes them. Those
 * of other shapes are applied to its result.
 */
export function withEpilogue(
  inputs: Inputs,
  attrs: Attrs,
  channels: number,
  backend: LanewiseBackend,
  run: (epilogue: Epilogue) => TensorInfo,
): TensorInfo {
  const { bias, preluActivationWeights } = inputs
  const slopes = attrs.activation === 'prelu' ? preluActivationWeights : undefined
  const axis = attrs.dataFormat === 'NCHW' ? 1 : 3
  // With channels first, a list is one of channels all the same.
  const spreading = (info: TensorInfo) =>
    axis === 1 && info.shape.length === 1 && info.shape[0] !== 1 ? view(info, [info.shape[0], 1, 1]) : info
  const isFused = (values: TensorInfo | undefined) => values == null || isPerChannel(values.shape, channels, axis)
  const spread: number[] = []
  const perChannel = (values: TensorInfo | undefined): number | undefined => {
    if (values == null) return undefined
    if (sizeOf(values.shape) === channels) return backend.ptr(values)
    const to = backend.workspace(channels * 4)
    spread.push(to)
    copy.start(4)
    copy.dimension(channels, 0, 1)
    copy.run(backend.rt, backend.ptr(values), to)
    return to
  }
  const fusesAll = isFused(bias) && isFused(slopes)
  // As in backend-cpu, an absent slope makes what is below zero NaN.
  const leak = attrs.leakyreluAlpha ?? Number.NaN
  let y = run({
    activation: fusesAll ? ((attrs.activation ?? 'linear') as Epilogue['activation']) : 'linear',
    bias: isFused(bias) ? perChannel(bias) : undefined,
    slope: fusesAll ? perChannel(slopes) : undefined,
    leak,
  })
  for (const ptr of spread) backend.release(ptr)
  const replace = (next: TensorInfo) => {
    backend.disposeData(y.dataId)
    y = next
  }
  if (!isFused(bias)) replace(runBinary(backend, 'add_f32', y, spreading(bias as TensorInfo), 'float32'))
  if (fusesAll) return y
  if (slopes != null) replace(runBinary(backend, 'prelu_f32', y, spreading(slopes), 'float32'))
  else if (attrs.activation != null && attrs.activation !== 'linear') {
    const p = backend.ptr(y)
    unary(backend.rt, `${attrs.activation as 'relu'}_f32`, p, p, sizeOf(y.shape), leak)
  }
  return y
}

/** Throws where a fused kernel does not know the activation, or lacks prelu's slopes. */
export function checkActivation(kernel: string, activation: string | null | undefined, slopes: unknown): void {
  if (activation != null && !ACTIVATIONS.includes(activation))
    throw new Error(`${kernel}: activation: ${show(activation)} is unknown; allowed are ${ACTIVATIONS.join(', ')}`)
  if (activation === 'prelu' && slopes == null)
    throw new Error(`${kernel}: activation is prelu, and preluActivationWeights are absent`)
}

/** One number for each channel, or one for all, and no more axes than the output has, of which `axis` is that of the channels. */
function isPerChannel(shape: number[], channels: number, axis: number): boolean {
  const size = sizeOf(shape)
  if (shape.length > 4) return false
  const at = shape.length === 1 ? 0 : axis - 4 + shape.length
  return size === 1 || (size === channels && shape[at] === channels)
}
