import { family } from '../runtime/command.ts'

/**
 * Three tables of `period` f32, one behind the other: mean[c], scale[c] / sqrt(variance[c] + epsilon) and offset[c], where c is
 * the index modulo `channels`; scale (1) and offset (0) may be absent. One item is one index.
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
 * y[r, i] = (x[r, i] - mean[i]) factor[i] + offset[i], contiguous rows of `channels` f32, with the first `channels` numbers of the
 * three tables of `period`. One item is one row. y may be x.
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
