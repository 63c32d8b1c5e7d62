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
import { type NativeKernel, nativeKernel } from './native.ts'
import { checkGradient3d, type Pool3DAttrs, pool3dInfo, pool3dWindows, refuse3d } from './windows3d.ts'

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

type Pool = typeof maxPool3d
type Refusal = (x: TensorInfo, attrs: Pool3DAttrs) => string | undefined

function forward(name: string, pool: Pool, also: Refusal = () => undefined): NativeKernel {
  return nativeKernel<AvgPool3DInputs | MaxPool3DInputs, Pool3DAttrs>(name, {
    accepts: ({ inputs, attrs }) => refuse3d(name, inputs, attrs) ?? also(inputs.x, attrs),
    run({ inputs: { x }, attrs, backend }) {
      const info = pool3dInfo(x, attrs)
      const px = backend.ptr(x)
      const y = backend.output(info.outShape, 'float32')
      pool(backend.rt, pool3dWindows(info), { x: px, y: backend.ptr(y) })
      return y
    },
  })
}

/** A mean's gradient reads nothing of x but its shape. */
function gradient(name: string, pool: typeof maxPool3dGrad | typeof avgPool3dGrad): NativeKernel {
  return nativeKernel<AvgPool3DGradInputs | MaxPool3DGradInputs, Pool3DAttrs>(name, {
    accepts: ({ inputs, attrs }) => refuse3d(name, inputs, attrs),
    run({ inputs: { dy, input }, attrs, backend }) {
      const info = pool3dInfo(input, attrs)
      checkGradient3d(name, dy, info)
      const x = pool === maxPool3dGrad ? backend.ptr(input) : 0
      const pdy = backend.ptr(dy)
      const dx = backend.output(input.shape, 'float32')
      pool(backend.rt, pool3dWindows(info), { x, dy: pdy, dx: backend.ptr(dx) })
      return dx
    },
  })
}

export const pools3d: NativeKernel[] = [
  forward(AvgPool3D, avgPool3d, seesNothing),
  gradient(AvgPool3DGrad, avgPool3dGrad),
  forward(MaxPool3D, maxPool3d),
  gradient(MaxPool3DGrad, maxPool3dGrad),
]
