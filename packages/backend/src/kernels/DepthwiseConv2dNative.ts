import { depthwise, depthwiseFilterGrad, depthwiseInputGrad, MOST_MULTIPLIED, MOST_SPANNED } from '@lanewise/kernels'
import {
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
import { attrsLast, requireFormat, toLast, withChannelsLast } from './channels.ts'
import { checkWindows } from './checks.ts'
import { checkActivation, type Epilogue, withEpilogue } from './epilogue.ts'
import { nativeKernel, requireDtype } from './native.ts'
import { type ConvAttrs, convInfo, depthwiseShape, gradientSize } from './windows.ts'

type Attrs = ConvAttrs & { dataFormat?: string }

function refuse(
  name: string,
  inputs: object,
  [height, width, channels, multiplier]: number[],
  attrs: Attrs,
): string | undefined {
  checkWindows(name, attrs)
  const reason = requireDtype('float32', inputs) ?? requireFormat(attrs)
  if (reason !== undefined || multiplier === 1) return reason
  const dilations = attrs.dilations ?? 1
  const [down, across] = typeof dilations === 'number' ? [dilations, dilations] : dilations
  const span = [(height - 1) * down + 1, (width - 1) * across + 1]
  const tooLarge =
    channels * multiplier > MOST_MULTIPLIED
      ? `the filter makes ${multiplier} channels of each of ${channels}`
      : span[0] * span[1] > MOST_SPANNED
        ? `the filter spans ${span.join('x')} pixels`
        : undefined
  if (tooLarge === undefined) return undefined
  // Backend-cpu would serve these as if they were NHWC, and its gradients as if they were not dilated.
  if (attrs.dataFormat === 'NCHW' || (name.includes('Backprop') && down * across > 1))
    throw new RangeError(
      `${name}: filter: ${tooLarge}; with a multiplier of ${multiplier} and ${attrs.dataFormat === 'NCHW' ? 'dataFormat NCHW' : 'dilations in a gradient'} ` +
        `at most ${MOST_MULTIPLIED} channels and ${MOST_SPANNED} pixels are allowed`,
    )
  return tooLarge
}

function convolve(
  name: string,
  backend: LanewiseBackend,
  x: TensorInfo,
  filter: TensorInfo,
  attrs: Attrs,
  epilogue: Epilogue,
): TensorInfo {
  if (attrs.dataFormat === 'NCHW')
    return withChannelsLast(backend, [x], true, (last) =>
      convolve(name, backend, last, filter, attrsLast(attrs), epilogue),
    )
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
    accepts({ inputs, attrs }) {
      checkActivation(FusedDepthwiseConv2D, attrs.activation, inputs.preluActivationWeights)
      return refuse(FusedDepthwiseConv2D, inputs, inputs.filter.shape, attrs)
    },
    run({ inputs, attrs, backend }) {
      const { x, filter } = inputs
      const [, , channels, multiplier] = filter.shape
      return withEpilogue(inputs, attrs, channels * multiplier, backend, (epilogue) =>
        convolve(FusedDepthwiseConv2D, backend, x, filter, attrs, epilogue),
      )
    },
  },
)

// tfjs-core's ops know no `dataFormat` for these two; this package's gradient of DepthwiseConv2dNative gives it.

export const depthwiseConv2dNativeBackpropInput = nativeKernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs & { dataFormat?: string }
>(DepthwiseConv2dNativeBackpropInput, {
  accepts: ({ inputs, attrs }) => refuse(DepthwiseConv2dNativeBackpropInput, inputs, inputs.filter.shape, attrs),
  run({ inputs: { dy, filter }, attrs, backend }) {
    const gradient = (dyLast: TensorInfo, last: typeof attrs) => {
      const name = DepthwiseConv2dNativeBackpropInput
      const info = convInfo(last.inputShape, filter.shape, last, true)
      const shape = { ...depthwiseShape(name, info), ...gradientSize(name, dyLast, info) }
      const pointers = { dy: backend.ptr(dyLast), filter: backend.ptr(filter) }
      const dx = backend.output(last.inputShape, 'float32')
      depthwiseInputGrad(backend.rt, shape, { ...pointers, dx: backend.ptr(dx) })
      return dx
    }
    if (attrs.dataFormat !== 'NCHW') return gradient(dy, attrs)
    const inputShape = toLast(attrs.inputShape) as typeof attrs.inputShape
    return withChannelsLast(backend, [dy], true, (dyLast) => gradient(dyLast, { ...attrsLast(attrs), inputShape }))
  },
})

export const depthwiseConv2dNativeBackpropFilter = nativeKernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs & { dataFormat?: string }
>(DepthwiseConv2dNativeBackpropFilter, {
  accepts: ({ inputs, attrs }) => refuse(DepthwiseConv2dNativeBackpropFilter, inputs, attrs.filterShape, attrs),
  run({ inputs: { x, dy }, attrs, backend }) {
    const gradient = (xLast: TensorInfo, dyLast: TensorInfo, last: typeof attrs) => {
      const name = DepthwiseConv2dNativeBackpropFilter
      const info = convInfo(xLast.shape, last.filterShape, last, true)
      const shape = { ...depthwiseShape(name, info), ...gradientSize(name, dyLast, info) }
      const pointers = { x: backend.ptr(xLast), dy: backend.ptr(dyLast) }
      const dw = backend.output(last.filterShape, 'float32')
      depthwiseFilterGrad(backend.rt, shape, { ...pointers, dw: backend.ptr(dw) })
      return dw
    }
    if (attrs.dataFormat !== 'NCHW') return gradient(x, dy, attrs)
    return withChannelsLast(backend, [x, dy], false, (xLast, dyLast) => gradient(xLast, dyLast, attrsLast(attrs)))
  },
})
