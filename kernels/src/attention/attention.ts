import { tileRows } from '../gemm/gemm.ts'
import { type AttentionFields, type KernelName, runAttention, runAttentionGrad } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { type Runtime, SCRATCH_BYTES } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import { work } from './command.ts'

/** Byte strides of [batch, head, row]; the elements of a row are consecutive. */
export type RowStrides = readonly [batch: number, head: number, row: number]

/** Where a tensor lies: its address, and how its rows follow each other. */
export interface AttentionTensor {
  ptr: number
  strides: RowStrides
}

/** What hides keys from queries, or is added to their scores. */
export interface AttentionMask extends AttentionTensor {
  /** `bool`: one byte each, 0 hides the key. `add`: one f32 each, added to the score. */
  kind: 'bool' | 'add'
}

export interface AttentionSizes {
  batch: number
  heads: number
  queries: number
  keys: number
  dim: number
  valueDim: number
}

/** The sizes and inputs of scaled dot-product attention; see `attention_f32`. */
export interface AttentionProblem extends AttentionSizes {
  scale: number
  /** Hides the keys behind a query's own index. */
  causal?: boolean
  q: AttentionTensor
  k: AttentionTensor
  v: AttentionTensor
  mask?: AttentionMask
  out: AttentionTensor
  /** f32[batch, heads, queries, 2]: what the gradient needs to rebuild the weights. */
  stats: number
  /** f32[batch, heads, queries, keys]: takes the weights; absent when they are not wanted. */
  scores?: number
}

/** What `attentionGrad` takes: what `attention` took, and the addresses of gradients. */
export interface AttentionGradProblem extends AttentionProblem {
  /** Lies as `out`. */
  dOut: number
  /** The gradient by `scores`, where those were wanted. */
  dScores?: number
  /** Lie as q, k and v. */
  dq: number
  dk: number
  dv: number
}

/** Rows of queries, keys in a block, that are worked on at once. */
export interface AttentionBlocks {
  rows: number
  block: number
}

/** Rows that make whole tiles of 4 and of 6. */
const ROWS = 12
/** As in gemm/block.as.ts. */
const BLOCK_SCRATCH = 512
const roundUp = (n: number, to: number) => Math.ceil(n / to) * to

type Sizes = Pick<AttentionProblem, 'queries' | 'keys' | 'dim' | 'valueDim'>

/** Bytes of scratch memory that `kernel` uses; forward.as.ts and grad.as.ts lay them out. */
function scratchBytes(kernel: KernelName, { dim, valueDim }: Sizes, { rows, block }: AttentionBlocks): number {
  const width = roundUp(dim, 8)
  const valueWidth = roundUp(valueDim, 8)
  const words =
    kernel === 'attention_f32'
      ? block * (dim + valueWidth) + rows * (block + 8 + valueWidth)
      : block * (dim + valueDim + 2 * width + valueWidth) + rows * (2 * (block + 8) + width + valueWidth)
  return 4 * words + BLOCK_SCRATCH
}

/** The blocks for a problem: whole rows of scores where they fit in scratch memory; undefined where its vectors are too long. */
export function attentionBlocks(kernel: KernelName, sizes: Sizes): AttentionBlocks | undefined {
  if (!sizes) refuseArguments('attentionBlocks', { sizes })
  const { queries, keys: n, dim, valueDim } = sizes
  if (!areSizes(queries, n, dim, valueDim)) refuseSizes('attention', { queries, keys: n, dim, valueDim })
  const keys = roundUp(Math.max(sizes.keys, 1), 8)
  for (let rows = Math.min(4 * ROWS, roundUp(Math.max(sizes.queries, 1), ROWS)); rows > 0; rows -= ROWS) {
    const perKey = scratchBytes(kernel, sizes, { rows, block: 8 }) - scratchBytes(kernel, sizes, { rows, block: 0 })
    const free = SCRATCH_BYTES - scratchBytes(kernel, sizes, { rows, block: 0 })
    const block = Math.min(keys, Math.floor(free / perKey) * 8)
    // Long vectors: fewer rows at once, so that a block of keys has a useful size.
    if (block >= Math.min(keys, 64) || (rows === ROWS && block >= 8)) return { rows, block }
  }
  return undefined
}

function fieldsOf(rt: Runtime, kernel: KernelName, p: AttentionProblem, blocks?: AttentionBlocks): AttentionFields {
  if (!areSizes(p.batch, p.heads)) refuseSizes('attention', { batch: p.batch, heads: p.heads })
  const chosen = blocks ?? attentionBlocks(kernel, p)
  if (!chosen || scratchBytes(kernel, p, chosen) > SCRATCH_BYTES)
    throw new RangeError(`attention: vectors of ${p.dim} and ${p.valueDim} elements do not fit in scratch memory`)
  return {
    q: p.q.ptr,
    k: p.k.ptr,
    v: p.v.ptr,
    mask: p.mask?.ptr ?? 0,
    out: p.out.ptr,
    stats: p.stats,
    scores: p.scores ?? 0,
    qStride: p.q.strides,
    kStride: p.k.strides,
    vStride: p.v.strides,
    outStride: p.out.strides,
    maskStride: p.mask?.strides ?? [0, 0, 0],
    maskKind: p.mask ? (p.mask.kind === 'bool' ? 1 : 2) : 0,
    heads: p.heads,
    queries: p.queries,
    keys: p.keys,
    dim: p.dim,
    valueDim: p.valueDim,
    rows: chosen.rows,
    block: chosen.block,
    causal: p.causal ? 1 : 0,
    tileRows: tileRows(rt.variant, rt.wide),
    scale: p.scale,
  }
}

/** Runs `attention_f32`. `keys` is at least 1. `blocks` is for tests of the seams between blocks. */
export function attention(rt: Runtime, p: AttentionProblem, blocks?: AttentionBlocks): void {
  if (!(rt && p)) refuseArguments('attention', { rt, problem: p })
  const fields = fieldsOf(rt, 'attention_f32', p, blocks)
  if (!blocks) {
    const { queries, rows } = fields
    fields.rows = shareBlock(rt.threads, {
      size: queries,
      block: rows,
      least: ROWS,
      unit: ROWS,
      times: p.batch * p.heads,
      nanoseconds: p.batch * p.heads * work({ ...fields, rows: queries }),
    })
  }
  runAttention(rt, 'attention_f32', p.batch * p.heads * Math.ceil(p.queries / fields.rows), fields)
}

/** Runs `attention_grad_f32` on what {@link attention} left in `out`, `stats` and `scores`. `queries` and `keys` are at least 1. */
export function attentionGrad(rt: Runtime, p: AttentionGradProblem, blocks?: AttentionBlocks): void {
  if (!(rt && p)) refuseArguments('attentionGrad', { rt, problem: p })
  const fields = fieldsOf(rt, 'attention_grad_f32', p, blocks)
  const { dOut, dq, dk, dv, dScores = 0 } = p
  runAttentionGrad(rt, 'attention_grad_f32', p.batch * p.heads, { ...fields, dOut, dScores, dq, dk, dv })
}
