import {
  conv2d,
  packedFilterBytes,
  packedFilterLayout,
  packFilter,
  transformedFilterBytes,
  transformedFilterLayout,
  transformFilter,
  winograd,
  winogradSize,
} from '@lanewise/kernels'
import {
  Conv2D,
  type Conv2DAttrs,
  type Conv2DInputs,
  FusedConv2D,
  type FusedConv2DAttrs,
  type FusedConv2DInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { config } from '../configure.ts'
import { attrsLast, requireFormat, withChannelsLast } from './channels.ts'
import { checkWindows } from './checks.ts'
import { checkActivation, type Epilogue, withEpilogue } from './epilogue.ts'
import { addRows, deadSums, liveShape, liveTaps, packLive } from './liveTaps.ts'
import { nativeKernel, requireDtype } from './native.ts'
import { conv2dShape, convInfo } from './windows.ts'

function refuse(name: string, inputs: { x: TensorInfo; filter: TensorInfo }, attrs: Conv2DAttrs): string | undefined {
  checkWindows(name, attrs)
  return requireDtype('float32', inputs) ?? requireFormat(attrs)
}

function convolve(
  name: string,
  backend: LanewiseBackend,
  x: TensorInfo,
  filter: TensorInfo,
  attrs: Conv2DAttrs,
  epilogue: Epilogue,
): TensorInfo {
  if (attrs.dataFormat === 'NCHW')
    return withChannelsLast(backend, [x], true, (last) =>
      convolve(name, backend, last, filter, attrsLast(attrs), epilogue),
    )
  const info = convInfo(x.shape, filter.shape, attrs)
  const { rt } = backend
  const whole = conv2dShape(name, info)
  const live = liveTaps(whole)
  const shape = live === undefined ? whole : liveShape(whole, live)
  const px = backend.ptr(x)
  const packed = (layout: string, bytes: number, pack: (filter: number, to: number) => void) =>
    live === undefined
      ? backend.derived(filter, layout, bytes, (to) => pack(backend.ptr(filter), to))
      : packLive(backend, filter, whole, live, layout, bytes, pack)
  const size = config.winograd ? winogradSize(shape) : 0
  const panels =
    size === 0
      ? packed(packedFilterLayout(shape), packedFilterBytes(shape), (from, to) => packFilter(rt, shape, from, to))
      : packed(transformedFilterLayout(shape, size), transformedFilterBytes(shape, size), (from, to) =>
          transformFilter(rt, shape, size, { filter: from, panels: to }),
        )
  const dead = live && deadSums(backend, filter, whole, live)
  const sums = dead && epilogue.bias ? addRows(backend, shape.outChannels, dead, epilogue.bias) : undefined
  const y = backend.output(info.outShape, 'float32')
  const operands = { ...epilogue, bias: sums ?? dead ?? epilogue.bias, x: px, panels, y: backend.ptr(y) }
  if (size === 0) conv2d(rt, shape, operands)
  else winograd(rt, shape, size, operands)
  if (sums !== undefined) backend.release(sums)
  return y
}

export const conv2D = nativeKernel<Conv2DInputs, Conv2DAttrs>(Conv2D, {
  accepts: ({ inputs, attrs }) => refuse(Conv2D, inputs, attrs),
  run: ({ inputs: { x, filter }, attrs, backend }) => convolve(Conv2D, backend, x, filter, attrs, {}),
})

export const fusedConv2D = nativeKernel<FusedConv2DInputs, FusedConv2DAttrs>(FusedConv2D, {
  accepts({ inputs, attrs }) {
    checkActivation(FusedConv2D, attrs.activation, inputs.preluActivationWeights)
    return refuse(FusedConv2D, inputs, attrs)
  },
  run({ inputs, attrs, backend }) {
    const { x, filter } = inputs
    return withEpilogue(inputs, attrs, filter.shape[3], backend, (epilogue) =>
      convolve(FusedConv2D, backend, x, filter, attrs, epilogue),
    )
  },
})
