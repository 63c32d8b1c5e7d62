import type { Activation } from '@lanewise/kernels'
import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  type _FusedMatMulInputs,
  broadcast_util,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { broadcastBatches, isRow, matMul } from './matMul.ts'
import { nativeKernel, requireDtype } from './native.ts'

const activations: string[] = ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'prelu', 'sigmoid'] satisfies Activation[]

export const fusedMatMul = nativeKernel<_FusedMatMulInputs, _FusedMatMulAttrs>(_FusedMatMul, {
  accepts({ inputs, attrs }) {
    const reason = requireDtype('float32', inputs)
    if (reason !== undefined) return reason
    const { a, b, bias, preluActivationWeights } = inputs
    const n = b.shape[b.shape.length - (attrs.transposeB ? 2 : 1)]
    const rank = Math.max(a.shape.length, b.shape.length)
    const isRowOfOutput = (info: TensorInfo) => info.shape.length <= rank && isRow(info, n)
    if (attrs.activation != null && !activations.includes(attrs.activation)) return `activation is ${attrs.activation}`
    if (
      preluActivationWeights != null &&
      !isRowOfOutput(preluActivationWeights) &&
      !(sizeOf(preluActivationWeights.shape) === 1 && preluActivationWeights.shape.length <= rank)
    )
      return `preluActivationWeights has shape [${preluActivationWeights.shape}], not [${n}]`
    if (bias != null && !isRowOfOutput(bias)) {
      const m = a.shape[a.shape.length - (attrs.transposeA ? 1 : 2)]
      const output = [...broadcastBatches('_FusedMatMul', a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n]
      const sum = broadcast_util.assertAndGetBroadcastShape(output, bias.shape)
      if (String(sum) !== String(output)) return `bias of shape [${bias.shape}] makes the product [${output}] larger`
    }
    return undefined
  },
  run({ inputs: { a, b, bias, preluActivationWeights }, attrs, backend }) {
    return matMul('_FusedMatMul', backend, {
      a,
      b,
      bias: bias ?? undefined,
      slopes: attrs.activation === 'prelu' ? preluActivationWeights : undefined,
      transposeA: attrs.transposeA,
      transposeB: attrs.transposeB,
      activation: (attrs.activation as Activation | null) ?? 'linear',
      leakyreluAlpha: attrs.leakyreluAlpha,
    })
  },
})
