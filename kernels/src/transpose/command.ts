import { family } from '../runtime/command.ts'

/**
 * dst[.., c, r] = src[.., r, c] over 4-byte elements. A row of src (`cols` elements) and a row of dst (`rows` elements)
 * are contiguous; rows lie `from` bytes apart in src and `to` bytes apart in dst. The matrices lie in `rank` (0 to 4)
 * outer dimensions of `size`, `outerFrom` and `outerTo` bytes apart. src and dst do not overlap.
 *
 * One item is a strip of `TRANSPOSE_STRIP` columns of one matrix; a matrix has ceil(cols / TRANSPOSE_STRIP) of them.
 */
export const transpose = family(
  'Transpose',
  ['transpose_32'],
  {
    src: 'ptr',
    dst: 'out',
    rows: 'size',
    cols: 'size',
    from: 'i32',
    to: 'i32',
    rank: 'size',
    size: 'i32x4',
    outerFrom: 'i32x4',
    outerTo: 'i32x4',
  },
  ({ rows }) => rows * TRANSPOSE_STRIP * 0.4,
)

/** Columns in one item: a cache line of src. */
export const TRANSPOSE_STRIP = 16
