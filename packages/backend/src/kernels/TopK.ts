import { runTopK } from '@lanewise/kernels'
import { TopK, type TopKAttrs, type TopKInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { nativeKernel, requireDtype } from './native.ts'

/** With more, sorting is faster than keeping the best. */
const MOST = 128

export const topK = nativeKernel<TopKInputs, TopKAttrs>(TopK, {
  accepts({ inputs, attrs: { k, sorted } }) {
    const { shape } = inputs.x
    const n = shape[shape.length - 1]
    // backend-cpu says what is wrong.
    if (!(Number.isInteger(k) && k >= 1 && k <= n)) return `k is ${k}`
    if (k > MOST) return `k is above ${MOST}`
    return sorted ? requireDtype('float32', inputs) : 'not sorted'
  },
  run({ inputs: { x }, attrs: { k }, backend }) {
    const n = x.shape[x.shape.length - 1]
    const shape = [...x.shape.slice(0, -1), k]
    const px = backend.ptr(x)
    const values = backend.output(shape, 'float32')
    const indices = backend.output(shape, 'int32')
    const pointers = { x: px, values: backend.ptr(values), indices: backend.ptr(indices) }
    runTopK(backend.rt, 'topk_f32_rows', sizeOf(shape) / k, { ...pointers, n, k })
    return [values, indices]
  },
})
