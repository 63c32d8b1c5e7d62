import { family } from '../runtime/command.ts'

/** y[i] = op(x[i]) for i in [0, n). One item is 1024 elements. x and y may be the same. */
export const unary = family(
  'Unary',
  [
    'abs_f32',
    'neg_f32',
    'relu_f32',
    'exp_f32',
    'expm1_f32',
    'log_f32',
    'log1p_f32',
    'tanh_f32',
    'sigmoid_f32',
    'erf_f32',
  ],
  { x: 'ptr', y: 'ptr', n: 'i32' },
)
