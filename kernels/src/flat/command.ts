import { family } from '../runtime/command.ts'

/** Rows in one work item. */
export const FLAT_BLOCK = 256
/** The most dimensions that a row of indices may name. */
export const FLAT_RANK = 6

/**
 * y[i] = the sum of indices[i, j] * strides[j], for n rows of `rank` int32 indices; -1 - i where one of the row is not in
 * [0, shape[j]). So y names slices, and what names none names its row. One item is `FLAT_BLOCK` rows.
 */
export const flat = family(
  'FlatIndices',
  ['flat_indices'],
  { indices: 'ptr', y: 'out', n: 'size', rank: 'size', shape: 'i32x6', strides: 'i32x6' },
  ({ rank }) => FLAT_BLOCK * (1 + rank),
)
