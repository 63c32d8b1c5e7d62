import { type CastKernel, cast as run } from '@lanewise/kernels'
import { Cast, type CastAttrs, type CastInputs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
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

/** x in another type, which is not its own, under the shape `shape` of as many elements. */
export function converted(
  backend: LanewiseBackend,
  x: TensorInfo,
  dtype: 'float32' | 'int32' | 'bool',
  shape: number[],
): TensorInfo {
  const px = backend.ptr(x)
  const y = backend.output(shape, dtype)
  run(backend.rt, kernels[`${x.dtype} ${dtype}`] as CastKernel, px, backend.ptr(y), sizeOf(shape))
  return y
}

const numeric = ['float32', 'int32', 'bool']

export const cast = nativeKernel<CastInputs, CastAttrs>(Cast, {
  accepts({ inputs: { x }, attrs: { dtype } }) {
    if (!numeric.includes(x.dtype)) return `x is ${x.dtype}`
    return numeric.includes(dtype) ? undefined : `dtype is ${dtype}`
  },
  run({ inputs: { x }, attrs: { dtype }, backend }) {
    if (kernels[`${x.dtype} ${dtype}`] === undefined) return backend.alias(x, x.shape)
    return converted(backend, x, dtype as 'float32', x.shape)
  },
})
