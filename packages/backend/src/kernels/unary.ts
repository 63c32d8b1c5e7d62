import { runUnary, type UnaryKernel } from '@lanewise/kernels'
import { Abs, Neg, Relu, type UnaryInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'

/** TensorFlow's kernel names and the SIMD kernels that serve them for float32. */
const table: [name: string, kernel: UnaryKernel][] = [
  [Abs, 'abs_f32'],
  [Neg, 'neg_f32'],
  [Relu, 'relu_f32'],
]

/** Elements in one work item of the unary kernels. */
const BLOCK = 1024

export const unary: NativeKernel[] = table.map(([name, kernel]) =>
  nativeKernel<UnaryInputs>(name, {
    accepts: ({ inputs }) => requireDtype('float32', inputs),
    run({ inputs: { x }, backend }) {
      const n = sizeOf(x.shape)
      const px = backend.ptr(x)
      const y = backend.output(x.shape, 'float32')
      runUnary(backend.rt, kernel, Math.ceil(n / BLOCK), { x: px, y: backend.ptr(y), n })
      return y
    },
  }),
)
