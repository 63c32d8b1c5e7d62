import { BatchMatMul, type BatchMatMulAttrs, type BatchMatMulInputs } from '@tensorflow/tfjs-core'
import { matMul } from './matMul.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const batchMatMul = nativeKernel<BatchMatMulInputs, BatchMatMulAttrs>(BatchMatMul, {
  accepts: ({ inputs }) => requireDtype('float32', inputs),
  run: ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }) =>
    matMul('BatchMatMul', backend, { a, b, transposeA, transposeB }),
})
