import {
  BatchToSpaceND,
  type BatchToSpaceNDAttrs,
  type BatchToSpaceNDInputs,
  backend_util,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { checkPaddings } from './checks.ts'
import { discard, requireMovable, transposed } from './move.ts'
import { nativeKernel } from './native.ts'
import { sliceChecked } from './Slice.ts'

export const batchToSpaceND = nativeKernel<BatchToSpaceNDInputs, BatchToSpaceNDAttrs>(BatchToSpaceND, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs: { blockShape, crops }, backend }) {
    checkPaddings(BatchToSpaceND, 'crops', crops, blockShape.length)
    const block = sizeOf(blockShape)
    const split = backend_util.getReshaped(x.shape, blockShape, block)
    const order = backend_util.getPermuted(split.length, blockShape.length)
    const shape = backend_util.getReshapedPermuted(x.shape, blockShape, block)
    const begin = backend_util.getSliceBeginCoords(crops, blockShape.length)
    const size = backend_util.getSliceSize(shape, crops, blockShape.length)
    for (const [d, [before, after]] of crops.entries())
      if (before + after > shape[d + 1])
        throw new Error(
          `BatchToSpaceND: crops[${d}]: [${before}, ${after}] is more than the ${shape[d + 1]} that are there`,
        )
    const whole = transposed(backend, x, split, order, shape)
    const y = sliceChecked(BatchToSpaceND, backend, whole, begin, size)
    discard(backend, whole, x)
    return y
  },
})
