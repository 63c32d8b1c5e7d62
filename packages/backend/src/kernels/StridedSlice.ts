import { StridedSlice, type StridedSliceAttrs, type StridedSliceInputs, slice_util } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const stridedSlice = nativeKernel<StridedSliceInputs, StridedSliceAttrs>(StridedSlice, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs, backend }) {
    const { finalShape, isIdentity, begin, end, strides } = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    )
    if (isIdentity) return backend.alias(x, finalShape)
    const bytes = bytesPerElement(x.dtype)
    const src = backend.ptr(x)
    const y = backend.output(finalShape, x.dtype)
    let to = sizeOf(finalShape)
    if (to === 0) return y
    let from = sizeOf(x.shape)
    let offset = 0
    copy.start(bytes)
    for (let d = 0; d < x.shape.length; d++) {
      // What shrinks has a range of one index.
      const size = Math.ceil((end[d] - begin[d]) / strides[d])
      from /= x.shape[d]
      to /= size
      offset += begin[d] * from
      copy.dimension(size, from * strides[d], to)
    }
    copy.run(backend.rt, src + offset * bytes, backend.ptr(y))
    return y
  },
})
