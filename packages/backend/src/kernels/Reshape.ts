import { Reshape, type ReshapeAttrs, type ReshapeInputs, util } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { nativeKernel } from './native.ts'

export const reshape = nativeKernel<ReshapeInputs, ReshapeAttrs>(Reshape, {
  run({ inputs: { x }, attrs, backend }) {
    const size = sizeOf(x.shape)
    const shape = util.inferFromImplicitShape(attrs.shape, size)
    if (sizeOf(shape) !== size)
      throw new Error(
        `Reshape: shape [${attrs.shape}] has ${sizeOf(shape)} elements, but x of shape [${x.shape}] has ${size}`,
      )
    return backend.alias(x, shape)
  },
})
