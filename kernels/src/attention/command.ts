import { type FieldType, type FieldValues, family } from '../runtime/command.ts'

/**
 * What both directions of attention read. Strides are bytes: [batch, head, row]; the elements of a row are consecutive.
 * A mask's row runs over the keys: one byte each (0: hidden) where `maskKind` is 1, one f32 to add where it is 2.
 * `rows` queries are one block; `block` (a multiple of 8) keys are one block. `tileRows`: see tileRows in gemm.ts.
 */
const shared = {
  q: 'ptr',
  k: 'ptr',
  v: 'ptr',
  mask: 'ptr',
  out: 'ptr',
  stats: 'ptr',
  scores: 'ptr',
  qStride: 'i32x3',
  kStride: 'i32x3',
  vStride: 'i32x3',
  outStride: 'i32x3',
  maskStride: 'i32x3',
  maskKind: 'size',
  heads: 'size',
  queries: 'size',
  keys: 'size',
  dim: 'size',
  valueDim: 'size',
  rows: 'size',
  block: 'size',
  causal: 'size',
  tileRows: 'size',
  scale: 'f32',
} as const satisfies Record<string, FieldType>

/** One item of the forward kernel; 25 multiplications and additions a nanosecond. */
export const work = ({ rows, queries, keys, dim, valueDim }: FieldValues<typeof shared>) =>
  (Math.min(rows, queries) * keys * (dim + valueDim + 25)) / 25

/** One item is `rows` queries of one head: batch * heads * ceil(queries / rows) items, the blocks of a head together. */
export const attention = family(
  'Attention',
  ['attention_f32'],
  { ...shared, out: 'out', stats: 'out', scores: 'out' },
  (f) => work(f),
)

/** One item is one head: batch * heads items. dq, dk and dv lie as q, k and v do; dOut as out; dScores (or 0) as scores. */
export const attentionGrad = family(
  'AttentionGrad',
  ['attention_grad_f32'],
  {
    ...shared,
    dOut: 'ptr',
    dScores: 'ptr',
    dq: 'out',
    dk: 'out',
    dv: 'out',
  },
  (f) => (5 / 2) * Math.ceil(f.queries / f.rows) * work(f),
)
