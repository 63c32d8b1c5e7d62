import type { AttentionSizes } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { attentionReference } from '../../../kernels/src/attention/attention.reference.ts'
import { scaledDotProductAttention } from '../src/index.ts'
import { type GradientCase, type Input, real, wave } from './case.ts'

interface Attention extends AttentionSizes {
  causal?: boolean
  scale?: number
  /** A mask [batch, 1, queries, keys] that hides keys, or is added to the scores. */
  mask?: 'hide' | 'add'
  returnScores?: boolean
}

type Numbers = ArrayLike<number>

const HIDDEN = -1e9

function maskOf(a: Attention): Input | undefined {
  const shape = [a.batch, 1, a.queries, a.keys]
  if (a.mask === 'add') return { ...real(shape, 9) }
  const size = a.batch * a.queries * a.keys
  // The first key is seen by all: a row that sees none has no gradient.
  const values = Uint8Array.from({ length: size }, (_, i) => Number(i % a.keys === 0 || wave(9, i) > -0.3))
  return a.mask && { shape, dtype: 'bool', values }
}

function seen(a: Attention, mask: Input | undefined, b: number, i: number, j: number): boolean {
  if (a.causal && j > i) return false
  return a.mask !== 'hide' || mask?.values[(b * a.queries + i) * a.keys + j] === 1
}

function fused(a: Attention, [q, k, v]: tf.Tensor[]): tf.Tensor | tf.Tensor[] {
  const mask = maskOf(a)
  const options = {
    ...{ causal: a.causal, scale: a.scale },
    mask: mask && tf.tensor(mask.values, mask.shape, mask.dtype as 'float32'),
  }
  return a.returnScores
    ? scaledDotProductAttention(q, k, v, { ...options, returnScores: true })
    : scaledDotProductAttention(q, k, v, options)
}

/** The formula in TensorFlow.js's ops. */
function composition(a: Attention, [q, k, v]: tf.Tensor[]): tf.Tensor[] {
  const mask = maskOf(a)
  const added = Float32Array.from({ length: a.batch * a.queries * a.keys }, (_, at) => {
    const [b, i, j] = [Math.floor(at / a.keys / a.queries), Math.floor(at / a.keys) % a.queries, at % a.keys]
    if (!seen(a, mask, b, i, j)) return HIDDEN
    return a.mask === 'add' ? (mask?.values[at] as number) : 0
  })
  const scores = tf.mul(tf.matMul(q, k, false, true), a.scale ?? 1 / Math.sqrt(a.dim))
  const weights = tf.softmax(tf.add(scores, tf.tensor(added, [a.batch, 1, a.queries, a.keys])))
  const out = tf.matMul(weights, v)
  return a.returnScores ? [out, weights] : [out]
}

function double(a: Attention, [q, k, v]: Numbers[]): Numbers[] {
  const mask = maskOf(a)
  const { out, scores } = attentionReference({
    ...a,
    scale: a.scale ?? 1 / Math.sqrt(a.dim),
    ...{ q, k, v },
    visible: (b, _, i, j) => seen(a, mask, b, i, j),
    bias: a.mask === 'add' ? (b, _, i, j) => mask?.values[(b * a.queries + i) * a.keys + j] as number : undefined,
  })
  return a.returnScores ? [out, scores] : [out]
}

const small = { batch: 2, heads: 2, queries: 3, keys: 5, dim: 4, valueDim: 3 }
const problems: Attention[] = [
  small,
  { ...small, returnScores: true },
  { ...small, causal: true },
  { ...small, mask: 'hide', returnScores: true },
  { ...small, mask: 'add' },
  { ...small, causal: true, mask: 'hide', scale: 0.3 },
  { batch: 1, heads: 1, queries: 1, keys: 1, dim: 1, valueDim: 1 },
  { batch: 1, heads: 1, queries: 9, keys: 9, dim: 5, valueDim: 4, causal: true },
  { batch: 1, heads: 3, queries: 2, keys: 17, dim: 8, valueDim: 8, returnScores: true },
  { batch: 1, heads: 1, queries: 4, keys: 4, dim: 33, valueDim: 9 },
]

export const attentions: GradientCase[] = problems.map((a) => ({
  kernel: 'LanewiseAttention',
  name: JSON.stringify(a).replaceAll('"', ''),
  inputs: [
    real([a.batch, a.heads, a.queries, a.dim], 1, [-2, 2]),
    real([a.batch, a.heads, a.keys, a.dim], 2, [-2, 2]),
    real([a.batch, a.heads, a.keys, a.valueDim], 3, [-2, 2]),
  ],
  f: (...xs) => fused(a, xs),
  onCpu: (...xs) => composition(a, xs),
  double: (...xs) => double(a, xs),
}))
