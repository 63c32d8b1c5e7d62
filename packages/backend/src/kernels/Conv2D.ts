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
  const shape = conv2dShape(name, info)
  const px = backend.ptr(x)
  const size = config.winograd ? winogradSize(shape) : 0
  if (size !== 0) {
    const bytes = transformedFilterBytes(shape, size)
    const panels = backend.derived(filter, transformedFilterLayout(shape, size), bytes, (to) =>
      transformFilter(rt, shape, size, { filter: backend.ptr(filter), panels: to }),
    )
    const y = backend.output(info.outShape, 'float32')
    winograd(rt, shape, size, { ...epilogue, x: px, panels, y: backend.ptr(y) })
    return y
  }
  const panels = backend.derived(filter, packedFilterLayout(shape), packedFilterBytes(shape), (to) =>
    packFilter(rt, shape, backend.ptr(filter), to),
  )
  const y = backend.output(info.outShape, 'float32')
  conv2d(rt, shape, { ...epilogue, x: px, panels, y: backend.ptr(y) })
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
