import { Transpose, type TransposeAttrs, type TransposeInputs } from '@tensorflow/tfjs-core'
import { requireMovable, transposeTo } from './move.ts'
import { nativeKernel } from './native.ts'

export const transpose = nativeKernel<TransposeInputs, TransposeAttrs>(Transpose, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run: ({ inputs: { x }, attrs: { perm }, backend }) =>
    transposeTo(
      backend,
      x,
      x.shape,
      perm,
      perm.map((d) => x.shape[d]),
    ),
})
