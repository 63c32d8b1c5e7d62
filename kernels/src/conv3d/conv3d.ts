import {
  type Conv2dShape,
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  packedFilterBytes,
  packedFilterLayout,
  packedTransposedFilterBytes,
  packedTransposedFilterLayout,
  packFilter,
  packTransposedFilter,
} from '../conv2d/conv2d.ts'
import { fill } from '../fill/fill.ts'
import { MACS_PER_NS } from '../gemm/command.ts'
import { evenBlock, packB, packedBytes, tileRows } from '../gemm/gemm.ts'
import { runConv3d, runConv3dFilterGrad, runConv3dInputGrad } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import type { Depths } from '../runtime/windows.ts'

/** A convolution of NDHWC volumes by a filter [filterDepth, filterHeight, filterWidth, inChannels, outChannels]; see `command.ts`. */
export interface Conv3dShape extends Conv2dShape, Depths {
  dilationDepth: number
}

/** Pixels of y that one item makes, and numbers of a patch that it gathers at once; they fit in scratch. */
const ROWS = 120
const DEPTH = 320
const LEAST_ROWS = 36

const SIZES = [
  ...(['batch', 'inDepth', 'inHeight', 'inWidth', 'inChannels'] as const),
  ...(['outDepth', 'outHeight', 'outWidth', 'outChannels'] as const),
  ...(['filterDepth', 'filterHeight', 'filterWidth', 'strideDepth', 'strideHeight', 'strideWidth'] as const),
  ...(['dilationDepth', 'dilationHeight', 'dilationWidth'] as const),
]

/** Commands are given products of some of these. */
function checkShape(what: string, shape: Conv3dShape): void {
  for (const name of SIZES) if (!areSizes(shape[name])) refuseSizes(what, { [name]: shape[name] })
}

/** The same as a convolution of images, each of which is a slice of a volume, where the filter has no depth. */
function asImages(s: Conv3dShape): Conv2dShape | undefined {
  const flat = s.filterDepth === 1 && s.strideDepth === 1 && s.padFront === 0 && s.inDepth === s.outDepth
  return flat ? { ...s, batch: s.batch * s.inDepth } : undefined
}

function patchSize(s: Conv3dShape): number {
  return s.filterDepth * s.filterHeight * s.filterWidth * s.inChannels
}

/** y = conv(x, filter). `panels` is what {@link packFilter3d} made. Pointers are bytes; y overlaps nothing. */
export function conv3d(rt: Runtime, shape: Conv3dShape, o: { x: number; panels: number; y: number }): void {
  if (!(rt && shape && o)) refuseArguments('conv3d', { rt, shape, tensors: o })
  checkShape('conv3d', shape)
  const images = asImages(shape)
  if (images) {
    conv2d(rt, images, o)
    return
  }
  const n = shape.outChannels
  const k = patchSize(shape)
  const pixels = shape.batch * shape.outDepth * shape.outHeight * shape.outWidth
  if (k === 0) fill(rt, o.y, pixels * n * 4, 0)
  if (pixels === 0 || n === 0 || k === 0) return
  const nanoseconds = (pixels * k * n) / MACS_PER_NS
  const block = evenBlock(pixels, ROWS, 12)
  const rowBlock = shareBlock(rt.threads, { size: pixels, block, least: LEAST_ROWS, unit: 12, nanoseconds })
  runConv3d(rt, 'conv3d_f32_ndhwc', Math.ceil(pixels / rowBlock), {
    ...shape,
    ...o,
    pixels,
    rowBlock,
    depthBlock: evenBlock(k, DEPTH, 4),
    tileRows: tileRows(rt.variant, rt.wide),
  })
}

/** Names what {@link packFilter3d} makes, as {@link packedFilterLayout} does. */
export function packedFilterLayout3d(shape: Conv3dShape): string {
  const images = asImages(shape)
  return images ? packedFilterLayout(images) : `panels ${shape.outChannels}`
}

/** Bytes of the filter as {@link packFilter3d} packs it. */
export function packedFilterBytes3d(shape: Conv3dShape): number {
  if (!shape) refuseArguments('packedFilterBytes3d', { shape })
  checkShape('packedFilterBytes3d', shape)
  const images = asImages(shape)
  return images ? packedFilterBytes(images) : packedBytes(shape.outChannels, patchSize(shape))
}

