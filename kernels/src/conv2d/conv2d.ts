import { ViewCopy } from '../copy/copy.ts'
import { MACS_PER_NS } from '../gemm/command.ts'
import { evenBlock, type GemmOptions, gemm, gemmPacked, packB, packedBytes, tileRows } from '../gemm/gemm.ts'
import { activationCode } from '../gemm/layouts.ts'
import { type Conv2dKernel, runConv2d, runConv2dFilterGrad, runConv2dInputGrad } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { type Runtime, SCRATCH_BYTES } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import type { Dilations, Windows } from '../runtime/windows.ts'
import { rowsHeld, servesNine, servesRows } from './rows.ts'

/** A convolution of NHWC images by a filter [filterHeight, filterWidth, inChannels, outChannels]; see `command.ts`. */
export interface Conv2dShape extends Windows, Dilations {
  batch: number
  inChannels: number
  outChannels: number
}

/** For gradients: the pixels of an image of dy, when they are not outHeight x outWidth; those outside of that do not count. */
export interface Conv2dGradShape extends Conv2dShape {
  dyHeight?: number
  dyWidth?: number
}

/** Pixels of y that one item of the forward kernel makes, and numbers of a patch that it gathers at once; they fit in scratch. */
const ROWS = 120
const DEPTH = 320
/** Pixels of an item with several threads, at least: each item reads the whole filter. */
const LEAST_ROWS = 36

/** y = act(conv(x, filter) + bias). `panels` is what {@link packFilter} made. Pointers are bytes; y overlaps nothing. */
export function conv2d(
  rt: Runtime,
  shape: Conv2dShape,
  o: { x: number; panels: number; y: number } & Pick<GemmOptions, 'bias' | 'activation' | 'leak' | 'slope' | 'tables'>,
): void {
  if (!(rt && shape && o)) refuseArguments('conv2d', { rt, shape, tensors: o })
  checkShape('conv2d', shape)
  const n = shape.outChannels
  const pixels = shape.batch * shape.outHeight * shape.outWidth
  if (pixels === 0 || n === 0) return
  const kernel = kernelOf(rt, shape)
  const matrix = patchSize(shape) === 0 ? { m: pixels, k: 0 } : asMatrix(shape)
  if (matrix && kernel !== 'conv2d_few_f32_nhwc') {
    const { bias, activation, leak, slope, tables } = o
    gemmPacked(rt, { ...matrix, n, a: o.x, b: o.panels, c: o.y, bias, activation, leak, slope, tables })
    return
  }
  const byRows = kernel !== 'conv2d_f32_nhwc'
  const times = byRows ? shape.batch * shape.outHeight : 1
  const size = pixels / times
  const block = byRows ? size : evenBlock(pixels, ROWS, 12)
  const nanoseconds = (pixels * patchSize(shape) * n) / MACS_PER_NS
  const rowBlock =
    kernel === 'conv2d_few_f32_nhwc'
      ? size
      : shareBlock(rt.threads, { size, block, least: LEAST_ROWS, unit: 12, times, nanoseconds })
  runConv2d(rt, kernel, times * Math.ceil(size / rowBlock), {
    ...shape,
    x: o.x,
    panels: o.panels,
    bias: o.bias ?? 0,
    y: o.y,
    pixels,
    rowBlock,
    depthBlock: evenBlock(patchSize(shape), DEPTH, 4),
    held: kernel === 'conv2d_rows_f32_nhwc' || kernel === 'conv2d_nine_f32_nhwc' ? rowsHeld(shape) : 0,
    tileRows: tileRows(rt.variant, rt.wide),
    activation: activationCode('conv2d', o.activation),
    leak: o.leak ?? 0,
    slope: o.slope ?? 0,
    tables: o.tables ?? 0,
  })
}

/** Names what {@link packFilter} makes: packed for shapes of which it is the same, the same numbers are the same bytes. */
export function packedFilterLayout(shape: Conv2dShape): string {
  return `${servesFew(shape) ? 'rows' : 'panels'} ${shape.outChannels}`
}

/** Bytes of the filter as {@link packFilter} packs it. */
export function packedFilterBytes(shape: Conv2dShape): number {
  if (!shape) refuseArguments('packedFilterBytes', { shape })
  checkShape('packedFilterBytes', shape)
  if (servesFew(shape)) return shape.outChannels * patchSize(shape) * 4
  return packedBytes(shape.outChannels, patchSize(shape))
}

