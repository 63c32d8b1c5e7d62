import { runSoftmax } from '@lanewise/kernels'
import { Softmax, type SoftmaxAttrs, type SoftmaxInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const softmax = nativeKernel<SoftmaxInputs, SoftmaxAttrs>(Softmax, {
  accepts: ({ inputs }) => requireDtype('float32', inputs),
  run({ inputs: { logits }, attrs: { dim }, backend }) {
    const { shape } = logits
    const last = shape.length - 1
    if (dim !== -1 && dim !== last)
      throw new Error(
        `softmax: dim is ${dim}; only the last dimension of shape [${shape}], ${last} or -1, is supported`,
      )
    const columns = shape[last] ?? 1
    const source = backend.ptr(logits)
    const y = backend.output(shape, 'float32')
    if (columns > 0)
      runSoftmax(backend.rt, 'softmax_f32', sizeOf(shape) / columns, { x: source, y: backend.ptr(y), columns })
    return y
  },
})
