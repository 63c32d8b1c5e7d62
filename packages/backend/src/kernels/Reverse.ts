import {
  FlipLeftRight,
  type FlipLeftRightInputs,
  Reverse,
  type ReverseAttrs,
  type ReverseInputs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const reverse = nativeKernel<ReverseInputs, ReverseAttrs>(Reverse, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs, backend }) {
    if (x.shape.length === 0) return backend.alias(x, [])
    return reversed(backend, x, util.parseAxisParam(attrs.dims, x.shape))
  },
})

/** Columns of images [batch, height, width, channels] from right to left. */
export const flipLeftRight = nativeKernel<FlipLeftRightInputs, object>(FlipLeftRight, {
  accepts: ({ inputs }) => requireMovable(inputs.image),
  run: ({ inputs: { image }, backend }) => reversed(backend, image, [2]),
})

function reversed(backend: LanewiseBackend, x: TensorInfo, dims: number[]): TensorInfo {
  const { shape, dtype } = x
  const bytes = bytesPerElement(dtype)
  let src = backend.ptr(x)
  const y = backend.output(shape, dtype)
  let stride = sizeOf(shape)
  if (stride === 0) return y
  copy.start(bytes)
  for (let d = 0; d < shape.length; d++) {
    stride /= shape[d]
    const backwards = dims.includes(d)
    if (backwards) src += (shape[d] - 1) * stride * bytes
    copy.dimension(shape[d], backwards ? -stride : stride, stride)
  }
  copy.run(backend.rt, src, backend.ptr(y))
  return y
}
