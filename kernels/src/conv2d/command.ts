import { epilogue, MACS_PER_NS } from '../gemm/command.ts'
import { family } from '../runtime/command.ts'
import { dilations, windows } from '../runtime/windows.ts'

/** Where the windows of a convolution lie; images are NHWC, the filter is [filterHeight, filterWidth, inChannels, outChannels]. */
export const shape = { ...windows, ...dilations, inChannels: 'size', outChannels: 'size' } as const

/**
 * y[b, r, c, o] = act(bias[o] + sum x[b, r * strideHeight + i * dilationHeight - padTop, c * strideWidth + j * dilationWidth
 * - padLeft, ch] * filter[i, j, ch, o]) over i, j and ch; what lies outside x is 0. x and y are dense.
 *
 * `panels`: the filter as a matrix of k = filterHeight * filterWidth * inChannels rows, packed by `gemm_pack_b_f32`. `bias` may
 * be 0; `activation`, `leak`, `slope` and `tables` are those of `gemm`. The command covers `pixels` pixels of y, numbered through the
 * batch; one item is `rowBlock` of them. Patches of x, `depthBlock` numbers at a time, are gathered in scratch.
 *
 * `conv2d_rows_f32_nhwc` gathers nothing. dilationWidth must be 1, or inChannels and strideWidth. One item is `rowBlock` pixels of a row of
 * y, of which the last may have fewer; depthBlock is not read. Where windows reach beyond x, `held` rows of it are copied to scratch at once, or with 0
 * those that a row of y sees.
 *
 * `conv2d_nine_f32_nhwc` does the same, of the same bits, where filterHeight and filterWidth are 3 and inChannels, strideWidth and dilationWidth 1.
 *
 * `conv2d_few_f32_nhwc` is for 1 to 3 outChannels. inChannels must be a multiple of 4, dilationWidth 1, and `panels` holds the filter as
 * [outChannels, filterHeight, filterWidth, inChannels]. One item is one row of y; rowBlock, depthBlock, held and tileRows are not read.
 */
export const conv2d = family(
  'Conv2d',
  ['conv2d_f32_nhwc', 'conv2d_rows_f32_nhwc', 'conv2d_nine_f32_nhwc', 'conv2d_few_f32_nhwc'],
  {
    x: 'ptr',
    panels: 'ptr',
    bias: 'ptr',
    y: 'out',
    pixels: 'size',
    ...shape,
    rowBlock: 'size',
    depthBlock: 'size',
    held: 'size',
    tileRows: 'size',
    ...epilogue,
  },
  (f, kernel) => {
    const pixels = kernel === 'conv2d_few_f32_nhwc' ? f.outWidth : f.rowBlock
    return (pixels * f.filterHeight * f.filterWidth * f.inChannels * f.outChannels) / MACS_PER_NS
  },
)

/**
 * dx = the gradient of `conv2d_f32_nhwc` (linear) at x. dy is [batch, dyHeight, dyWidth, outChannels], of which the first
 * outHeight x outWidth pixels of each image count; dx is dense. `panels`: for each (i, j), one after the other, the transposed
 * matrix filter[i, j] of outChannels rows, packed. One item is one row of dx; there are batch * inHeight.
 */
export const conv2dInputGrad = family(
  'Conv2dInputGrad',
  ['conv2d_input_grad_f32_nhwc'],
  {
    dy: 'ptr',
    panels: 'ptr',
    dx: 'out',
    ...shape,
    dyHeight: 'size',
    dyWidth: 'size',
    tileRows: 'size',
  },
  (f) =>
    (f.inWidth * f.inChannels * f.filterHeight * f.filterWidth * f.outChannels) /
    (f.strideHeight * f.strideWidth * MACS_PER_NS),
)

/**
 * dw = the gradient of `conv2d_f32_nhwc` (linear) at the filter, of its shape; dy as in `conv2dInputGrad`. `work`: room for dw
 * with outChannels rounded up to 8. `tail`: the last outChannels % 8 columns of dy as a matrix, packed, or 0 when there are
 * none. One item is one row of the filter for 8 output channels, there are ceil(outChannels / 8) *
 * filterHeight; or with WIDE_TILES for 16.
 */
export const conv2dFilterGrad = family(
  'Conv2dFilterGrad',
  ['conv2d_filter_grad_f32_nhwc'],
  {
    x: 'ptr',
    dy: 'ptr',
    tail: 'ptr',
    dw: 'out',
    work: 'out',
    batch: 'size',
    ...shape,
    dyHeight: 'size',
    dyWidth: 'size',
    tileRows: 'size',
  },
  (f) => (f.batch * f.outHeight * f.outWidth * f.filterWidth * f.inChannels * 8) / MACS_PER_NS,
)
