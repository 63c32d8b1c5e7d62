import { epilogue } from '../gemm/command.ts'
import { family } from '../runtime/command.ts'
import { dilations, windows } from '../runtime/windows.ts'

/** Multiplications, each with its addition, that one core does in a nanosecond. */
const MACS_PER_NS = 4

/** Where the windows of a convolution lie; images are NHWC, the filter is [filterHeight, filterWidth, channels]. */
const shape = { ...windows, ...dilations, channels: 'size' } as const

/**
 * y[b, r, c, ch] = act(bias[ch] + sum x[b, r * strideHeight + i * dilationHeight - padTop, c * strideWidth + j * dilationWidth -
 * padLeft, ch] * filter[i, j, ch]) over i and j; what lies outside x is 0. x and y are dense. `bias` may be 0; `activation`,
 * `leak`, `slope` and `tables` are those of `gemm`. One item is one row of y.
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
    ...epilogue,
  },
  (f) => (f.outWidth * f.channels * f.filterHeight * f.filterWidth) / MACS_PER_NS,
)

/**
 * The gradients of `depthwise_f32_nhwc` (linear) with dilations of 1. dy is [batch, dyHeight, dyWidth, channels], of which the
 * first outHeight x outWidth pixels of each image count.
 *
 * - `depthwise_input_grad_f32_nhwc`: out = dx, from `other` = the filter. One item is one row of dx.
 * - `depthwise_filter_grad_f32_nhwc`: out = the filter's gradient, from `other` = x. One item is one pixel (i, j) of the filter.
 */
export const depthwiseGrad = family(
  'DepthwiseGrad',
  ['depthwise_input_grad_f32_nhwc', 'depthwise_filter_grad_f32_nhwc'],
  { dy: 'ptr', other: 'ptr', out: 'out', batch: 'size', ...shape, dyHeight: 'size', dyWidth: 'size' },
  (f, kernel) => {
    const pixels = kernel === 'depthwise_filter_grad_f32_nhwc' ? f.batch * f.outHeight * f.outWidth : f.inWidth
    const taps = kernel === 'depthwise_filter_grad_f32_nhwc' ? 1 : f.filterHeight * f.filterWidth
    return (pixels * f.channels * taps) / MACS_PER_NS
  },
)

/**
 * As `depthwise` with `multiplier` outputs of each channel: the filter is [filterHeight, filterWidth, channels, multiplier], y has
 * channels * multiplier channels, as have the bias and the slopes. Scratch holds 8 bytes for each of them.
 */
export const depthwiseMultiplied = family(
  'DepthwiseMultiplied',
  ['depthwise_multiplied_f32_nhwc'],
  {
    x: 'ptr',
    filter: 'ptr',
    bias: 'ptr',
    y: 'out',
    ...shape,
    multiplier: 'size',
    ...epilogue,
  },
  (f) => (f.outWidth * f.channels * f.multiplier * f.filterHeight * f.filterWidth) / MACS_PER_NS,
)

/** As `depthwiseGrad`, of `depthwise_multiplied_f32_nhwc` with any multiplier (1, too) and any dilations. */
export const depthwiseGradMultiplied = family(
  'DepthwiseGradMultiplied',
  ['depthwise_multiplied_input_grad_f32_nhwc', 'depthwise_multiplied_filter_grad_f32_nhwc'],
  {
    dy: 'ptr',
    other: 'ptr',
    out: 'out',
    batch: 'size',
    ...shape,
    multiplier: 'size',
    dyHeight: 'size',
    dyWidth: 'size',
  },
  (f, kernel) => {
    const isFilter = kernel === 'depthwise_multiplied_filter_grad_f32_nhwc'
    const products = isFilter ? f.batch * f.outHeight * f.outWidth : f.inWidth * f.filterHeight * f.filterWidth
    return (products * f.channels * f.multiplier) / MACS_PER_NS
  },
)
