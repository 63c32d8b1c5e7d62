import { family } from '../runtime/command.ts'

/**
 * y[ids[i], :] = x[i, :] for i from 0 to n - 1, so the last of equal ids stays; rows of y that no id names are left as they are, and an id
 * that is not in [0, segments) is left out. Rows are `run` bytes; those of x begin `step` bytes apart: 0 for one row for all. y overlaps neither
 * x nor ids. One item is `block` rows of y; each item reads all ids, so few items are best.
 */
export const scatter = family(
  'Scatter',
  ['scatter_rows'],
  {
    x: 'ptr',
    ids: 'ptr',
    y: 'out',
    n: 'size',
    run: 'size',
    step: 'size',
    segments: 'size',
    block: 'size',
  },
  ({ n, run, segments, block }) => n * (1 + (run * block) / (16 * Math.max(segments, 1))),
)
