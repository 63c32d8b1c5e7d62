import { family } from '../runtime/command.ts'

/** Numbers that one core reduces in a nanosecond. */
export const NUMBERS_PER_NS = 8

/**
 * y[o, i] = reduction over r of x[o, r, i]. x is [outer, n, inner], y is [outer, inner], both dense; n >= 1; y overlaps nothing.
 *
 * - `sum`: a f32 sum is divided by `divisor` before it is rounded; an i32 sum is modulo 2^32 and not divided.
 * - `max`, `min`: NaN wins. Of zeros of both signs it may be either.
 * - `prod`: of f32 and i32 in double precision, then rounded, or taken modulo 2^32.
 * - `any`, `all`: bytes 0 and 1.
 *
 * One item of the `_rows` kernels, which want inner = 1, is one row; of the `_columns` kernels `strip` columns of one o,
 * at most `STRIP`.
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
  { x: 'ptr', y: 'out', n: 'size', inner: 'size', divisor: 'size', strip: 'size' },
  ({ n, inner, strip }) => 5 + (n * Math.min(inner, strip)) / NUMBERS_PER_NS,
)

/** Columns in one item of the `_columns` kernels, at most: whole rows are read faster than parts of them. */
export const STRIP = 1024
