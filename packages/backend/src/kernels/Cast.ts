import { type CastKernel, cast as run } from '@lanewise/kernels'
import { Cast, type CastAttrs, type CastInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { nativeKernel } from './native.ts'

const kernels: Record<string, CastKernel | undefined> = {
  'float32 int32': 'cast_f32_i32',
  'int32 float32': 'cast_i32_f32',
  'bool float32': 'cast_bool_f32',
  'bool int32': 'cast_bool_i32',
  'float32 bool': 'cast_f32_bool',
  'int32 bool': 'cast_i32_bool',
}

const numeric = ['float32', 'int32', 'bool']

export const cast = nativeKernel<CastInputs, CastAttrs>(Cast, {
  accepts({ inputs: { x }, attrs: { dtype } }) {
    if (!numeric.includes(x.dtype)) return `x is ${x.dtype}`
    return numeric.includes(dtype) ? undefined : `dtype is ${dtype}`
  },
  run({ inputs: { x }, attrs: { dtype }, backend }) {
    const kernel = kernels[`${x.dtype} ${dtype}`]
    if (kernel === undefined) return backend.alias(x, x.shape)
    const px = backend.ptr(x)
    const y = backend.output(x.shape, dtype)
    run(backend.rt, kernel, px, backend.ptr(y), sizeOf(x.shape))
    return y
  },
})
