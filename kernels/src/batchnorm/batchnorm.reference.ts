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

/**
 * The most that each y may be off, in f32 arithmetic: f and offset - mean f are rounded to f32 once, and, without a fused
 * multiply-add, so are the product and the sum.
 */
export function batchNormBounds({ x, mean, variance, scale, offset, epsilon }: BatchNormValues): number[] {
  return Array.from(x, (v, i) => {
    const c = i % mean.length
    const f = (scale?.[c] ?? 1) / Math.sqrt(variance[c] + epsilon)
    const shift = (offset?.[c] ?? 0) - mean[c] * f
    // A rounding of what is rounded already adds less than a thousandth.
    return (2 * Math.abs(v * f) + Math.abs(shift) + Math.abs(v * f + shift)) * 2 ** -24 * 1.001
  })
}
