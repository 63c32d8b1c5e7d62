import type { Activation } from '@lanewise/kernels'
import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  type _FusedMatMulInputs,
  broadcast_util,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { runBinary } from './binary.ts'
import { checkActivation } from './epilogue.ts'
import { broadcastBatches, isRow, matMul } from './matMul.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const fusedMatMul = nativeKernel<_FusedMatMulInputs, _FusedMatMulAttrs>(_FusedMatMul, {
  accepts({ inputs, attrs }) {
    checkActivation(_FusedMatMul, attrs.activation, inputs.preluActivationWeights)
    const reason = requireDtype('float32', inputs)
    if (reason !== undefined) return reason
    const { a, b, bias } = inputs
    const n = columnsOf(b, attrs)
    if (bias != null && !isRowOfProduct(bias, a, b, n)) {
      const m = a.shape[a.shape.length - (attrs.transposeA ? 1 : 2)]
      const output = [...broadcastBatches('_FusedMatMul', a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n]
      const sum = broadcast_util.assertAndGetBroadcastShape(output, bias.shape)
      if (String(sum) !== String(output)) return `bias of shape [${bias.shape}] makes the product [${output}] larger`
    }
    return undefined
  },
  run({ inputs: { a, b, bias, preluActivationWeights: slopes }, attrs, backend }) {
    const { transposeA, transposeB, leakyreluAlpha } = attrs
    const activation = (attrs.activation as Activation | null) ?? 'linear'
    const product = { a, b, bias: bias ?? undefined, transposeA, transposeB, leakyreluAlpha }
    if (activation !== 'prelu' || slopes === undefined)
      return matMul('_FusedMatMul', backend, { ...product, activation })
    const n = columnsOf(b, attrs)
    if (isRowOfProduct(slopes, a, b, n) || (sizeOf(slopes.shape) === 1 && slopes.shape.length <= rankOf(a, b)))
      return matMul('_FusedMatMul', backend, { ...product, activation, slopes })
    const x = matMul('_FusedMatMul', backend, { ...product, activation: 'linear' })
    const y = runBinary(backend, 'prelu_f32', x, slopes, 'float32')
    backend.disposeData(x.dataId)
    return y
  },
})

function columnsOf(b: TensorInfo, { transposeB }: _FusedMatMulAttrs): number {
  return b.shape[b.shape.length - (transposeB ? 2 : 1)]
}

function rankOf(a: TensorInfo, b: TensorInfo): number {
  return Math.max(a.shape.length, b.shape.length)
}

function isRowOfProduct(info: TensorInfo, a: TensorInfo, b: TensorInfo, n: number): boolean {
  return info.shape.length <= rankOf(a, b) && isRow(info, n)
}
