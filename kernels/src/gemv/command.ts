import { family } from '../runtime/command.ts'

/** Multiplications, each with its addition, that one core does in a nanosecond. */
export const MACS_PER_NS = 5

/**
 * y = act(alpha * x . M + bias) for each of a batch of products; `accumulate`: + y in place of the bias. x has k numbers, y has n.
 *
 * - `gemv_rows_f32`: M is stored [k, ld >= n].
 * - `gemv_dots_f32`: M is stored [n, ld >= k].
 * - `gemv_panels_f32`: M is in panels of 8 columns (`packB`), with its alpha; `block` is a multiple of 8, and `ld` and `alpha` mean nothing.
 *
 * `ld` and the batch strides count f32 elements. `bias` has n numbers, or one for all when `biasStep` is 0. One item is `block` of the n
 * results of one product. y overlaps nothing. `wide`: for 256-bit operations.
 */
export const gemv = family(
  'Gemv',
  ['gemv_rows_f32', 'gemv_dots_f32', 'gemv_panels_f32'],
  {
    x: 'ptr',
    matrix: 'ptr',
    y: 'out',
    bias: 'ptr',
    biasStep: 'i32',
    n: 'size',
    k: 'size',
    ld: 'i32',
    batchX: 'i32',
    batchMatrix: 'i32',
    batchY: 'i32',
    block: 'size',
    accumulate: 'size',
    alpha: 'f32',
    activation: 'size',
    leak: 'f32',
    slope: 'ptr',
    wide: 'size',
  },
  ({ n, k, block }) => (Math.min(n, block) * k) / MACS_PER_NS,
)