/** Packs the filter for {@link conv2d}. */
export function packFilter(rt: Runtime, shape: Conv2dShape, filter: number, panels: number): void {
  if (!(rt && shape)) refuseArguments('packFilter', { rt, shape })
  checkShape('packFilter', shape)
  if (servesFew(shape)) {
    const [n, k] = [shape.outChannels, patchSize(shape)]
    transposing.start(4)
    transposing.dimension(n, 1, k)
    transposing.dimension(k, n, 1)
    transposing.run(rt, filter, panels)
  } else packB(rt, { b: filter, panels, n: shape.outChannels, k: patchSize(shape) })
}

/** dx = the gradient at x, given dy. `panels` is what {@link packTransposedFilter} made. */
export function conv2dInputGrad(
  rt: Runtime,
  shape: Conv2dGradShape,
  o: { dy: number; panels: number; dx: number },
): void {
  if (!(rt && shape && o)) refuseArguments('conv2dInputGrad', { rt, shape, tensors: o })
  checkShape('conv2dInputGrad', shape)
  const matrix = asMatrix(shape)
  if (matrix) {
    gemmPacked(rt, { m: matrix.m, n: matrix.k, k: shape.outChannels, a: o.dy, b: o.panels, c: o.dx })
    return
  }
  if (shape.inWidth === 0 || shape.inChannels === 0) return
  runConv2dInputGrad(rt, 'conv2d_input_grad_f32_nhwc', shape.batch * shape.inHeight, {
    ...shape,
    ...o,
    dyHeight: shape.dyHeight ?? shape.outHeight,
    dyWidth: shape.dyWidth ?? shape.outWidth,
    tileRows: tileRows(rt.variant, rt.wide),
  })
}

/** As {@link packedFilterLayout}, of {@link packTransposedFilter}. */
export function packedTransposedFilterLayout(shape: Conv2dGradShape): string {
  const { inChannels, outChannels } = shape
  return isOneMatrix(shape) ? `transposed ${outChannels}` : `transposed ${outChannels}, ${inChannels} at a time`
}

/** Bytes of the filter as {@link packTransposedFilter} packs it. */
export function packedTransposedFilterBytes(shape: Conv2dGradShape): number {
  if (!shape) refuseArguments('packedTransposedFilterBytes', { shape })
  checkShape('packedTransposedFilterBytes', shape)
  const { inChannels, outChannels } = shape
  const taps = shape.filterHeight * shape.filterWidth
  return isOneMatrix(shape) ? packedBytes(taps * inChannels, outChannels) : taps * packedBytes(inChannels, outChannels)
}

/** Packs the filter for {@link conv2dInputGrad}. */
export function packTransposedFilter(rt: Runtime, shape: Conv2dGradShape, filter: number, panels: number): void {
  if (!(rt && shape)) refuseArguments('packTransposedFilter', { rt, shape })
  checkShape('packTransposedFilter', shape)
  const { inChannels, outChannels: k } = shape
  const taps = shape.filterHeight * shape.filterWidth
  if (isOneMatrix(shape)) {
    packB(rt, { b: filter, panels, n: taps * inChannels, k, transposeB: true })
    return
  }
  for (let tap = 0; tap < taps; tap++) {
    const b = filter + tap * inChannels * k * 4
    packB(rt, { b, panels: panels + tap * packedBytes(inChannels, k), n: inChannels, k, transposeB: true })
  }
}

/** Whether the transposed filter is packed as one matrix: for one product, or because no panel has columns of two taps. */
function isOneMatrix(shape: Conv2dGradShape): boolean {
  const { inChannels, filterHeight, filterWidth } = shape
  return inChannels % 8 === 0 || filterHeight * filterWidth === 1 || asMatrix(shape) !== undefined
}

