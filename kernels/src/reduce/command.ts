import { family } from '../runtime/command.ts'

/**
 * y[o, i] = reduction over r of x[o, r, i]. x is [outer, n, inner], y is [outer, inner], both dense; y overlaps nothing.
 *
 * - `sum`, `max`, `min`: f32 and i32 (modulo 2^32). A f32 sum is divided by `divisor` before it is rounded; an i32 sum is not.
 *   max and min want n >= 1; NaN wins.
 * - `prod_f32`: in double precision, as one product from first to last. `any_u8`, `all_u8`: bytes 0 and 1, n >= 1.
 *
 * One item is one row (`_rows`, for inner = 1), `STRIP` columns of one o (`_columns`), or one o (the others).
 */
export const reduce = family(
  'Reduce',
  [
    'sum_f32_rows',
    'max_f32_rows',
    'min_f32_rows',
    'sum_i32_rows',
    'max_i32_rows',
    'min_i32_rows',
    'sum_f32_columns',
    'max_f32_columns',
    'min_f32_columns',
    'sum_i32_columns',
    'max_i32_columns',
    'min_i32_columns',
    'prod_f32',
    'any_u8',
    'all_u8',
  ],
  { x: 'ptr', y: 'ptr', n: 'i32', inner: 'i32', divisor: 'i32' },
)

/** Columns in one item of the `_columns` kernels: two cache lines. */
export const STRIP = 32
