import { family } from '../runtime/command.ts'

/**
 * y[s, :] = the sum of x[i, :] over all i with ids[i] = s; zeros where there is none. x is [n, width], y [segments, width]; an id
 * that is not in [0, segments) is left out. Rows are added in the order of i. y overlaps neither x nor ids.
 * One item is `block` segments; each item reads all ids, so few items are best.
 */
export const segment = family(
  'SegmentSum',
  ['segment_sum_f32', 'segment_sum_i32'],
  {
    x: 'ptr',
    ids: 'ptr',
    y: 'out',
    n: 'size',
    width: 'size',
    segments: 'size',
    block: 'size',
  },
  ({ n, width, segments, block }) => n * (1 + (width * block) / (4 * Math.max(segments, 1))),
)
