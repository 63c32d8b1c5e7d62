import { family } from '../runtime/command.ts'

/** Columns in one item of the `_columns` kernels. */
export const CUMSUM_STRIP = 512

/**
 * y[o, r, i] = x[o, 0, i] + ... + x[o, r, i], added in this order; the product of these for `cumprod`. x and y are dense [outer, n, inner], and may be the same but
 * where `exclusive`, which leaves x[o, r, i] out. `reverse` adds from the last r to the first. i32 sums are modulo 2^32, and i32 products are,
 * each step of them in double precision. n >= 1.
 *
 * One item of the `_rows` kernels, which want inner = 1, is one row; of the `_columns` kernels `CUMSUM_STRIP` columns of one o.
 */
export const cumsum = family(
  'Cumsum',
  [
    'cumsum_f32_rows',
    'cumsum_i32_rows',
    'cumsum_f32_columns',
    'cumsum_i32_columns',
    'cumprod_f32_rows',
    'cumprod_i32_rows',
    'cumprod_f32_columns',
    'cumprod_i32_columns',
  ],
  { x: 'ptr', y: 'out', n: 'i32', inner: 'i32', exclusive: 'i32', reverse: 'i32' },
  ({ n, inner }) => 5 + (inner === 1 ? n : (n * Math.min(inner, CUMSUM_STRIP)) / 4),
)
