import { family } from '../runtime/command.ts'

/**
 * y[i, indices[i]] = on, y[i, j] = off elsewhere, for n int32 indices and j in [0, depth). An index that is not in
 * [0, depth) makes a row of off. `on` and `off` are the bits of an element of 4 bytes (`onehot_32`) or 1 (`onehot_8`,
 * the byte four times). One item is `ONEHOT_BLOCK` rows.
 */
export const onehot = family(
  'OneHot',
  ['onehot_8', 'onehot_32'],
  {
    indices: 'ptr',
    y: 'out',
    n: 'size',
    depth: 'size',
    on: 'i32',
    off: 'i32',
  },
  ({ depth }) => ONEHOT_BLOCK * (2 + depth / 4),
)

export const ONEHOT_BLOCK = 64
