import { family } from '../runtime/command.ts'

/**
 * y[o, i] = the first r with the largest (smallest) x[o, r, i]. x is [outer, n, inner] f32 or i32, y is [outer, inner] i32, both
 * dense; n >= 1. NaN is passed over; where x[o, 0, i] is NaN the answer is 0.
 *
 * One item of the `_rows` kernels, which want inner = 1, is one row; of the `_columns` kernels `ARG_STRIP` columns of one o.
 */
export const argReduce = family(
  'ArgReduce',
  [
    'argmax_f32_rows',
    'argmin_f32_rows',
    'argmax_i32_rows',
    'argmin_i32_rows',
    'argmax_f32_columns',
    'argmin_f32_columns',
    'argmax_i32_columns',
    'argmin_i32_columns',
  ],
  { x: 'ptr', y: 'out', n: 'size', inner: 'size' },
  ({ n, inner }) => 10 + (n * Math.min(inner, ARG_STRIP)) / 6,
)

/** Columns in one item of the `_columns` kernels. */
export const ARG_STRIP = 512
