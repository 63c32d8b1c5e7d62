import {
  type AttentionProblem,
  type AttentionSizes,
  attentionBlocks,
  fill,
  type RowStrides,
  attention as runAttention,
  attentionGrad as runAttentionGrad,
} from '@lanewise/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const LanewiseAttention = 'LanewiseAttention'
export const LanewiseAttentionGrad = 'LanewiseAttentionGrad'

export interface AttentionAttrs {
  /** 0: tensors are [batch, heads, steps, dim]; else [batch, steps, numHeads * dim]. */
  numHeads: number
  causal: boolean
  scale: number
  /** Outputs the weights [batch, heads, queries, keys] too. */
  returnScores: boolean
  /** Outputs what the gradient needs last: f32[batch, heads, queries, 2]. */
  keep: boolean
}

/** The sizes of a problem from shapes that fit each other. */
export function attentionSizes(numHeads: number, q: TensorInfo, k: TensorInfo, v: TensorInfo): AttentionSizes {
  const [batch] = q.shape
  if (numHeads === 0) {
    const [, heads, queries, dim] = q.shape
    return { batch, heads, queries, keys: k.shape[2], dim, valueDim: v.shape[3] }
  }
  const dim = q.shape[2] / numHeads
  return { batch, heads: numHeads, queries: q.shape[1], keys: k.shape[1], dim, valueDim: v.shape[2] / numHeads }
}

/** Whether the SIMD kernels have room for vectors of these sizes, forwards and backwards. */
export function fitsKernels(sizes: AttentionSizes): boolean {
  return (
    attentionBlocks('attention_f32', sizes) !== undefined && attentionBlocks('attention_grad_f32', sizes) !== undefined
  )
}

/** Outputs `out`, then the weights where `returnScores`, then what the gradient needs where `keep`. Inputs: q, k, v, and a mask or none. */
export const attention = nativeKernel<TensorInfo[], AttentionAttrs>(LanewiseAttention, {
  accepts({ inputs: [q, k, v, mask] }) {
    const areFloats = q.dtype === 'float32' && k.dtype === 'float32' && v.dtype === 'float32'
    return (areFloats ? undefined : requireDtype('float32', { q, k, v })) ?? refuseMask(mask)
  },
  run({ inputs, attrs, backend }) {
    const [q, k, v] = inputs as TensorInfo[]
    const mask: TensorInfo | undefined = inputs[3]
    const sizes = attentionSizes(attrs.numHeads, q, k, v)
    const { batch, heads, queries, keys, valueDim } = sizes
    const shape = attrs.numHeads === 0 ? [batch, heads, queries, valueDim] : [batch, queries, attrs.numHeads * valueDim]
    const out = backend.output(shape, 'float32')
    const stats = attrs.keep ? backend.output([batch, heads, queries, 2], 'float32') : undefined
    const outputs = [out]
    if (attrs.returnScores) outputs.push(backend.output([batch, heads, queries, keys], 'float32'))
    if (keys === 0)
      for (const { ptr, bytes } of (stats ? [out, stats] : [out]).map((info) => spanOf(backend, info)))
        fill(backend.rt, ptr, bytes, 0)
    else {
      const problem = problemOf(backend, attrs, sizes, q, k, v, mask)
      problem.out.ptr = backend.ptr(out)
      problem.stats = stats ? backend.ptr(stats) : backend.workspace(8 * batch * heads * queries)
      problem.scores = attrs.returnScores ? backend.ptr(outputs[1]) : undefined
      runAttention(backend.rt, problem)
      if (!stats) backend.release(problem.stats)
    }
    if (stats) outputs.push(stats)
    return outputs
  },
})

export interface AttentionGradInputs {
  q: TensorInfo
  k: TensorInfo
  v: TensorInfo
  mask?: TensorInfo
  /** What the kernel forwards gave. */
  out: TensorInfo
  stats: TensorInfo
  scores?: TensorInfo
  dOut: TensorInfo
  dScores?: TensorInfo
}

/** The gradients by q, k and v. */
export const attentionGrad = nativeKernel<AttentionGradInputs, AttentionAttrs>(LanewiseAttentionGrad, {
  accepts: ({ inputs: { mask, ...numbers } }) => requireDtype('float32', numbers) ?? refuseMask(mask),
  run({ inputs, attrs, backend }) {
    const { q, k, v, mask, out, stats, scores, dOut, dScores } = inputs
    const sizes = attentionSizes(attrs.numHeads, q, k, v)
    const gradients = [q, k, v].map(({ shape }) => backend.output(shape, 'float32'))
    if (sizes.keys === 0 || sizes.queries === 0) {
      for (const { ptr, bytes } of gradients.map((info) => spanOf(backend, info))) fill(backend.rt, ptr, bytes, 0)
      return gradients
    }
    const problem = problemOf(backend, attrs, sizes, q, k, v, mask)
    problem.out.ptr = backend.ptr(out)
    const [dq, dk, dv] = gradients.map((info) => backend.ptr(info))
    runAttentionGrad(backend.rt, {
      ...problem,
      ...{ stats: backend.ptr(stats), scores: scores && backend.ptr(scores) },
      ...{ dOut: backend.ptr(dOut), dScores: dScores && backend.ptr(dScores), dq, dk, dv },
    })
    return gradients
  },
})

/** A mask hides keys (bool) or is added to the scores (float32). */
function refuseMask(mask: TensorInfo | undefined): string | undefined {
  return mask === undefined || mask.dtype === 'bool' ? undefined : requireDtype('float32', { mask })
}

/** Without the addresses of outputs. */
function problemOf(
  backend: LanewiseBackend,
  { numHeads, causal, scale }: AttentionAttrs,
  sizes: AttentionSizes,
  q: TensorInfo,
  k: TensorInfo,
  v: TensorInfo,
  mask: TensorInfo | undefined,
): AttentionProblem {
  const { heads, queries, keys, dim, valueDim } = sizes
  const strides = (steps: number, width: number): RowStrides =>
    numHeads === 0
      ? [heads * steps * width * 4, steps * width * 4, width * 4]
      : [heads * steps * width * 4, width * 4, heads * width * 4]
  return {
    ...sizes,
    causal,
    scale,
    q: { ptr: backend.ptr(q), strides: strides(queries, dim) },
    k: { ptr: backend.ptr(k), strides: strides(keys, dim) },
    v: { ptr: backend.ptr(v), strides: strides(keys, valueDim) },
    mask: mask && {
      kind: mask.dtype === 'bool' ? 'bool' : 'add',
      ptr: backend.ptr(mask),
      strides: maskStrides(mask),
    },
    out: { ptr: 0, strides: strides(queries, valueDim) },
    stats: 0,
  }
}

/** A mask has rank 4, and axes of size 1 but its last are shared. */
function maskStrides({ shape, dtype }: TensorInfo): RowStrides {
  const [batch, heads, rows, keys] = shape
  const row = keys * bytesPerElement(dtype)
  return [batch === 1 ? 0 : heads * rows * row, heads === 1 ? 0 : rows * row, rows === 1 ? 0 : row]
}

function spanOf(backend: LanewiseBackend, info: TensorInfo): { ptr: number; bytes: number } {
  return { ptr: backend.ptr(info), bytes: sizeOf(info.shape) * 4 }
}
