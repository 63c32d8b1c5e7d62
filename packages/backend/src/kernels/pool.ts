import {
  avgPool,
  avgPoolGrad,
  maxPool,
  maxPoolGrad,
  maxPoolWithArgmax,
  type PoolWindows,
  type Runtime,
} from '@lanewise/kernels'
import {
  AvgPool,
  AvgPoolGrad,
  type AvgPoolGradInputs,
  MaxPool,
  MaxPoolGrad,
  type MaxPoolGradInputs,
  type MaxPoolInputs,
  MaxPoolWithArgmax,
  type MaxPoolWithArgmaxAttrs,
  type MaxPoolWithArgmaxInputs,
} from '@tensorflow/tfjs-core'
import { checkWindows } from './checks.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'
import { gradientSize, type PoolAttrs, poolInfo, poolWindows } from './windows.ts'

type Forward = (rt: Runtime, windows: PoolWindows, tensors: { x: number; y: number }) => void

function checked(name: string) {
  return ({ inputs, attrs }: { inputs: object; attrs: PoolAttrs }) => {
    checkWindows(name, attrs)
    return requireDtype('float32', inputs)
  }
}

function forward(name: string, run: Forward): NativeKernel {
  return nativeKernel<MaxPoolInputs, PoolAttrs>(name, {
    accepts: checked(name),
    run({ inputs: { x }, attrs, backend }) {
      const info = poolInfo(x, attrs)
      if (info.filterHeight === 1 && info.filterWidth === 1 && String(info.inShape) === String(info.outShape))
        return backend.alias(x, x.shape)
      const windows = poolWindows(name, info)
      const px = backend.ptr(x)
      const y = backend.output(info.outShape, 'float32')
      run(backend.rt, windows, { x: px, y: backend.ptr(y) })
      return y
    },
  })
}

export const pools: NativeKernel[] = [
  forward(AvgPool, avgPool),

  nativeKernel<AvgPoolGradInputs, PoolAttrs>(AvgPoolGrad, {
    accepts: checked(AvgPoolGrad),
    run({ inputs: { dy, input: x }, attrs, backend }) {
      const info = poolInfo(x, { ...attrs, dimRoundingMode: undefined })
      const windows = { ...poolWindows(AvgPoolGrad, info), ...gradientSize(AvgPoolGrad, dy, info) }
      const pdy = backend.ptr(dy)
      const dx = backend.output(x.shape, 'float32')
      avgPoolGrad(backend.rt, windows, { dy: pdy, dx: backend.ptr(dx) })
      return dx
    },
  }),

  forward(MaxPool, maxPool),

  nativeKernel<MaxPoolGradInputs, PoolAttrs>(MaxPoolGrad, {
    accepts: checked(MaxPoolGrad),
    run({ inputs: { dy, input: x }, attrs, backend }) {
      const info = poolInfo(x, attrs)
      const windows = { ...poolWindows(MaxPoolGrad, info), ...gradientSize(MaxPoolGrad, dy, info) }
      const pointers = { x: backend.ptr(x), dy: backend.ptr(dy) }
      const dx = backend.output(x.shape, 'float32')
      maxPoolGrad(backend.rt, windows, { ...pointers, dx: backend.ptr(dx) })
      return dx
    },
  }),

  nativeKernel<MaxPoolWithArgmaxInputs, MaxPoolWithArgmaxAttrs>(MaxPoolWithArgmax, {
    accepts: ({ inputs, attrs }) => checked(MaxPoolWithArgmax)({ inputs, attrs: attrs as PoolAttrs }),
    run({ inputs: { x }, attrs, backend }) {
      const info = poolInfo(x, attrs as PoolAttrs)
      const windows = poolWindows(MaxPoolWithArgmax, info)
      const px = backend.ptr(x)
      const y = backend.output(info.outShape, 'float32')
      const indices = backend.output(info.outShape, 'int32')
      const pointers = { x: px, y: backend.ptr(y), indices: backend.ptr(indices) }
      maxPoolWithArgmax(backend.rt, windows, pointers, attrs.includeBatchInIndex)
      return [y, indices]
    },
  }),
]
