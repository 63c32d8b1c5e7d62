import { family } from '../runtime/command.ts'

/** factor[c] = scale[c] / sqrt(variance[c] + epsilon) for each channel; scale may be absent (1). One item is one channel. */
export const batchNormFactor = family(
  'BatchNormFactor',
  ['batchnorm_factor_f32'],
  {
    variance: 'ptr',
    scale: 'ptr',
    factor: 'out',
    epsilon: 'f32',
  },
  () => 5,
)

/**
 * y[r, c] = (x[r, c] - mean[c]) factor[c] + offset[c], contiguous rows of `channels` f32; offset may be absent (0). One item is
 * one row. y may be x.
 */
export const batchNorm = family(
  'BatchNorm',
  ['batchnorm_f32'],
  {
    x: 'ptr',
    mean: 'ptr',
    factor: 'ptr',
    offset: 'ptr',
    y: 'out',
    channels: 'size',
  },
  ({ channels }) => 5 + channels / 4,
)
