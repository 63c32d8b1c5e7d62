import { Transpose, type TransposeAttrs, type TransposeInputs } from '@tensorflow/tfjs-core'
import { requireMovable, transposeTo } from './move.ts'
import { nativeKernel } from './native.ts'

export const transpose = nativeKernel<TransposeInputs, TransposeAttrs>(Transpose, {
  accepts({ inputs: { x }, attrs: { perm } }) {
    const rank = x.shape.length
    for (let d = 0; d < rank; d++)
      if (perm.length !== rank || !perm.includes(d))
        throw new Error(`Transpose: perm: [${perm}] is not an order of the ${rank} axes of x, from 0 to ${rank - 1}`)
    return requireMovable(x)
  },
  run: ({ inputs: { x }, attrs: { perm }, backend }) =>
    transposeTo(
      backend,
      x,
      x.shape,
      perm,
      perm.map((d) => x.shape[d]),
    ),
})
