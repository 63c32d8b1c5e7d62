import type { AttentionSizes } from './attention.ts'

/** Relative to the largest magnitude of the compared tensor: f32 sums of up to 5000 products, and exp within 1 ulp. */
export const ATTENTION_TOLERANCE = 1e-5
/** The same for the gradients, which chain five products. */
export const ATTENTION_GRAD_TOLERANCE = 1e-5

export interface AttentionCase extends AttentionSizes {
  scale: number
  causal?: boolean
  /** [batch, heads, queries, dim] and so on, row-major. */
  q: ArrayLike<number>
  k: ArrayLike<number>
  v: ArrayLike<number>
  /** Whether query i of a head may see key j. */
  visible?: (batch: number, head: number, i: number, j: number) => boolean
  /** Added to the score of query i and key j. */
  bias?: (batch: number, head: number, i: number, j: number) => number
}

export interface AttentionResult {
  /** [batch, heads, queries, valueDim] */
  out: Float64Array
  /** [batch, heads, queries, keys] */
  scores: Float64Array
}

/**
 * out = softmax(scale * q k^T + bias) v, hidden keys left out; a row with every key hidden weighs all keys alike, one whose
 * visible scores all are -Infinity is NaN.
 */
export function attentionReference(c: AttentionCase): AttentionResult {
  const { heads, queries, keys, dim, valueDim } = c
  const out = new Float64Array(c.batch * heads * queries * valueDim)
  const scores = new Float64Array(c.batch * heads * queries * keys)
  for (let bh = 0; bh < c.batch * heads; bh++) {
    for (let i = 0; i < queries; i++) {
      const row = scores.subarray((bh * queries + i) * keys, (bh * queries + i + 1) * keys)
      for (let j = 0; j < keys; j++) {
        let sum = 0
        for (let p = 0; p < dim; p++) sum += c.q[(bh * queries + i) * dim + p] * c.k[(bh * keys + j) * dim + p]
        row[j] = hidden(c, bh, i, j) ? -Infinity : sum * c.scale + biasOf(c, bh, i, j)
      }
      const sees = row.some((_, j) => !hidden(c, bh, i, j))
      softmaxInPlace(row, sees)
      for (let d = 0; d < valueDim; d++) {
        let sum = 0
        for (let j = 0; j < keys; j++) sum += row[j] * c.v[(bh * keys + j) * valueDim + d]
        out[(bh * queries + i) * valueDim + d] = sum
      }
    }
  }
  return { out, scores }
}

function hidden(c: AttentionCase, bh: number, i: number, j: number): boolean {
  if (c.causal && j > i) return true
  return !(c.visible?.(Math.floor(bh / c.heads), bh % c.heads, i, j) ?? true) || biasOf(c, bh, i, j) === -Infinity
}

function biasOf(c: AttentionCase, bh: number, i: number, j: number): number {
  return c.bias?.(Math.floor(bh / c.heads), bh % c.heads, i, j) ?? 0
}

function softmaxInPlace(row: Float64Array, sees: boolean): void {
  const max = row.reduce((a, b) => Math.max(a, b), -Infinity)
  if (max === -Infinity) {
    row.fill(sees ? Number.NaN : 1 / row.length)
    return
  }
  let sum = 0
  for (let j = 0; j < row.length; j++) sum += row[j] = Math.exp(row[j] - max)
  for (let j = 0; j < row.length; j++) row[j] /= sum
}

export interface AttentionGradients {
  dq: Float64Array
  dk: Float64Array
  dv: Float64Array
}

/** The gradients of sum(out * dOut) + sum(scores * dScores). The weights of a row with every key hidden are constant. */
export function attentionGradReference(
  c: AttentionCase,
  dOut: ArrayLike<number>,
  dScores?: ArrayLike<number>,
): AttentionGradients {
  const { heads, queries, keys, dim, valueDim } = c
  const { scores } = attentionReference(c)
  const dq = new Float64Array(c.q.length)
  const dk = new Float64Array(c.k.length)
  const dv = new Float64Array(c.v.length)
  const dWeights = new Float64Array(keys)
  for (let bh = 0; bh < c.batch * heads; bh++) {
    for (let i = 0; i < queries; i++) {
      const row = bh * queries + i
      let mean = 0
      for (let j = 0; j < keys; j++) {
        const weight = scores[row * keys + j]
        let sum = dScores?.[row * keys + j] ?? 0
        for (let d = 0; d < valueDim; d++) {
          sum += dOut[row * valueDim + d] * c.v[(bh * keys + j) * valueDim + d]
          dv[(bh * keys + j) * valueDim + d] += weight * dOut[row * valueDim + d]
        }
        dWeights[j] = sum
        mean += weight * sum
      }
      for (let j = 0; j < keys; j++) {
        if (hidden(c, bh, i, j)) continue
        const dScore = scores[row * keys + j] * (dWeights[j] - mean) * c.scale
        for (let p = 0; p < dim; p++) {
          dq[row * dim + p] += dScore * c.k[(bh * keys + j) * dim + p]
          dk[(bh * keys + j) * dim + p] += dScore * c.q[row * dim + p]
        }
      }
    }
  }
  return { dq, dk, dv }
}
