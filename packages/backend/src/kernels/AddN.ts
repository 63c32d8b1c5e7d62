import { binary } from '@lanewise/kernels'
import { AddN, type TensorInfo } from '@tensorflow/tfjs-core'
import { nativeKernel } from './native.ts'

export const addN = nativeKernel<TensorInfo[]>(AddN, {
  accepts({ inputs }) {
    const [{ dtype }] = inputs as TensorInfo[]
    if (dtype !== 'float32' && dtype !== 'int32') return `the tensors are ${dtype}`
    const other = (inputs as TensorInfo[]).find((info) => info.dtype !== dtype)
    return other && `the tensors are ${dtype} and ${other.dtype}`
  },
  run({ inputs, backend }) {
    const [first, ...others] = inputs as TensorInfo[]
    if (others.length === 0) return backend.alias(first, first.shape)
    const { shape, dtype } = first
    const kernel = dtype === 'int32' ? 'add_i32' : 'add_f32'
    const pointers = others.map((info) => backend.ptr(info))
    let a = backend.ptr(first)
    const sum = backend.output(shape, dtype)
    const y = backend.ptr(sum)
    for (const b of pointers) {
      binary(backend.rt, kernel, shape, shape, { a, b, y })
      a = y
    }
    return sum
  },
})
