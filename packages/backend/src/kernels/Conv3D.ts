import {
  conv3d,
  conv3dFilterGrad,
  conv3dInputGrad,
  packedFilterBytes3d,
  packedFilterLayout3d,
  packedTransposedFilterBytes3d,
  packedTransposedFilterLayout3d,
  packFilter3d,
  packTransposedFilter3d,
} from '@lanewise/kernels'
import {
  Conv3D,
  Conv3DBackpropFilterV2,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropFilterV2Inputs,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
  type Conv3DInputs,
} from '@tensorflow/tfjs-core'
import { nativeKernel } from './native.ts'
import { type Conv3DAttrs, checkGradient3d, conv3dInfo, conv3dShape, refuse3d } from './windows3d.ts'

export const conv3D = nativeKernel<Conv3DInputs, Conv3DAttrs>(Conv3D, {
  accepts: ({ inputs, attrs }) => refuse3d(Conv3D, inputs, attrs),
  run({ inputs: { x, filter }, attrs, backend }) {
    const { rt } = backend
    const info = conv3dInfo(Conv3D, x.shape, filter.shape, attrs)
    const shape = conv3dShape(info)
    const px = backend.ptr(x)
    const panels = backend.derived(filter, packedFilterLayout3d(shape), packedFilterBytes3d(shape), (to) =>
      packFilter3d(rt, shape, backend.ptr(filter), to),
    )
    const y = backend.output(info.outShape, 'float32')
    conv3d(rt, shape, { x: px, panels, y: backend.ptr(y) })
    return y
  },
})

// tfjs-core's ops know no dilations for these two; this package's gradient of Conv3D gives them.

export const conv3DBackpropInputV2 = nativeKernel<
  Conv3DBackpropInputV2Inputs,
  Conv3DBackpropInputV2Attrs & Conv3DAttrs
>(Conv3DBackpropInputV2, {
  accepts: ({ inputs, attrs }) => refuse3d(Conv3DBackpropInputV2, inputs, attrs),
  run({ inputs: { dy, filter }, attrs, backend }) {
    const { rt } = backend
    const info = conv3dInfo(Conv3DBackpropInputV2, attrs.inputShape, filter.shape, attrs)
    checkGradient3d(Conv3DBackpropInputV2, dy, info)
    const shape = conv3dShape(info)
    const pdy = backend.ptr(dy)
    const panels = backend.derived(
      filter,
      packedTransposedFilterLayout3d(shape),
      packedTransposedFilterBytes3d(shape),
      (to) => packTransposedFilter3d(rt, shape, backend.ptr(filter), to),
    )
    const dx = backend.output(attrs.inputShape, 'float32')
    conv3dInputGrad(rt, shape, { dy: pdy, panels, dx: backend.ptr(dx) })
    return dx
  },
})

export const conv3DBackpropFilterV2 = nativeKernel<
  Conv3DBackpropFilterV2Inputs,
  Conv3DBackpropFilterV2Attrs & Conv3DAttrs
>(Conv3DBackpropFilterV2, {
  accepts: ({ inputs, attrs }) => refuse3d(Conv3DBackpropFilterV2, inputs, attrs),
  run({ inputs: { x, dy }, attrs, backend }) {
    const info = conv3dInfo(Conv3DBackpropFilterV2, x.shape, attrs.filterShape, attrs)
    checkGradient3d(Conv3DBackpropFilterV2, dy, info)
    const pointers = { x: backend.ptr(x), dy: backend.ptr(dy) }
    const dw = backend.output(attrs.filterShape, 'float32')
    conv3dFilterGrad(backend.rt, conv3dShape(info), { ...pointers, dw: backend.ptr(dw) })
    return dw
  },
})
