import { type PoolFields, type PoolGradFields, runPool, runPoolArgmax, runPoolGrad } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { GRAD_STRIP } from './command.ts'

/** The windows of a pooling of NHWC images; see `command.ts` for what they cover. */
export interface PoolWindows extends Omit<PoolFields, 'x' | 'y'> {
  batch: number
}

/** The pixels of one image of dy when they are not outHeight x outWidth. */
interface GradientSize {
  dyHeight?: number
  dyWidth?: number
}

/** Up to so many channels a vector of all pixels of a row before the next one is faster than a pixel with all its channels ... */
const FEW_CHANNELS = 7
/** ... and up to so many where the windows are 2x2 or 3x3, which that has no loops for; not for sixteens, nor has this. */
const FEW_CHANNELS_SQUARE = 31

function isFew({ channels, strideWidth, filterHeight, filterWidth }: PoolWindows): boolean {
  if (!(channels > 0 && strideWidth > 0)) return false
  if (channels <= FEW_CHANNELS) return true
  const square = filterHeight === filterWidth && (filterWidth === 2 || filterWidth === 3)
  return square && channels <= FEW_CHANNELS_SQUARE && channels % 16 !== 0
}

/** y = the largest number of each window. Pointers are bytes; x and y do not overlap. */
export function maxPool(rt: Executor, windows: PoolWindows, tensors: { x: number; y: number }): void {
  if (!(rt && windows && tensors)) refuseArguments('maxPool', { rt, windows, tensors })
  checkWindows('maxPool', windows)
  const kernel = isFew(windows) ? 'maxpool_few_f32_nhwc' : 'maxpool_f32_nhwc'
  runPool(rt, kernel, windows.batch * windows.outHeight, { ...windows, ...tensors })
}

/** y = the mean of what each window covers of x. */
export function avgPool(rt: Executor, windows: PoolWindows, tensors: { x: number; y: number }): void {
  if (!(rt && windows && tensors)) refuseArguments('avgPool', { rt, windows, tensors })
  checkWindows('avgPool', windows)
  const kernel = isFew(windows) ? 'avgpool_few_f32_nhwc' : 'avgpool_f32_nhwc'
  runPool(rt, kernel, windows.batch * windows.outHeight, { ...windows, ...tensors })
}

/** As {@link maxPool}, and where in x, or in its image without `includeBatch`, each number of y was found; -1: nowhere. */
export function maxPoolWithArgmax(
  rt: Executor,
  windows: PoolWindows,
  tensors: { x: number; y: number; indices: number },
  includeBatch: boolean,
): void {
  if (!(rt && windows && tensors)) refuseArguments('maxPoolWithArgmax', { rt, windows, tensors })
  checkWindows('maxPoolWithArgmax', windows)
  const fields = { ...windows, ...tensors, includeBatch: includeBatch ? 1 : 0 }
  runPoolArgmax(rt, 'maxpool_argmax_f32_nhwc', windows.batch * windows.outHeight, fields)
}

/** dx = the gradient of `maxPool` at x. */
export function maxPoolGrad(
  rt: Executor,
  windows: PoolWindows & GradientSize,
  tensors: Pick<PoolGradFields, 'x' | 'dy' | 'dx'>,
): void {
  if (!(rt && windows && tensors)) refuseArguments('maxPoolGrad', { rt, windows, tensors })
  checkWindows('maxPoolGrad', windows)
  const strips = Math.ceil(windows.channels / GRAD_STRIP)
  runPoolGrad(rt, 'maxpool_grad_f32_nhwc', windows.batch * strips, gradFields(windows, tensors))
}

/** dx = the sum of dy over all windows that cover the pixel, divided by filterHeight * filterWidth, at the borders too. */
export function avgPoolGrad(
  rt: Executor,
  windows: PoolWindows & GradientSize,
  tensors: Pick<PoolGradFields, 'dy' | 'dx'>,
): void {
  if (!(rt && windows && tensors)) refuseArguments('avgPoolGrad', { rt, windows, tensors })
  checkWindows('avgPoolGrad', windows)
  runPoolGrad(rt, 'avgpool_grad_f32_nhwc', windows.batch * windows.inHeight, gradFields(windows, tensors))
}

/** What items are made of. */
function checkWindows(what: string, { batch, inHeight, outHeight, channels }: PoolWindows): void {
  if (!areSizes(batch, inHeight, outHeight, channels)) refuseSizes(what, { batch, inHeight, outHeight, channels })
}

function gradFields(windows: PoolWindows & GradientSize, tensors: Partial<PoolGradFields>): PoolGradFields {
  return {
    ...windows,
    x: 0,
    dy: 0,
    dx: 0,
    dyHeight: windows.dyHeight ?? windows.outHeight,
    dyWidth: windows.dyWidth ?? windows.outWidth,
    ...tensors,
  }
}
