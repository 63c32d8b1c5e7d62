import { avgPool3d, avgPool3dGrad, maxPool3d, maxPool3dGrad } from '@lanewise/kernels'
import {
  AvgPool3D,
  AvgPool3DGrad,
  type AvgPool3DGradInputs,
  type AvgPool3DInputs,
  MaxPool3D,
  MaxPool3DGrad,
  type MaxPool3DGradInputs,
  type MaxPool3DInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { checkWindows } from './checks.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'
import { checkGradient3d, type Pool3DAttrs, pool3dInfo, pool3dWindows } from './windows3d.ts'

function refuse(name: string, inputs: object, attrs: Pool3DAttrs): string | undefined {
  checkWindows(name, attrs)
  const { dataFormat } = attrs
  return dataFormat == null || dataFormat === 'NDHWC' ? requireDtype('float32', inputs) : `dataFormat is ${dataFormat}`
}

/** Whether a window lies in the padding alone; of nothing, backend-cpu's mean is zero. */
function seesNothing(x: TensorInfo, attrs: Pool3DAttrs): string | undefined {
  const w = pool3dWindows(pool3dInfo(x, attrs))
  for (const [size, out, filter, stride, pad] of [
    [w.inDepth, w.outDepth, w.filterDepth, w.strideDepth, w.padFront],
    [w.inHeight, w.outHeight, w.filterHeight, w.strideHeight, w.padTop],
    [w.inWidth, w.outWidth, w.filterWidth, w.strideWidth, w.padLeft],
  ])
    for (let i = 0; i < out; i++)
      if (Math.max(i * stride - pad, 0) >= Math.min(i * stride - pad + filter, size))
        return 'a window that covers nothing'
  return undefined
}

export const pools3d: NativeKernel[] = [
  nativeKernel<AvgPool3DInputs, Pool3DAttrs>(AvgPool3D, {
    accepts: ({ inputs, attrs }) => refuse(AvgPool3D, inputs, attrs) ?? seesNothing(inputs.x, attrs),
    run({ inputs: { x }, attrs, backend }) {
      const info = pool3dInfo(x, attrs)
      const px = backend.ptr(x)
      const y = backend.output(info.outShape, 'float32')
      avgPool3d(backend.rt, pool3dWindows(info), { x: px, y: backend.ptr(y) })
      return y
    },
  }),

  nativeKernel<AvgPool3DGradInputs, Pool3DAttrs>(AvgPool3DGrad, {
    accepts: ({ inputs, attrs }) => refuse(AvgPool3DGrad, inputs, attrs),
    run({ inputs: { dy, input: x }, attrs, backend }) {
      const info = pool3dInfo(x, attrs)
      checkGradient3d(AvgPool3DGrad, dy, info)
      const pdy = backend.ptr(dy)
      const dx = backend.output(x.shape, 'float32')
      avgPool3dGrad(backend.rt, pool3dWindows(info), { dy: pdy, dx: backend.ptr(dx) })
      return dx
    },
  }),

  nativeKernel<MaxPool3DInputs, Pool3DAttrs>(MaxPool3D, {
    accepts: ({ inputs, attrs }) => refuse(MaxPool3D, inputs, attrs),
    run({ inputs: { x }, attrs, backend }) {
      const info = pool3dInfo(x, attrs)
      const px = backend.ptr(x)
      const y = backend.output(info.outShape, 'float32')
      maxPool3d(backend.rt, pool3dWindows(info), { x: px, y: backend.ptr(y) })
      return y
    },
  }),

  nativeKernel<MaxPool3DGradInputs, Pool3DAttrs>(MaxPool3DGrad, {
    accepts: ({ inputs, attrs }) => refuse(MaxPool3DGrad, inputs, attrs),
    run({ inputs: { dy, input: x }, attrs, backend }) {
      const info = pool3dInfo(x, attrs)
      checkGradient3d(MaxPool3DGrad, dy, info)
      const pointers = { x: backend.ptr(x), dy: backend.ptr(dy) }
      const dx = backend.output(x.shape, 'float32')
      maxPool3dGrad(backend.rt, pool3dWindows(info), { ...pointers, dx: backend.ptr(dx) })
      return dx
    },
  }),
]
