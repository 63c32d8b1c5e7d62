import { epilogue } from '../gemm/command.ts'
import { family } from '../runtime/command.ts'
import { dilations, windows } from '../runtime/windows.ts'

/** Multiplications, each with its addition, that one core does in a nanosecond. */
export const MACS_PER_NS = 4

/**
 * Where the windows of a convolution lie; images are NHWC, the filter is [filterHeight, filterWidth, channels, multiplier]: each channel
 * makes `multiplier` outputs, next to each other. With a multiplier other than 1, kernels spread numbers of x over the outputs that
 * they are for in scratch memory, `block` outputs of `band` columns of y (of dx) and `held` rows of x at a time.
 */
const shape = {
  ...windows,
  ...dilations,
  channels: 'size',
  multiplier: 'size',
  block: 'size',
  band: 'size',
  held: 'size',
} as const

/**
 * y[b, r, c, o] = act(bias[o] + sum x[b, r * strideHeight + i * dilationHeight - padTop, c * strideWidth + j * dilationWidth -
 * padLeft, o / multiplier] * filter[i, j, o]) over i and j; what lies outside x is 0. x and y are dense. `bias` may be 0;
 * `activation`, `leak`, `slope` and `tables` are those of `gemm`. One item is one row of y.
 *
 * `together`: so many neighbouring pixels of y are made as if they were one with all their channels, by the filter repeated as often in
 * scratch memory, where it must fit. More than 1 wants a multiplier and strideWidth of 1, and as many pixels whose windows lie inside x from
 * left to right.
 */
export const depthwise = family(
  'Depthwise',
  ['depthwise_f32_nhwc'],
  {
    x: 'ptr',
    filter: 'ptr',
    bias: 'ptr',
    y: 'out',
    ...shape,
    together: 'size',
    ...epilogue,
  },
  (f) => (f.outWidth * f.channels * f.multiplier * f.filterHeight * f.filterWidth) / MACS_PER_NS,
)

/**
 * The gradients of `depthwise_f32_nhwc` (linear). dy is [batch, dyHeight, dyWidth, channels * multiplier], of which the first outHeight x
 * outWidth pixels of each image count.
 *
 * - `depthwise_input_grad_f32_nhwc`: out = dx, from `other` = the filter. One item is one row of dx.
 * - `depthwise_filter_grad_f32_nhwc`: out = the filter's gradient, from `other` = x. One item is `block` outputs of a row of the filter.
 */
export const depthwiseGrad = family(
  'DepthwiseGrad',
  ['depthwise_input_grad_f32_nhwc', 'depthwise_filter_grad_f32_nhwc'],
  { dy: 'ptr', other: 'ptr', out: 'out', batch: 'size', ...shape, dyHeight: 'size', dyWidth: 'size' },
  (f, kernel) => {
    const isFilter = kernel === 'depthwise_filter_grad_f32_nhwc'
    const pixels = isFilter ? f.batch * f.outHeight * f.outWidth : f.inWidth * f.filterHeight
    return (pixels * f.filterWidth * (isFilter ? f.block : f.channels * f.multiplier)) / MACS_PER_NS
  },
)
