import { identity } from './Identity.ts'
import { attention, attentionGrad } from './LanewiseAttention.ts'
import { lstm, lstmGrad } from './LanewiseLSTM.ts'
import type { NativeKernel } from './native.ts'
import { reshape } from './Reshape.ts'
import { unaryKernels } from './unary.ts'

/** The kernels of TensorFlow.js that run on SIMD kernels (or, like Identity, need none). */
export const nativeKernels: readonly NativeKernel[] = [
  attention,
  attentionGrad,
  identity,
  lstm,
  lstmGrad,
  reshape,
  ...unaryKernels,
]
