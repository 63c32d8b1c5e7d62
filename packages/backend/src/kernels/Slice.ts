import { Slice, type SliceAttrs, type SliceInputs, slice_util } from '@tensorflow/tfjs-core'
import { requireMovable, sliceTo } from './move.ts'
import { nativeKernel } from './native.ts'

export const slice = nativeKernel<SliceInputs, SliceAttrs>(Slice, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs, backend }) {
    const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size)
    slice_util.assertParamsValid(x as never, begin, size)
    for (let d = 0; d < begin.length; d++)
      if (begin[d] < 0 || size[d] < 0)
        throw new Error(`Slice: begin [${begin}] and size [${size}] reach outside of x of shape [${x.shape}]`)
    return sliceTo(backend, x, begin, size, size)
  },
})
