import { conv2dFilterGrad, conv2dInputGrad, shape } from '../conv2d/command.ts'
import { MACS_PER_NS } from '../gemm/command.ts'
import { family } from '../runtime/command.ts'
import { depths } from '../runtime/windows.ts'

/** What a volume has beyond an image: volumes are NDHWC, the filter is [filterDepth, filterHeight, ..]. */
const beyond = { ...depths, dilationDepth: 'size' } as const

/** The number of products that make a pixel of y, of one output channel. */
const patch = (f: { filterDepth: number; filterHeight: number; filterWidth: number; inChannels: number }) =>
  f.filterDepth * f.filterHeight * f.filterWidth * f.inChannels

/**
 * As `conv2d_f32_nhwc` with one more axis before the height, and neither bias nor activation: y[b, d, r, c, o] = sum
 * x[b, d * strideDepth + l * dilationDepth - padFront, .., .., ch] * filter[l, i, j, ch, o]. One item is `rowBlock` of the `pixels`
 * pixels of y, numbered through the batch.
 */
export const conv3d = family(
  'Conv3d',
  ['conv3d_f32_ndhwc'],
  {
    x: 'ptr',
    panels: 'ptr',
    y: 'out',
    pixels: 'size',
    ...shape,
    ...beyond,
    rowBlock: 'size',
    depthBlock: 'size',
    tileRows: 'size',
  },
  (f) => (f.rowBlock * patch(f) * f.outChannels) / MACS_PER_NS,
)

/**
 * As `conv2dInputGrad`, whose fields come first, so that its functions read them; `panels`: for each (l, i, j). dyDepth x dyHeight x
 * dyWidth pixels of each volume of dy are those that count. One item is one row of dx; there are batch * inDepth * inHeight.
 */
export const conv3dInputGrad = family(
  'Conv3dInputGrad',
  ['conv3d_input_grad_f32_ndhwc'],
  { ...conv2dInputGrad.fields, ...beyond },
  (f) => (f.inWidth * patch(f) * f.outChannels) / (f.strideDepth * f.strideHeight * f.strideWidth * MACS_PER_NS),
)

/**
 * As `conv2dFilterGrad`, whose fields come first, so that its functions read them; `work` is laid out as filterDepth of its. One item
 * is one of its items for one l of the filter's depth: those of l = 0 come first.
 */
export const conv3dFilterGrad = family(
  'Conv3dFilterGrad',
  ['conv3d_filter_grad_f32_ndhwc'],
  { ...conv2dFilterGrad.fields, ...beyond },
  (f) => (f.batch * f.outDepth * f.outHeight * f.outWidth * f.filterWidth * f.inChannels * 8) / MACS_PER_NS,
)
