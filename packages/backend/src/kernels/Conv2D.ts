import { conv2d, packedFilterBytes, packFilter } from '@lanewise/kernels'
import {
  type backend_util,
  Conv2D,
  type Conv2DAttrs,
  type Conv2DInputs,
  FusedConv2D,
  type FusedConv2DAttrs,
  type FusedConv2DInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { sizeOf } from '../data.ts'
import { nativeKernel, requireDtype } from './native.ts'
import { conv2dShape, convInfo, requireWhole } from './windows.ts'

type Epilogue = Omit<Parameters<typeof conv2d>[2], 'x' | 'panels' | 'y'>

function refuse(inputs: { x: TensorInfo; filter: TensorInfo }, attrs: Conv2DAttrs): string | undefined {
  const dtype = requireDtype('float32', inputs)
  if (dtype !== undefined) return dtype
  if (attrs.dataFormat !== 'NHWC') return `dataFormat is ${attrs.dataFormat}`
  return requireWhole(attrs)
}

function convolve(
  name: string,
  backend: LanewiseBackend,
  x: TensorInfo,
  filter: TensorInfo,
  info: backend_util.Conv2DInfo,
  epilogue: Epilogue,
): TensorInfo {
  const { rt } = backend
  const shape = conv2dShape(name, info)
  const px = backend.ptr(x)
  const panels = backend.derived(filter, 'conv2d', packedFilterBytes(shape), (to) =>
    packFilter(rt, shape, backend.ptr(filter), to),
  )
  const y = backend.output(info.outShape, 'float32')
  conv2d(rt, shape, { ...epilogue, x: px, panels, y: backend.ptr(y) })
  return y
}

export const conv2D = nativeKernel<Conv2DInputs, Conv2DAttrs>(Conv2D, {
  accepts: ({ inputs, attrs }) => refuse(inputs, attrs),
  run({ inputs: { x, filter }, attrs, backend }) {
    return convolve(Conv2D, backend, x, filter, convInfo(x.shape, filter.shape, attrs), {})
  },
})

export const fusedConv2D = nativeKernel<FusedConv2DInputs, FusedConv2DAttrs>(FusedConv2D, {
  accepts({ inputs, attrs }) {
    const { bias, preluActivationWeights: slope, filter } = inputs
    const perChannel = (name: string, info: TensorInfo | undefined) =>
      info == null || isPerChannel(info.shape, filter.shape[3]) ? undefined : `${name} has shape [${info.shape}]`
    return refuse(inputs, attrs) ?? perChannel('bias', bias) ?? perChannel('preluActivationWeights', slope)
  },
  run({ inputs, attrs, backend }) {
    const { x, filter, bias, preluActivationWeights } = inputs
    const activation = attrs.activation ?? 'linear'
    if (activation === 'prelu' && preluActivationWeights == null)
      throw new Error(`${FusedConv2D}: activation is prelu, and preluActivationWeights are absent`)
    const info = convInfo(x.shape, filter.shape, attrs)
    const spread: number[] = []
    const channels = (values: TensorInfo | undefined): number | undefined => {
      if (values == null) return undefined
      if (sizeOf(values.shape) === info.outChannels) return backend.ptr(values)
      const to = backend.workspace(info.outChannels * 4)
      spread.push(to)
      backend.rt.f32.fill(backend.values(values)[0], to / 4, to / 4 + info.outChannels)
      return to
    }
    const y = convolve(FusedConv2D, backend, x, filter, info, {
      activation,
      bias: channels(bias),
      slope: activation === 'prelu' ? channels(preluActivationWeights) : undefined,
      // As in backend-cpu, an absent slope makes what is below zero NaN.
      leak: attrs.leakyreluAlpha ?? Number.NaN,
    })
    for (const ptr of spread) backend.release(ptr)
    return y
  },
})

/** One number for each output channel, or one for all, and no more axes than the output has. */
function isPerChannel(shape: number[], channels: number): boolean {
  const size = sizeOf(shape)
  return shape.length <= 4 && (size === 1 || (size === channels && shape.at(-1) === channels))
}
