import { family } from '../runtime/command.ts'
import { depths, windows } from '../runtime/windows.ts'

/** One row of y, or the part of dx that it owes. */
const work = (f: { outWidth: number; channels: number; filterHeight: number; filterWidth: number }) =>
  (f.outWidth * f.channels * f.filterHeight * f.filterWidth) / 4

const shape = { ...windows, channels: 'size' } as const

/**
 * x is [batch, inHeight, inWidth, channels], y is [batch, outHeight, outWidth, channels], both dense and f32.
 * y[b, r, c, ch] = scale * reduce(x[b, R, C, ch]) over the R in [r * strideHeight - padTop, ... + filterHeight) and the
 * C likewise that lie inside x. One item is one row of y; there are batch * outHeight. `few`: the same by
 * other loops, which want at least one channel and a strideWidth that is not 0.
 */
export const pool = family(
  'Pool',
  ['maxpool_f32_nhwc', 'avgpool_f32_nhwc', 'maxpool_few_f32_nhwc', 'avgpool_few_f32_nhwc'],
  {
    x: 'ptr',
    y: 'out',
    ...shape,
  },
  work,
)

/**
 * dx gets from each window of y the part of dy that its pixel is owed. The windows are those of `pool`; dy is
 * [batch, dyHeight, dyWidth, channels], of which the first outHeight x outWidth pixels of each image count.
 *
 * - `maxpool_grad_f32_nhwc`: all of it, for the first of the largest pixels (row by row; NaN is passed over), and nothing
 *   where that is -Infinity. One item is a strip of 32 channels of one image.
 * - `avgpool_grad_f32_nhwc`: dy / (filterHeight * filterWidth). x is not read. One item is one row of dx.
 *
 * dx overlaps nothing.
 */
export const poolGrad = family(
  'PoolGrad',
  ['maxpool_grad_f32_nhwc', 'avgpool_grad_f32_nhwc'],
  {
    x: 'ptr',
    dy: 'ptr',
    dx: 'out',
    ...shape,
    dyHeight: 'size',
    dyWidth: 'size',
  },
  (f, kernel) =>
    kernel === 'maxpool_grad_f32_nhwc'
      ? f.outHeight * work({ ...f, channels: Math.min(f.channels, GRAD_STRIP) })
      : work(f),
)

/** Channels in one item of `maxpool_grad_f32_nhwc`: two cache lines. */
export const GRAD_STRIP = 32

/**
 * As `maxpool_f32_nhwc`, and `indices`, i32 of y's shape: where each number came from, counted in numbers from the image's first one,
 * or from x's with `includeBatch`; the first of the largest ones (row by row), -1 where none is above -Infinity.
 */
export const poolArgmax = family(
  'PoolArgmax',
  ['maxpool_argmax_f32_nhwc'],
  {
    x: 'ptr',
    y: 'out',
    indices: 'out',
    ...shape,
    includeBatch: 'size',
  },
  (f) => 2 * work(f),
)

/**
 * dx gets from each window of volumes NDHWC the part of dy that its maximum is owed: the last of the largest pixels (slice by slice,
 * row by row; NaN is passed over, -Infinity is not). One item is a strip of `GRAD_STRIP` channels of one volume.
 */
export const pool3dGrad = family(
  'Pool3dGrad',
  ['maxpool3d_grad_f32_ndhwc'],
  {
    x: 'ptr',
    dy: 'ptr',
    dx: 'out',
    ...shape,
    ...depths,
  },
  (f) => f.outDepth * f.outHeight * f.filterDepth * work({ ...f, channels: Math.min(f.channels, GRAD_STRIP) }),
)
