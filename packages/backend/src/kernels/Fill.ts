import { fillPattern, fill as run } from '@lanewise/kernels'
import {
  type DataType,
  Fill,
  type FillAttrs,
  OnesLike,
  type OnesLikeInputs,
  type TensorInfo,
  util,
  ZerosLike,
  type ZerosLikeInputs,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { show } from '../show.ts'
import { nativeKernel } from './native.ts'

const types: Partial<Record<DataType, 'f32' | 'i32' | 'u8'>> = { float32: 'f32', int32: 'i32', bool: 'u8' }

/** A new tensor of nothing but `value`. */
export function filled(backend: LanewiseBackend, shape: number[], dtype: DataType, value: number): TensorInfo {
  const y = backend.output(shape, dtype)
  run(backend.rt, backend.ptr(y), sizeOf(shape) * bytesPerElement(dtype), fillPattern(value, types[dtype] ?? 'f32'))
  return y
}

const requireNumeric = (what: string, dtype: DataType) => (types[dtype] ? undefined : `${what} is ${dtype}`)

export const fill = nativeKernel<object, FillAttrs>(Fill, {
  accepts({ attrs: { value, dtype } }) {
    if (typeof value === 'string' && dtype && dtype !== 'string')
      throw new Error(`Fill: value: ${show(value)} is not a number, and dtype is ${dtype}`)
    return requireNumeric('dtype', dtype || util.inferDtype(value))
  },
  run: ({ attrs: { shape, value, dtype }, backend }) =>
    filled(backend, shape, dtype || util.inferDtype(value), Number(value)),
})

export const onesLike = nativeKernel<OnesLikeInputs>(OnesLike, {
  accepts: ({ inputs: { x } }) => requireNumeric('x', x.dtype),
  run: ({ inputs: { x }, backend }) => filled(backend, x.shape, x.dtype, 1),
})

export const zerosLike = nativeKernel<ZerosLikeInputs>(ZerosLike, {
  accepts: ({ inputs: { x } }) => requireNumeric('x', x.dtype),
  run: ({ inputs: { x }, backend }) => filled(backend, x.shape, x.dtype, 0),
})