/** dw = the gradient at the filter, given dy. Takes memory for about one more dw while it runs. */
export function conv2dFilterGrad(rt: Runtime, shape: Conv2dGradShape, o: { x: number; dy: number; dw: number }): void {
  if (!(rt && shape && o)) refuseArguments('conv2dFilterGrad', { rt, shape, tensors: o })
  checkShape('conv2dFilterGrad', shape)
  const { batch, outChannels: n, filterHeight, outHeight, outWidth } = shape
  if (patchSize(shape) === 0 || n === 0) return
  const matrix = asMatrix(shape)
  if (matrix) {
    gemm(rt, { m: matrix.k, n, k: matrix.m, a: o.x, b: o.dy, c: o.dw, transposeA: true })
    return
  }
  const { dyHeight = outHeight, dyWidth = outWidth } = shape
  const pixels = batch * dyHeight * dyWidth
  const rest = n % 8
  const work = rt.heap.alloc(packedBytes(n, patchSize(shape)) + packedBytes(rest, pixels))
  try {
    const tail = work + packedBytes(n, patchSize(shape))
    packB(rt, { b: o.dy + (n - rest) * 4, panels: tail, n: rest, k: pixels, ldb: n })
    runConv2dFilterGrad(rt, 'conv2d_filter_grad_f32_nhwc', Math.ceil(n / (rt.wide ? 16 : 8)) * filterHeight, {
      ...shape,
      ...o,
      tail,
      work,
      dyHeight,
      dyWidth,
      tileRows: tileRows(rt.variant, rt.wide),
    })
  } finally {
    rt.heap.free(work)
  }
}

/** Commands of some shapes are not given all of these, and none the batch. */
function checkShape(what: string, shape: Conv2dGradShape): void {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = shape
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, dyHeight = 0, dyWidth = 0 } = shape
  if (
    areSizes(batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth) &&
    areSizes(strideHeight, strideWidth, dilationHeight, dilationWidth, dyHeight, dyWidth)
  )
    return
  const sizes = { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth }
  refuseSizes(what, { ...sizes, strideHeight, strideWidth, dilationHeight, dilationWidth, dyHeight, dyWidth })
}

function patchSize(shape: Conv2dShape): number {
  return shape.filterHeight * shape.filterWidth * shape.inChannels
}

/** Output channels that have a kernel of their own: 5 of 8 columns of tiles would be empty. */
const FEW_OUTPUTS = 3
/** Pixels of a row of y, at least: so many are computed at once. */
const LEAST_WIDTH = 8
/** As in few_dots.as.ts. */
const HALVES_BYTES = 9 * 32
const transposing = new ViewCopy()

/** Whether `conv2d_few_f32_nhwc` is the better kernel, for 3x3 than Winograd's method, too; and what it copies fits in scratch. */
export function servesFew(shape: Conv2dShape): boolean {
  const { inChannels, outChannels, outWidth, filterHeight, filterWidth, strideWidth, dilationWidth } = shape
  if (outChannels > FEW_OUTPUTS || outWidth < LEAST_WIDTH || inChannels % 4 !== 0 || dilationWidth !== 1) return false
  return filterHeight * ((outWidth - 1) * strideWidth + filterWidth) * inChannels * 4 <= SCRATCH_BYTES - HALVES_BYTES
}

function kernelOf(rt: Runtime, shape: Conv2dShape): Conv2dKernel {
  if (servesFew(shape)) return 'conv2d_few_f32_nhwc'
  if (!servesRows(shape)) return 'conv2d_f32_nhwc'
  return !rt.wide && servesNine(shape) ? 'conv2d_nine_f32_nhwc' : 'conv2d_rows_f32_nhwc'
}

/** m and k when x, as it lies in memory, is the matrix of all patches: windows of one pixel, or of a whole image. */
function asMatrix(shape: Conv2dGradShape): { m: number; k: number } | undefined {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = shape
  const { dyHeight = outHeight, dyWidth = outWidth } = shape
  if (shape.padTop !== 0 || shape.padLeft !== 0 || dyHeight !== outHeight || dyWidth !== outWidth) return undefined
  const pixel = filterHeight === 1 && filterWidth === 1 && outHeight === inHeight && outWidth === inWidth
  if (pixel && shape.strideHeight === 1 && shape.strideWidth === 1)
    return { m: batch * inHeight * inWidth, k: inChannels }
  const dense = (filterHeight === 1 || shape.dilationHeight === 1) && (filterWidth === 1 || shape.dilationWidth === 1)
  const image = filterHeight === inHeight && filterWidth === inWidth && outHeight === 1 && outWidth === 1
  return dense && image ? { m: batch, k: inHeight * inWidth * inChannels } : undefined
}
