import { ExpandDims, type ExpandDimsAttrs, type ExpandDimsInputs } from '@tensorflow/tfjs-core'
import { nativeKernel } from './native.ts'

export const expandDims = nativeKernel<ExpandDimsInputs, ExpandDimsAttrs>(ExpandDims, {
  run({ inputs: { input }, attrs: { dim }, backend }) {
    const rank = input.shape.length
    if (!(dim >= -rank - 1 && dim <= rank)) throw new Error(`ExpandDims: dim ${dim} is not in [-${rank + 1}, ${rank}]`)
    const shape = input.shape.slice()
    shape.splice(dim < 0 ? dim + rank + 1 : dim, 0, 1)
    return backend.alias(input, shape)
  },
})
