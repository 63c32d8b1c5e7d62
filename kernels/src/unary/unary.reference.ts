import { mathReference } from '../math/math.reference.ts'

/** alpha and beta of the references of step_f32, leakyrelu_f32 and clip_f32; they are f32 numbers. */
export const ALPHA = -0.25
export const BETA = 1.5

const relu = (x: number) => (x > 0 || Number.isNaN(x) ? x : 0)

/** Each kernel in double precision, and the error that it stays below, in ulp. */
export const unaryReference: Record<string, { exact: (x: number) => number; ulp: number }> = {
  abs_f32: { exact: Math.abs, ulp: 0 },
  neg_f32: { exact: (x) => -x, ulp: 0 },
  square_f32: { exact: (x) => Math.fround(x * x), ulp: 0 },
  sqrt_f32: { exact: (x) => Math.fround(Math.sqrt(x)), ulp: 0 },
  rsqrt_f32: { exact: (x) => 1 / Math.sqrt(x), ulp: 1.5 },
  reciprocal_f32: { exact: (x) => Math.fround(1 / x), ulp: 0 },
  floor_f32: { exact: Math.floor, ulp: 0 },
  ceil_f32: { exact: Math.ceil, ulp: 0 },
  round_f32: {
    exact: (x) => (x - Math.floor(x) === 0.5 ? 2 * Math.round(x / 2) : Math.floor(x + 0.5)),
    ulp: 0,
  },
  sign_f32: { exact: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), ulp: 0 },
  step_f32: { exact: (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : ALPHA), ulp: 0 },
  clip_f32: { exact: (x) => (x > BETA ? BETA : x < ALPHA ? ALPHA : x), ulp: 0 },
  relu_f32: { exact: relu, ulp: 0 },
  relu6_f32: { exact: (x) => (x > 6 ? 6 : relu(x)), ulp: 0 },
  leakyrelu_f32: { exact: (x) => (x < 0 ? Math.fround(x * ALPHA) : x), ulp: 0 },
  elu_f32: { exact: (x) => (x >= 0 ? x : Math.expm1(x)), ulp: 2 },
  selu_f32: {
    exact: (x) => (x >= 0 ? 1.0507009873554805 * x : 1.7580993408473768 * Math.expm1(x)),
    ulp: 3,
  },
  softplus_f32: { exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), ulp: 3 },
  ...mathReference,
}

export const unaryInt32Reference: Record<string, (x: number) => number> = {
  abs_i32: Math.abs,
  neg_i32: (x) => -x,
  square_i32: (x) => Math.imul(x, x),
  sign_i32: Math.sign,
  relu_i32: (x) => Math.max(x, 0),
}

export const unaryToBoolReference: Record<string, (x: number) => boolean> = {
  isnan_f32: Number.isNaN,
  isinf_f32: (x) => Math.abs(x) === Infinity,
  isfinite_f32: Number.isFinite,
}
