import { select as run } from '@lanewise/kernels'
import { Select, type SelectInputs, util } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { nativeKernel } from './native.ts'

export const select = nativeKernel<SelectInputs>(Select, {
  accepts({ inputs: { condition, t, e } }) {
    if (condition.dtype !== 'bool') return `condition is ${condition.dtype}`
    if (t.dtype !== e.dtype) return `t is ${t.dtype}, e ${e.dtype}`
    if (!['float32', 'int32', 'bool'].includes(t.dtype)) return `t is ${t.dtype}`
    if (!util.arraysEqual(condition.shape, t.shape)) return `condition has shape [${condition.shape}], t [${t.shape}]`
    return util.arraysEqual(t.shape, e.shape) ? undefined : `t has shape [${t.shape}], e [${e.shape}]`
  },
  run({ inputs: { condition, t, e }, backend }) {
    const pointers = { condition: backend.ptr(condition), t: backend.ptr(t), e: backend.ptr(e) }
    const y = backend.output(t.shape, t.dtype)
    const bytes = bytesPerElement(t.dtype) === 4 ? 4 : 1
    run(backend.rt, bytes, { ...pointers, y: backend.ptr(y), n: sizeOf(t.shape) })
    return y
  },
})
