import { type Pool3dGradFields, runPool3dGrad } from '../generated/commands.ts'
import { areSizes, checkOffset, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Depths } from '../runtime/windows.ts'
import { GRAD_STRIP } from './command.ts'
import { avgPool, avgPoolGrad, maxPool, type PoolWindows } from './pool.ts'

/** The windows of a pooling of NDHWC volumes: those of `PoolWindows`, and as many slices. */
export interface Pool3dWindows extends PoolWindows, Depths {}

const SIZES = [
  ...(['batch', 'inDepth', 'inHeight', 'inWidth', 'channels', 'outDepth', 'outHeight', 'outWidth'] as const),
  ...(['filterDepth', 'filterHeight', 'filterWidth', 'strideDepth', 'strideHeight', 'strideWidth'] as const),
]

/** Stages are given products of some of these, and others by another name. */
function checkWindows(what: string, windows: Pool3dWindows): void {
  for (const name of SIZES) if (!areSizes(windows[name])) refuseSizes(what, { [name]: windows[name] })
  checkOffset(what, 'padFront', windows.padFront)
}

/** A box is a rectangle in each of some slices: the slices are pooled as images, and then slices as the pixels of one column. */
function stages(w: Pool3dWindows): { images: PoolWindows; slices: (height: number, width: number) => PoolWindows } {
  return {
    images: { ...w, batch: w.batch * w.inDepth },
    slices: (height, width) => ({
      batch: w.batch,
      channels: height * width * w.channels,
      inHeight: w.inDepth,
      outHeight: w.outDepth,
      filterHeight: w.filterDepth,
      strideHeight: w.strideDepth,
      padTop: w.padFront,
      ...{ inWidth: 1, outWidth: 1, filterWidth: 1, strideWidth: 1, padLeft: 0 },
    }),
  }
}

type Tensors = { x: number; y: number }

function inStages(rt: Runtime, w: Pool3dWindows, { x, y }: Tensors, pool: typeof maxPool): void {
  const { images, slices } = stages(w)
  const pooled = rt.heap.alloc(images.batch * w.outHeight * w.outWidth * w.channels * 4)
  try {
    pool(rt, images, { x, y: pooled })
    pool(rt, slices(w.outHeight, w.outWidth), { x: pooled, y })
  } finally {
    rt.heap.free(pooled)
  }
}

/** y = the largest number of each window; NaN is passed over. Pointers are bytes; x and y do not overlap. */
export function maxPool3d(rt: Runtime, windows: Pool3dWindows, tensors: Tensors): void {
  if (!(rt && windows && tensors)) refuseArguments('maxPool3d', { rt, windows, tensors })
  checkWindows('maxPool3d', windows)
  inStages(rt, windows, tensors, maxPool)
}

/** y = the mean of what each window covers of x; each must cover something. */
export function avgPool3d(rt: Runtime, windows: Pool3dWindows, tensors: Tensors): void {
  if (!(rt && windows && tensors)) refuseArguments('avgPool3d', { rt, windows, tensors })
  checkWindows('avgPool3d', windows)
  inStages(rt, windows, tensors, avgPool)
}

/** dx = the gradient of `maxPool3d` at x. */
export function maxPool3dGrad(
  rt: Runtime,
  windows: Pool3dWindows,
  tensors: Pick<Pool3dGradFields, 'x' | 'dy' | 'dx'>,
): void {
  if (!(rt && windows && tensors)) refuseArguments('maxPool3dGrad', { rt, windows, tensors })
  checkWindows('maxPool3dGrad', windows)
  const strips = Math.ceil(windows.channels / GRAD_STRIP)
  runPool3dGrad(rt, 'maxpool3d_grad_f32_ndhwc', windows.batch * strips, { ...windows, ...tensors })
}

/** dx = the sum of dy over all windows that cover the pixel, divided by the size of a whole window, at the borders too. */
export function avgPool3dGrad(rt: Runtime, w: Pool3dWindows, tensors: { dy: number; dx: number }): void {
  if (!(rt && w && tensors)) refuseArguments('avgPool3dGrad', { rt, windows: w, tensors })
  const { dy, dx } = tensors
  checkWindows('avgPool3dGrad', w)
  const { images, slices } = stages(w)
  const spread = rt.heap.alloc(images.batch * w.outHeight * w.outWidth * w.channels * 4)
  try {
    avgPoolGrad(rt, slices(w.outHeight, w.outWidth), { dy, dx: spread })
    avgPoolGrad(rt, images, { dy: spread, dx })
  } finally {
    rt.heap.free(spread)
  }
}
