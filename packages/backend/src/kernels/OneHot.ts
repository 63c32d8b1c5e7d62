import { fillPattern, ONEHOT_BLOCK, runOneHot } from '@lanewise/kernels'
import { OneHot, type OneHotAttrs, type OneHotInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { elementType, requireMovable } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const oneHot = nativeKernel<OneHotInputs, OneHotAttrs>(OneHot, {
  accepts: ({ inputs, attrs: { dtype, onValue, offValue } }) =>
    requireDtype('int32', inputs) ??
    requireMovable({ dataId: {}, shape: [], dtype }) ??
    (dtype === 'int32' && !(Number.isInteger(onValue) && Number.isInteger(offValue))
      ? 'fractions in int32'
      : undefined),
  run({ inputs: { indices }, attrs: { dtype, depth, onValue, offValue }, backend }) {
    const n = sizeOf(indices.shape)
    const source = backend.ptr(indices)
    const y = backend.output([...indices.shape, depth], dtype)
    const type = elementType(dtype)
    const bits = (value: number) => fillPattern(type === 'u8' ? Number(value !== 0) : value, type)
    runOneHot(backend.rt, type === 'u8' ? 'onehot_8' : 'onehot_32', Math.ceil(n / ONEHOT_BLOCK), {
      indices: source,
      y: backend.ptr(y),
      n,
      depth,
      on: bits(onValue),
      off: bits(offValue),
    })
    return y
  },
})
