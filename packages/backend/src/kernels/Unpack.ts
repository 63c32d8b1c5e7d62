import { Unpack, type UnpackAttrs, type UnpackInputs } from '@tensorflow/tfjs-core'
import { requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'
import { splitTo } from './SplitV.ts'

export const unpack = nativeKernel<UnpackInputs, UnpackAttrs>(Unpack, {
  accepts: ({ inputs }) => requireMovable(inputs.value),
  run({ inputs: { value }, attrs, backend }) {
    const { shape } = value
    const axis = attrs.axis < 0 ? attrs.axis + shape.length : attrs.axis
    if (!(axis >= 0 && axis < shape.length))
      throw new Error(`Unpack: axis ${attrs.axis} is not in [-${shape.length}, ${shape.length - 1}]`)
    const part = [...shape.slice(0, axis), ...shape.slice(axis + 1)]
    const ones = new Array<number>(shape[axis]).fill(1)
    return splitTo(
      backend,
      value,
      axis,
      ones,
      ones.map(() => part.slice()),
    )
  },
})
