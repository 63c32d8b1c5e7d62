import {
  backend_util,
  SpaceToBatchND,
  type SpaceToBatchNDAttrs,
  type SpaceToBatchNDInputs,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { discard, requireMovable, transposeTo } from './move.ts'
import { nativeKernel } from './native.ts'
import { padded } from './PadV2.ts'

export const spaceToBatchND = nativeKernel<SpaceToBatchNDInputs, SpaceToBatchNDAttrs>(SpaceToBatchND, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs: { blockShape, paddings }, backend }) {
    const block = sizeOf(blockShape)
    const all = x.shape.map((_, d) => (d > 0 && d <= blockShape.length ? paddings[d - 1] : [0, 0]) as [number, number])
    const whole = padded(backend, x, all, 0)
    const split = backend_util.getReshaped(whole.shape, blockShape, block, false)
    const order = backend_util.getPermuted(split.length, blockShape.length, false)
    const shape = backend_util.getReshapedPermuted(whole.shape, blockShape, block, false)
    const y = transposeTo(backend, whole, split, order, shape)
    discard(backend, whole, x)
    return y
  },
})
