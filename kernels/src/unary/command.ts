import { family } from '../runtime/command.ts'

/** Elements in one work item of the unary kernels. */
export const UNARY_BLOCK = 1024

/** These take about a nanosecond for an element. */
const SMOOTH = /^(elu|selu|softplus|exp|expm1|log|log1p|tanh|sigmoid|erf|sin|cos)_/
/** These take two numbers at a time, in double precision. */
const DOUBLE = /^(tan|sinh|cosh|a(sin|cos|tan)h?)_/

/**
 * y[i] = op(x[i]) for i in [0, n). One item is `UNARY_BLOCK` elements. x and y may be the same.
 * alpha and beta: leakyrelu_f32 and step_f32 take their slope and their value below zero in alpha, clip_f32 its bounds in alpha and beta.
 */
export const unary = family(
  'Unary',
  [
    'abs_f32',
    'neg_f32',
    'square_f32',
    'sqrt_f32',
    'rsqrt_f32',
    'reciprocal_f32',
    'floor_f32',
    'ceil_f32',
    'round_f32',
    'sign_f32',
    'step_f32',
    'clip_f32',
    'relu_f32',
    'relu6_f32',
    'leakyrelu_f32',
    'elu_f32',
    'selu_f32',
    'softplus_f32',
    'exp_f32',
    'expm1_f32',
    'log_f32',
    'log1p_f32',
    'tanh_f32',
    'sigmoid_f32',
    'erf_f32',
    'sin_f32',
    'cos_f32',
    'tan_f32',
    'asin_f32',
    'acos_f32',
    'atan_f32',
    'sinh_f32',
    'cosh_f32',
    'asinh_f32',
    'acosh_f32',
    'atanh_f32',
    'abs_i32',
    'neg_i32',
    'square_i32',
    'sign_i32',
    'relu_i32',
  ],
  { x: 'ptr', y: 'out', n: 'size', alpha: 'f32', beta: 'f32' },
  (_, kernel) => (DOUBLE.test(kernel) ? 8 : SMOOTH.test(kernel) ? 1 : 0.25) * UNARY_BLOCK,
)

/** y[i] = op(x[i]), y of one byte (0 or 1) an element; logical_not also takes bytes, isnan_f32 and the others f32. */
export const unaryToBool = family(
  'UnaryToBool',
  ['isnan_f32', 'isinf_f32', 'isfinite_f32', 'logical_not'],
  {
    x: 'ptr',
    y: 'out',
    n: 'size',
  },
  () => UNARY_BLOCK / 4,
)
