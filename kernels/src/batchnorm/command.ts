import { family } from '../runtime/command.ts'

/**
 * Two tables of `period` f32, one behind the other: factor = scale[c] / sqrt(variance[c] + epsilon), and offset[c] - mean[c] factor before
 * it is rounded, where c is the index modulo `channels`; scale (1) and offset (0) may be absent. One item is one index.
 */
export const batchNormTables = family(
  'BatchNormTables',
  ['batchnorm_tables_f32'],
  {
    mean: 'ptr',
    variance: 'ptr',
    scale: 'ptr',
    offset: 'ptr',
    tables: 'out',
    channels: 'size',
    period: 'size',
    epsilon: 'f32',
  },
  () => 5,
)

/**
 * y[r, i] = x[r, i] factor[i] + offset[i], contiguous rows of `channels` f32, with the first `channels` numbers of the two
 * tables of `period`. One item is one row. y may be x.
 */
export const batchNorm = family(
  'BatchNorm',
  ['batchnorm_f32'],
  {
    x: 'ptr',
    tables: 'ptr',
    y: 'out',
    channels: 'size',
    period: 'size',
  },
  ({ channels }) => 2 + channels / 8,
)
