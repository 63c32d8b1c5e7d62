import { depthwise, depthwiseFilterGrad, depthwiseInputGrad } from '@lanewise/kernels'
import {
  backend_util,
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type DepthwiseConv2dNativeInputs,
  FusedDepthwiseConv2D,
  type FusedDepthwiseConv2DAttrs,
  type FusedDepthwiseConv2DInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { checkWindows } from './checks.ts'
import { type Epilogue, refuseEpilogue, withEpilogue } from './epilogue.ts'
import { nativeKernel, requireDtype } from './native.ts'
import { type ConvAttrs, convInfo, depthwiseShape, gradientSize } from './windows.ts'

function refuse(
  name: string,
  inputs: object,
  filterShape: number[],
  attrs: ConvAttrs & { dataFormat?: string },
): string | undefined {
  checkWindows(name, attrs)
  const dtype = requireDtype('float32', inputs)
  if (dtype !== undefined) return dtype
  if (attrs.dataFormat === 'NCHW') return 'dataFormat is NCHW'
  return filterShape[3] === 1 ? undefined : `the filter makes ${filterShape[3]} channels of one`
}

function refuseGradient(name: string, inputs: object, filterShape: number[], attrs: ConvAttrs): string | undefined {
  if (!backend_util.tupleValuesAreOne((attrs.dilations ?? 1) as number)) return `dilations are [${attrs.dilations}]`
  return refuse(name, inputs, filterShape, attrs)
}

function convolve(
  name: string,
  backend: LanewiseBackend,
  x: TensorInfo,
  filter: TensorInfo,
  attrs: ConvAttrs,
  epilogue: Epilogue,
): TensorInfo {
  const info = convInfo(x.shape, filter.shape, attrs, true)
  const shape = depthwiseShape(name, info)
  const pointers = { x: backend.ptr(x), filter: backend.ptr(filter) }
  const y = backend.output(info.outShape, 'float32')
  depthwise(backend.rt, shape, { ...epilogue, ...pointers, y: backend.ptr(y) })
  return y
}

export const depthwiseConv2dNative = nativeKernel<DepthwiseConv2dNativeInputs, DepthwiseConv2dNativeAttrs>(
  DepthwiseConv2dNative,
  {
    accepts: ({ inputs, attrs }) => refuse(DepthwiseConv2dNative, inputs, inputs.filter.shape, attrs),
    run: ({ inputs: { x, filter }, attrs, backend }) => convolve(DepthwiseConv2dNative, backend, x, filter, attrs, {}),
  },
)

export const fusedDepthwiseConv2D = nativeKernel<FusedDepthwiseConv2DInputs, FusedDepthwiseConv2DAttrs>(
  FusedDepthwiseConv2D,
  {
    accepts: ({ inputs, attrs }) =>
      refuse(FusedDepthwiseConv2D, inputs, inputs.filter.shape, attrs) ??
      refuseEpilogue(FusedDepthwiseConv2D, inputs, attrs, inputs.filter.shape[2]),
    run({ inputs, attrs, backend }) {
      const { x, filter } = inputs
      return withEpilogue(inputs, attrs, filter.shape[2], backend, (epilogue) =>
        convolve(FusedDepthwiseConv2D, backend, x, filter, attrs, epilogue),
      )
    },
  },
)

export const depthwiseConv2dNativeBackpropInput = nativeKernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>(DepthwiseConv2dNativeBackpropInput, {
  accepts: ({ inputs, attrs }) =>
    refuseGradient(DepthwiseConv2dNativeBackpropInput, inputs, inputs.filter.shape, attrs),
  run({ inputs: { dy, filter }, attrs, backend }) {
    const name = DepthwiseConv2dNativeBackpropInput
    const info = convInfo(attrs.inputShape, filter.shape, attrs, true)
    const shape = { ...depthwiseShape(name, info), ...gradientSize(name, dy, info) }
    const pointers = { dy: backend.ptr(dy), filter: backend.ptr(filter) }
    const dx = backend.output(attrs.inputShape, 'float32')
    depthwiseInputGrad(backend.rt, shape, { ...pointers, dx: backend.ptr(dx) })
    return dx
  },
})

export const depthwiseConv2dNativeBackpropFilter = nativeKernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>(DepthwiseConv2dNativeBackpropFilter, {
  accepts: ({ inputs, attrs }) => refuseGradient(DepthwiseConv2dNativeBackpropFilter, inputs, attrs.filterShape, attrs),
  run({ inputs: { x, dy }, attrs, backend }) {
    const name = DepthwiseConv2dNativeBackpropFilter
    const info = convInfo(x.shape, attrs.filterShape, attrs, true)
    const shape = { ...depthwiseShape(name, info), ...gradientSize(name, dy, info) }
    const pointers = { x: backend.ptr(x), dy: backend.ptr(dy) }
    const dw = backend.output(attrs.filterShape, 'float32')
    depthwiseFilterGrad(backend.rt, shape, { ...pointers, dw: backend.ptr(dw) })
    return dw
  },
})
