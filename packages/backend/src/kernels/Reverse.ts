import { Reverse, type ReverseAttrs, type ReverseInputs, util } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const reverse = nativeKernel<ReverseInputs, ReverseAttrs>(Reverse, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs, backend }) {
    const { shape, dtype } = x
    const dims = util.parseAxisParam(attrs.dims, shape)
    if (shape.length === 0) return backend.alias(x, [])
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
  },
})
