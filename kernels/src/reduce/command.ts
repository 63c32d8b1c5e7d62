import { family } from '../runtime/command.ts'

/**
 * y[o, i] = reduction over r of x[o, r, i]. x is [outer, n, inner], y is [outer, inner], both dense; n >= 1; y overlaps nothing.
 *
 * - `sum`: a f32 sum is divided by `divisor` before it is rounded; an i32 sum is modulo 2^32 and not divided.
 * - `max`, `min`: NaN wins. Of zeros of both signs it may be either.
 * - `prod`: of f32 and i32 in double precision, then rounded, or taken modulo 2^32.
 * - `any`, `all`: bytes 0 and 1.
 *
 * One item of the `_rows` kernels, which want inner = 1, is one row; of the `_columns` kernels `STRIP` columns of one o.
 */
export const reduce = family(
  'Reduce',
  [
    'sum_f32_rows',
    'max_f32_rows',
    'min_f32_rows',
    'prod_f32_rows',
    'sum_i32_rows',
    'max_i32_rows',
    'min_i32_rows',
    'prod_i32_rows',
    'any_u8_rows',
    'all_u8_rows',
    'sum_f32_columns',
    'max_f32_columns',
    'min_f32_columns',
    'prod_f32_columns',
    'sum_i32_columns',
    'max_i32_columns',
    'min_i32_columns',
    'prod_i32_columns',
    'any_u8_columns',
    'all_u8_columns',
  ],
  { x: 'ptr', y: 'out', n: 'size', inner: 'size', divisor: 'size' },
  ({ n, inner }) => 5 + (n * Math.min(inner, STRIP)) / 8,
)

/** Columns in one item of the `_columns` kernels. */
export const STRIP = 512