/** Packs the filter for {@link conv3d}. */
export function packFilter3d(rt: Runtime, shape: Conv3dShape, filter: number, panels: number): void {
  if (!(rt && shape)) refuseArguments('packFilter3d', { rt, shape })
  checkShape('packFilter3d', shape)
  const images = asImages(shape)
  if (images) packFilter(rt, images, filter, panels)
  else packB(rt, { b: filter, panels, n: shape.outChannels, k: patchSize(shape) })
}

/** dx = the gradient at x, given dy. `panels` is what {@link packTransposedFilter3d} made. */
export function conv3dInputGrad(rt: Runtime, shape: Conv3dShape, o: { dy: number; panels: number; dx: number }): void {
  if (!(rt && shape && o)) refuseArguments('conv3dInputGrad', { rt, shape, tensors: o })
  checkShape('conv3dInputGrad', shape)
  const images = asImages(shape)
  if (images) {
    conv2dInputGrad(rt, images, o)
    return
  }
  if (shape.inWidth === 0 || shape.inChannels === 0) return
  runConv3dInputGrad(rt, 'conv3d_input_grad_f32_ndhwc', shape.batch * shape.inDepth * shape.inHeight, {
    ...shape,
    ...o,
    dyHeight: shape.outHeight,
    dyWidth: shape.outWidth,
    tileRows: tileRows(rt.variant, rt.wide),
  })
}

/** As {@link packedFilterLayout3d}, of {@link packTransposedFilter3d}. */
export function packedTransposedFilterLayout3d(shape: Conv3dShape): string {
  const images = asImages(shape)
  const { inChannels, outChannels } = shape
  return images ? packedTransposedFilterLayout(images) : `transposed ${outChannels}, ${inChannels} at a time`
}

/** Bytes of the filter as {@link packTransposedFilter3d} packs it. */
export function packedTransposedFilterBytes3d(shape: Conv3dShape): number {
  if (!shape) refuseArguments('packedTransposedFilterBytes3d', { shape })
  checkShape('packedTransposedFilterBytes3d', shape)
  const images = asImages(shape)
  if (images) return packedTransposedFilterBytes(images)
  const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = shape
  return filterDepth * filterHeight * filterWidth * packedBytes(inChannels, outChannels)
}

/** Packs the filter for {@link conv3dInputGrad}. */
export function packTransposedFilter3d(rt: Runtime, shape: Conv3dShape, filter: number, panels: number): void {
  if (!(rt && shape)) refuseArguments('packTransposedFilter3d', { rt, shape })
  checkShape('packTransposedFilter3d', shape)
  const images = asImages(shape)
  if (images) {
    packTransposedFilter(rt, images, filter, panels)
    return
  }
  const { filterDepth, filterHeight, filterWidth, inChannels: n, outChannels: k } = shape
  let [b, to] = [filter, panels]
  for (let tap = 0; tap < filterDepth * filterHeight * filterWidth; tap++) {
    packB(rt, { b, panels: to, n, k, transposeB: true })
    b += n * k * 4
    to += packedBytes(n, k)
  }
}

/** dw = the gradient at the filter, given dy. Takes memory for about one more dw while it runs. */
export function conv3dFilterGrad(rt: Runtime, shape: Conv3dShape, o: { x: number; dy: number; dw: number }): void {
  if (!(rt && shape && o)) refuseArguments('conv3dFilterGrad', { rt, shape, tensors: o })
  checkShape('conv3dFilterGrad', shape)
  const images = asImages(shape)
  if (images) {
    conv2dFilterGrad(rt, images, o)
    return
  }
  const { batch, outChannels: n, outDepth, outHeight, outWidth, filterDepth, filterHeight } = shape
  if (patchSize(shape) === 0 || n === 0) return
  const pixels = batch * outDepth * outHeight * outWidth
  const rest = n % 8
  const bytes = packedBytes(n, patchSize(shape))
  const work = rt.heap.alloc(bytes + packedBytes(rest, pixels))
  try {
    const tail = work + bytes
    packB(rt, { b: o.dy + (n - rest) * 4, panels: tail, n: rest, k: pixels, ldb: n })
    const items = filterDepth * Math.ceil(n / (rt.wide ? 16 : 8)) * filterHeight
    runConv3dFilterGrad(rt, 'conv3d_filter_grad_f32_ndhwc', items, {
      ...shape,
      ...o,
      tail,
      work,
      dyHeight: outHeight,
      dyWidth: outWidth,
      tileRows: tileRows(rt.variant, rt.wide),
    })
  } finally {
    rt.heap.free(work)
  }
}
