import { cumsum as sums } from '@lanewise/kernels'
import { Cumsum, type CumsumAttrs, type CumsumInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { converted } from './Cast.ts'
import { axisOf } from './move.ts'
import { type NativeKernel, nativeKernel } from './native.ts'

/** A kernel that goes along one axis and gives what it has so far. */
export function cumulative(name: string, run: typeof sums): NativeKernel {
  return nativeKernel<CumsumInputs, CumsumAttrs>(name, {
    accepts: ({ inputs: { x } }) =>
      x.dtype === 'float32' || x.dtype === 'int32' || x.dtype === 'bool' ? undefined : `x is ${x.dtype}`,
    run({ inputs: { x }, attrs: { axis, exclusive, reverse }, backend }) {
      const { shape } = x
      const at = axisOf(axis, shape)
      const source = x.dtype === 'bool' ? converted(backend, x, 'int32', shape) : x
      const px = backend.ptr(source)
      const y = backend.output(shape, source.dtype)
      if (sizeOf(shape) > 0)
        run(backend.rt, y.dtype === 'int32' ? 'i32' : 'f32', {
          outer: sizeOf(shape.slice(0, at)),
          n: shape[at],
          inner: sizeOf(shape.slice(at + 1)),
          x: px,
          y: backend.ptr(y),
          exclusive,
          reverse,
        })
      if (source !== x) backend.disposeData(source.dataId)
      return y
    },
  })
}

export const cumsum = cumulative(Cumsum, sums)
