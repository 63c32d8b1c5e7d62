/** erf in double precision: its Taylor series below 3, the continued fraction of erfc above. */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (!(a > 0 && a < 6)) return a >= 6 ? Math.sign(x) : x
  if (a < 3) {
    let sum = x
    let power = x
    for (let n = 1; n < 100; n++) {
      power *= (-x * x) / n
      sum += power / (2 * n + 1)
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = 0
  for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction)
  return Math.sign(x) * (1 - Math.exp(-a * a) / ((a + fraction) * Math.sqrt(Math.PI)))
}

/** Each function of this folder in double precision, and the error that its f32 version stays below, in ulp. */
export const mathReference = {
  exp_f32: { exact: Math.exp, ulp: 1.1 },
  expm1_f32: { exact: Math.expm1, ulp: 2 },
  log_f32: { exact: Math.log, ulp: 1 },
  log1p_f32: { exact: Math.log1p, ulp: 2 },
  tanh_f32: { exact: Math.tanh, ulp: 3 },
  sigmoid_f32: { exact: (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))), ulp: 3 },
  erf_f32: { exact: erf, ulp: 1.5 },
  sin_f32: { exact: Math.sin, ulp: 1.7 },
  cos_f32: { exact: Math.cos, ulp: 1.7 },
  tan_f32: { exact: Math.tan, ulp: 0.51 },
  asin_f32: { exact: Math.asin, ulp: 0.51 },
  acos_f32: { exact: Math.acos, ulp: 0.51 },
  atan_f32: { exact: Math.atan, ulp: 0.51 },
  sinh_f32: { exact: Math.sinh, ulp: 0.51 },
  cosh_f32: { exact: Math.cosh, ulp: 0.51 },
  asinh_f32: { exact: Math.asinh, ulp: 0.51 },
  acosh_f32: { exact: Math.acosh, ulp: 0.51 },
  atanh_f32: { exact: Math.atanh, ulp: 0.51 },
} as const
