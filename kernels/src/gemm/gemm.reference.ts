import { erf } from '../math/math.reference.ts'
import type { Activation } from './layouts.ts'

/** Relative to sum |a b| + |bias|: k roundings of half an ulp each, and a few for the activation. */
export const tolerance = (k: number): number => (k + 8) * 2 ** -24

export interface ReferenceOptions {
  m: number
  n: number
  k: number
  transposeA?: boolean
  transposeB?: boolean
  alpha?: number
  bias?: ArrayLike<number>
  start?: ArrayLike<number>
  activation?: Activation
  leak?: number
  slope?: ArrayLike<number>
}

/** act(alpha * op(A) . op(B) + bias + start) in double precision, and for each result what its error is measured by. */
export function gemmReference(a: ArrayLike<number>, b: ArrayLike<number>, o: ReferenceOptions) {
  const { m, n, k, alpha = 1 } = o
  const c = new Float64Array(m * n)
  const scale = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      let absolute = 0
      for (let p = 0; p < k; p++) {
        const product = a[o.transposeA ? p * m + i : i * k + p] * b[o.transposeB ? j * k + p : p * n + j]
        sum += product
        absolute += Math.abs(product)
      }
      const start = (o.bias?.[j] ?? 0) + (o.start?.[i * n + j] ?? 0)
      c[i * n + j] = activate(alpha * sum + start, o.activation ?? 'linear', o.leak ?? 0, o.slope?.[j] ?? 0)
      scale[i * n + j] = Math.abs(alpha) * absolute + Math.abs(start)
    }
  }
  return { c, scale }
}

/** Every activation that products and convolutions end with. */
export const fused = ['relu', 'relu6', 'elu', 'leakyrelu', 'prelu', 'sigmoid', 'tanh', 'gelu'] as const

export function activate(x: number, activation: Activation, leak: number, slope: number): number {
  switch (activation) {
    case 'linear':
      return x
    case 'relu':
      return Math.max(x, 0)
    case 'relu6':
      return Math.min(Math.max(x, 0), 6)
    case 'elu':
      return x >= 0 ? x : Math.expm1(x)
    case 'leakyrelu':
      return x < 0 ? leak * x : x
    case 'prelu':
      return x < 0 ? slope * x : x
    case 'sigmoid':
      return 1 / (1 + Math.exp(-x))
    case 'tanh':
      return Math.tanh(x)
    case 'gelu':
      return (x * (1 + erf(x / Math.SQRT2))) / 2
  }
}

/** The largest error of a result, relative to `scale` (at least 1e-30); NaN and infinities must agree, else Infinity. */
export function gemmError(
  actual: ArrayLike<number>,
  expected: { c: ArrayLike<number>; scale: ArrayLike<number> },
): number {
  let worst = 0
  for (let i = 0; i < expected.c.length; i++) {
    const e = expected.c[i]
    if (Object.is(actual[i], e) || actual[i] === e) continue
    if (!Number.isFinite(actual[i]) || !Number.isFinite(e)) return Infinity
    worst = Math.max(worst, Math.abs(actual[i] - e) / Math.max(expected.scale[i], 1e-30))
  }
  return worst
}
