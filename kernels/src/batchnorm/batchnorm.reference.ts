export interface BatchNormValues {
  x: Float32Array
  mean: Float32Array
  variance: Float32Array
  scale?: Float32Array
  offset?: Float32Array
  epsilon: number
}

export function batchNormReference({ x, mean, variance, scale, offset, epsilon }: BatchNormValues): number[] {
  return Array.from(x, (v, i) => {
    const c = i % mean.length
    return ((v - mean[c]) * (scale?.[c] ?? 1)) / Math.sqrt(variance[c] + epsilon) + (offset?.[c] ?? 0)
  })
}

/** Relative to the largest of |y|, |offset| and 1. */
export const BATCHNORM_ERROR = 5e-7
