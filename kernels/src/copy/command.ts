import { family } from '../runtime/command.ts'

/**
 * Copies rows between two views of the same shape: `size` over `rank` (1 to 5) dimensions, outermost first, with the
 * byte strides `from` in src and `to` in dst (negative and, in src, zero allowed). src and dst do not overlap.
 *
 * - `copy_rows`: a row is `n` consecutive bytes.
 * - `copy_strided_8`, `copy_strided_32`: a row is `n` elements of 1 or 4 bytes, `fromStep` and `toStep` bytes apart.
 *
 * One item is a block of a row: each row has `blocks` blocks of `block` bytes (or elements), the last one shorter.
 */
export const copy = family(
  'Copy',
  ['copy_rows', 'copy_strided_8', 'copy_strided_32'],
  {
    src: 'ptr',
    dst: 'out',
    n: 'size',
    fromStep: 'i32',
    toStep: 'i32',
    blocks: 'size',
    block: 'size',
    rank: 'size',
    size: 'i32x5',
    from: 'i32x5',
    to: 'i32x5',
  },
  ({ n, block }, kernel) => 10 + Math.min(n, block) * (kernel === 'copy_rows' ? 0.1 : 1),
)
