import { Pack, type PackAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { joinTo, requireOneType } from './Concat.ts'
import { requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const pack = nativeKernel<TensorInfo[], PackAttrs>(Pack, {
  accepts: ({ inputs }) => requireOneType(inputs) ?? requireMovable(inputs[0]),
  run({ inputs, attrs, backend }) {
    const part = inputs[0].shape
    for (const input of inputs)
      util.assertShapesMatch(part, input.shape, 'All tensors passed to stack must have matching shapes')
    const axis = attrs.axis < 0 ? attrs.axis + part.length + 1 : attrs.axis
    if (!(axis >= 0 && axis <= part.length))
      throw new Error(`Pack: axis ${attrs.axis} is not in [-${part.length + 1}, ${part.length}]`)
    const shape = [...part.slice(0, axis), inputs.length, ...part.slice(axis)]
    if (inputs.length === 1) return backend.alias(inputs[0], shape)
    if (sizeOf(shape) === 0) return backend.output(shape, inputs[0].dtype)
    return joinTo(backend, inputs, axis, shape)
  },
})
