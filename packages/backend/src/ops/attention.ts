import type { AttentionSizes } from '@lanewise/kernels'
import {
  add,
  cast,
  engine,
  type GradFunc,
  getBackend,
  greater,
  lessEqual,
  matMul,
  maximum,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  range,
  registerGradient,
  reshape,
  softmax,
  sub,
  Tensor,
  type Tensor4D,
  tidy,
  tile,
  transpose,
} from '@tensorflow/tfjs-core'
import {
  type AttentionAttrs,
  type AttentionGradInputs,
  attentionSizes,
  fitsKernels,
  LanewiseAttention,
  LanewiseAttentionGrad,
} from '../kernels/LanewiseAttention.ts'
import { show } from '../show.ts'

/** What `scaledDotProductAttention` takes besides tensors. */
export interface AttentionOptions {
  /**
   * Of shape [batch, keys], [batch, queries, keys] or [batch, heads, queries, keys], where any size may be 1. A bool mask hides
   * the keys where it is false; a float32 mask is added to the scores. No gradient flows to it.
   */
  mask?: Tensor
  /** Hides the keys behind a query's own index. */
  causal?: boolean
  /** Multiplies the scores; 1 / sqrt(dim) by default. */
  scale?: number
  /** q, k and v are [batch, steps, numHeads * dim]. By default tensors of rank 3 have one head. */
  numHeads?: number
  /** Return the weights [batch, heads, queries, keys] too. */
  returnScores?: boolean
}

/**
 * Scaled dot-product attention (Vaswani et al., 2017): softmax(scale * q k^T + mask) v, head by head, with gradients for q, k and v.
 *
 * q, k and v are [batch, heads, steps, dim], or [batch, steps, dim], where `numHeads` heads lie side by side in the last axis; the
 * result has the shape of q with v's dim. A query that sees no key weighs all keys alike, as in Keras, and passes no
 * gradient to q and k. On another backend than `lanewise` the same is computed with TensorFlow.js's own ops.
 */
export function scaledDotProductAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions & { returnScores: true },
): [out: Tensor, scores: Tensor4D]
export function scaledDotProductAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options?: AttentionOptions & { returnScores?: false },
): Tensor
export function scaledDotProductAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions = {},
): Tensor | [Tensor, Tensor4D] {
  const numHeads = checkOptions(options, q)
  checkTensors(q, k, v, numHeads)
  const sizes = attentionSizes(numHeads, q, k, v)
  const { causal = false, returnScores = false, scale = 1 / Math.sqrt(Math.max(1, sizes.dim)) } = options
  const attrs: AttentionAttrs = { numHeads, causal, scale, returnScores, keep: engine().state.gradientDepth > 0 }
  const isNative = getBackend() === 'lanewise' && fitsKernels(sizes)
  let outputs: Tensor[]
  // Without a mask and a gradient the kernel makes nothing but what is returned.
  if (isNative && options.mask === undefined && !attrs.keep) outputs = runAttention([q, k, v], attrs)
  else
    outputs = tidy(() => {
      const mask = options.mask === undefined ? undefined : maskOfRank4(options.mask, sizes)
      if (!isNative) return composition(q, k, v, mask, attrs, sizes)
      return runAttention(mask ? [q, k, v, mask] : [q, k, v], attrs).slice(0, returnScores ? 2 : 1)
    })
  return returnScores ? (outputs as [Tensor, Tensor4D]) : outputs[0]
}

function runAttention(inputs: Tensor[], attrs: AttentionAttrs): Tensor[] {
  const map = attrs as unknown as NamedAttrMap
  return engine().runKernel(LanewiseAttention, inputs as unknown as NamedTensorMap, map) as Tensor[]
}

registerGradient({
  kernelName: LanewiseAttention,
  saveAllInputs: true,
  outputsToSave: [true, true, true],
  gradFunc(dy, saved, map) {
    const attrs = map as unknown as AttentionAttrs
    const kept = attrs.returnScores ? -3 : -2
    const [q, k, v, mask] = saved.slice(0, kept)
    const outputs = saved.slice(kept)
    const [dOut, dScores] = dy as Tensor[]
    const inputs: AttentionGradInputs = { q, k, v, out: outputs[0], stats: outputs[outputs.length - 1], dOut }
    if (mask !== undefined) inputs.mask = mask
    if (attrs.returnScores) {
      inputs.scores = outputs[1]
      inputs.dScores = dScores
    }
    const gradients = engine().runKernel(LanewiseAttentionGrad, inputs as unknown as NamedTensorMap, map) as Tensor[]
    const toMask = () => {
      throw new Error('scaledDotProductAttention: mask: it has no gradient')
    }
    return [...gradients.map((gradient) => () => gradient), toMask] as unknown as ReturnType<GradFunc>
  },
})

/** What a hidden key's score is; its weight is then 0 exactly. */
const HIDDEN = -1e30

