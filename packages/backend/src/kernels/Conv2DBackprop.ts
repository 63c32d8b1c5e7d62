import {
  type Conv2dGradShape,
  conv2dFilterGrad,
  conv2dInputGrad,
  inputGradShape,
  packedTransposedFilterBytes,
  packedTransposedFilterLayout,
  packTransposedFilter,
  transformedFilterBytes,
  transformedFilterLayout,
  transformFilter,
  type WinogradSize,
  winograd,
  winogradSize,
} from '@lanewise/kernels'
import {
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { config } from '../configure.ts'
import { attrsLast, requireFormat, toLast, withChannelsLast } from './channels.ts'
import { checkWindows } from './checks.ts'
import { nativeKernel, requireDtype } from './native.ts'
import { conv2dShape, convInfo, gradientSize } from './windows.ts'

export const conv2DBackpropInput = nativeKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  {
    accepts({ inputs, attrs }) {
      checkWindows(Conv2DBackpropInput, attrs)
      return requireDtype('float32', inputs) ?? requireFormat(attrs)
    },
    run({ inputs: { dy, filter }, attrs, backend }) {
      if (attrs.dataFormat !== 'NCHW') return inputGradient(backend, dy, filter, attrs)
      const last = { ...attrsLast(attrs), inputShape: toLast(attrs.inputShape) as typeof attrs.inputShape }
      return withChannelsLast(backend, [dy], true, (dyLast) => inputGradient(backend, dyLast, filter, last))
    },
  },
)

function inputGradient(
  backend: LanewiseBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  attrs: Conv2DBackpropInputAttrs,
): TensorInfo {
  const { rt } = backend
  const info = convInfo(attrs.inputShape, filter.shape, attrs)
  const shape = { ...conv2dShape(Conv2DBackpropInput, info), ...gradientSize(Conv2DBackpropInput, dy, info) }
  const pdy = backend.ptr(dy)
  const size = config.winograd ? inputGradSize(shape) : 0
  if (size !== 0) {
    const grad = inputGradShape(shape)
    const bytes = transformedFilterBytes(grad, size)
    const panels = backend.derived(filter, `flipped ${transformedFilterLayout(grad, size)}`, bytes, (to) =>
      transformFilter(rt, grad, size, { filter: backend.ptr(filter), panels: to, flipped: true }),
    )
    const dx = backend.output(attrs.inputShape, 'float32')
    winograd(rt, grad, size, { x: pdy, panels, y: backend.ptr(dx) })
    return dx
  }
  const panels = backend.derived(
    filter,
    packedTransposedFilterLayout(shape),
    packedTransposedFilterBytes(shape),
    (to) => packTransposedFilter(rt, shape, backend.ptr(filter), to),
  )
  const dx = backend.output(attrs.inputShape, 'float32')
  conv2dInputGrad(rt, shape, { dy: pdy, panels, dx: backend.ptr(dx) })
  return dx
}

/** The tiles of Winograd's method for the gradient at x; 0 for computing it directly. A step of training uses a filter once. */
function inputGradSize(shape: Conv2dGradShape): 0 | WinogradSize {
  const { outHeight, outWidth, dyHeight = outHeight, dyWidth = outWidth } = shape
  if (dyHeight !== outHeight || dyWidth !== outWidth) return 0
  return winogradSize({ ...shape, ...inputGradShape(shape) }, { once: true })
}

export const conv2DBackpropFilter = nativeKernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  {
    accepts({ inputs, attrs }) {
      checkWindows(Conv2DBackpropFilter, attrs)
      return requireDtype('float32', inputs) ?? requireFormat(attrs)
    },
    run({ inputs: { x, dy }, attrs, backend }) {
      if (attrs.dataFormat !== 'NCHW') return filterGradient(backend, x, dy, attrs)
      return withChannelsLast(backend, [x, dy], false, (xLast, dyLast) =>
        filterGradient(backend, xLast, dyLast, attrsLast(attrs)),
      )
    },
  },
)

function filterGradient(
  backend: LanewiseBackend,
  x: TensorInfo,
  dy: TensorInfo,
  attrs: Conv2DBackpropFilterAttrs,
): TensorInfo {
  const info = convInfo(x.shape, attrs.filterShape, attrs)
  const shape = { ...conv2dShape(Conv2DBackpropFilter, info), ...gradientSize(Conv2DBackpropFilter, dy, info) }
  const pointers = { x: backend.ptr(x), dy: backend.ptr(dy) }
  const dw = backend.output(attrs.filterShape, 'float32')
  conv2dFilterGrad(backend.rt, shape, { ...pointers, dw: backend.ptr(dw) })
  return dw
}
