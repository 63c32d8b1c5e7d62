import { family } from '../runtime/command.ts'

/**
 * y[b, o, i, :] = x[b, o, indices[b, i], :]: slices of `run` bytes, `dim` of them along the gathered dimension, `n` indices for each
 * batch b; `outer` is the extent of o. Where an index is not in [0, dim) the slice is zeros. y overlaps neither.
 * One item is one slice of y.
 */
export const gather = family(
  'Gather',
  ['gather_rows'],
  {
    x: 'ptr',
    indices: 'ptr',
    y: 'out',
    outer: 'size',
    dim: 'size',
    n: 'size',
    run: 'size',
  },
  ({ run }) => 5 + run / 10,
)