/** The same out of TensorFlow.js's ops. */
function composition(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor | undefined,
  { numHeads, causal, scale, returnScores }: AttentionAttrs,
  { batch, heads, queries, keys, dim, valueDim }: AttentionSizes,
): Tensor[] {
  const headsFirst = (x: Tensor, steps: number, width: number) =>
    numHeads === 0 ? x : transpose(reshape(x, [batch, steps, heads, width]), [0, 2, 1, 3])
  let scores: Tensor = mul(matMul(headsFirst(q, queries, dim), headsFirst(k, keys, dim), false, true), scale)
  const hide = (visible: Tensor) => {
    const one = cast(visible, 'float32')
    scores = add(mul(scores, one), mul(sub(1, one), HIDDEN))
  }
  if (mask !== undefined && mask.dtype !== 'bool') scores = add(scores, maximum(mask, HIDDEN))
  if (mask !== undefined) hide(mask.dtype === 'bool' ? mask : greater(mask, HIDDEN))
  if (causal) hide(lessEqual(reshape(range(0, keys), [1, keys]), reshape(range(0, queries), [queries, 1])))
  const weights = keys === 0 ? scores : softmax(scores)
  let out = matMul(weights, headsFirst(v, keys, valueDim))
  if (numHeads !== 0) out = reshape(transpose(out, [0, 2, 1, 3]), [batch, queries, heads * valueDim])
  return returnScores ? [out, weights] : [out]
}

const OP = 'scaledDotProductAttention'
const known = ['mask', 'causal', 'scale', 'numHeads', 'returnScores']

/** Returns numHeads as the kernel takes it. */
function checkOptions(options: AttentionOptions, q: Tensor): number {
  if (typeof options !== 'object' || options === null)
    throw new Error(`${OP}: options: expected an object, got ${show(options)}`)
  for (const name of Object.keys(options))
    if (!known.includes(name)) throw new Error(`${OP}: unknown option '${name}'; allowed are ${known.join(', ')}`)
  for (const name of ['causal', 'returnScores'] as const) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'boolean')
      throw new Error(`${OP}: ${name}: expected true or false, got ${show(value)}`)
  }
  const { scale, numHeads } = options
  if (scale !== undefined && !Number.isFinite(scale))
    throw new Error(`${OP}: scale: expected a finite number, got ${show(scale)}`)
  if (numHeads !== undefined && !(Number.isSafeInteger(numHeads) && numHeads > 0))
    throw new Error(`${OP}: numHeads: expected a positive integer, got ${show(numHeads)}`)
  checkTensor('q', q, 'float32')
  if (q.rank !== 3 && q.rank !== 4)
    throw new Error(
      `${OP}: q has shape [${q.shape}]; expected [batch, heads, steps, dim] or [batch, steps, numHeads * dim]`,
    )
  if (q.rank === 3) return numHeads ?? 1
  if (numHeads !== undefined && numHeads !== q.shape[1])
    throw new Error(`${OP}: numHeads is ${numHeads}, but q of shape [${q.shape}] has ${q.shape[1]} heads`)
  return 0
}

function checkTensor(name: string, tensor: Tensor, ...dtypes: string[]): void {
  if (!(tensor instanceof Tensor)) throw new Error(`${OP}: ${name}: expected a tf.Tensor, got ${show(tensor)}`)
  if (!dtypes.includes(tensor.dtype))
    throw new Error(`${OP}: ${name} is ${tensor.dtype}; expected ${dtypes.join(' or ')}`)
  if (tensor.isDisposed) throw new Error(`${OP}: ${name} is disposed`)
}

function checkTensors(q: Tensor, k: Tensor, v: Tensor, numHeads: number): void {
  checkTensor('k', k, 'float32')
  checkTensor('v', v, 'float32')
  if (!isLike(k, q, q.rank - 2) || k.shape[q.rank - 1] !== q.shape[q.rank - 1])
    refuseShape('k', k, [...q.shape.slice(0, -2), 'keys', q.shape[q.rank - 1]], 'q')
  if (!isLike(v, q, q.rank - 2) || v.shape[q.rank - 2] !== k.shape[q.rank - 2])
    refuseShape('v', v, [...q.shape.slice(0, -2), k.shape[q.rank - 2], 'dim'], 'k')
  if (numHeads === 0) return
  checkHeads('q', q, numHeads)
  checkHeads('v', v, numHeads)
}

/** Whether two tensors have the same rank, and the same first `count` sizes. */
function isLike(a: Tensor, b: Tensor, count: number): boolean {
  if (a.rank !== b.rank) return false
  for (let d = 0; d < count; d++) if (a.shape[d] !== b.shape[d]) return false
  return true
}

function refuseShape(name: string, { shape }: Tensor, expected: (number | string)[], other: string): never {
  throw new Error(`${OP}: ${name} has shape [${shape}]; expected [${expected.join(', ')}] to suit ${other}`)
}

function checkHeads(name: string, { shape }: Tensor, numHeads: number): void {
  if ((shape[2] as number) % numHeads !== 0)
    throw new Error(`${OP}: ${name} has shape [${shape}], whose last size is no multiple of ${numHeads} heads`)
}

/** The mask as [batch or 1, heads or 1, queries or 1, keys]. */
function maskOfRank4(mask: Tensor, { batch, heads, queries, keys }: AttentionSizes): Tensor {
  checkTensor('mask', mask, 'bool', 'float32')
  const sizes: Record<number, number[]> = {
    2: [batch, keys],
    3: [batch, queries, keys],
    4: [batch, heads, queries, keys],
  }
  const fits = sizes[mask.rank]?.every((size, i) => mask.shape[i] === size || mask.shape[i] === 1)
  if (!fits)
    throw new Error(
      `${OP}: mask has shape [${mask.shape}]; expected ` +
        `${Object.values(sizes)
          .map((shape) => `[${shape.join(', ')}]`)
          .join(' or ')}, where any size may be 1`,
    )
  const axes = mask.shape as number[]
  const shape = { 2: [axes[0], 1, 1, axes[1]], 3: [axes[0], 1, axes[1], axes[2]] }[mask.rank] ?? axes
  const wide = reshape(mask, shape)
  return shape[3] === keys ? wide : tile(wide, [1, 1, 1, keys])
}
