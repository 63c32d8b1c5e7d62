import type { GemmOptions } from '../gemm/gemm.ts'
import { activationCode } from '../gemm/layouts.ts'
import {
  type DepthwiseGradMultipliedFields,
  runDepthwise,
  runDepthwiseGrad,
  runDepthwiseGradMultiplied,
  runDepthwiseMultiplied,
} from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseSizes } from '../runtime/fields.ts'
import { SCRATCH_BYTES } from '../runtime/runtime.ts'
import type { Dilations, Windows } from '../runtime/windows.ts'

/**
 * A convolution of NHWC images, each channel by its own filters: [filterHeight, filterWidth, channels, multiplier]; see
 * `command.ts`.
 */
export interface DepthwiseShape extends Windows, Dilations {
  batch: number
  channels: number
  /** Outputs of each channel, next to each other; 1 by default. At most {@link MOST_MULTIPLIED} of all channels, if it is not 1. */
  multiplier?: number
}

/** What fits in scratch memory. */
export const MOST_MULTIPLIED = Math.floor(SCRATCH_BYTES / 8) - 8

/** The pixels of an image of dy may be more than outHeight x outWidth; those outside do not count. */
export interface DepthwiseGradShape extends DepthwiseShape {
  dyHeight?: number
  dyWidth?: number
}

/** y = act(conv(x, filter) + bias). Pointers are bytes; y overlaps nothing. */
export function depthwise(
  rt: Executor,
  shape: DepthwiseShape,
  o: { x: number; filter: number; y: number } & Pick<GemmOptions, 'bias' | 'activation' | 'leak' | 'slope' | 'tables'>,
): void {
  checkShape('depthwise', shape)
  const items = shape.batch * shape.outHeight
  const fields = {
    ...shape,
    x: o.x,
    filter: o.filter,
    bias: o.bias ?? 0,
    y: o.y,
    activation: activationCode('depthwise', o.activation),
    leak: o.leak ?? 0,
    slope: o.slope ?? 0,
    tables: o.tables ?? 0,
  }
  const { multiplier = 1 } = shape
  if (multiplier === 1) runDepthwise(rt, 'depthwise_f32_nhwc', items, fields)
  else if (multiplier > 0) runDepthwiseMultiplied(rt, 'depthwise_multiplied_f32_nhwc', items, { ...fields, multiplier })
}

/** dx = the gradient at x, given dy. */
export function depthwiseInputGrad(
  rt: Executor,
  shape: DepthwiseGradShape,
  o: { dy: number; filter: number; dx: number },
): void {
  checkShape('depthwiseInputGrad', shape)
  if (!areSizes(o.dy, o.filter, o.dx)) refuseSizes('depthwiseInputGrad', o)
  const fields = gradFields(shape, o.dy, o.filter, o.dx)
  const items = shape.batch * shape.inHeight
  if (isPlain(fields)) runDepthwiseGrad(rt, 'depthwise_input_grad_f32_nhwc', items, fields)
  else runDepthwiseGradMultiplied(rt, 'depthwise_multiplied_input_grad_f32_nhwc', items, fields)
}

/** dw = the gradient at the filter, given dy. */
export function depthwiseFilterGrad(
  rt: Executor,
  shape: DepthwiseGradShape,
  o: { x: number; dy: number; dw: number },
): void {
  checkShape('depthwiseFilterGrad', shape)
  if (!areSizes(o.x, o.dy, o.dw)) refuseSizes('depthwiseFilterGrad', o)
  const fields = gradFields(shape, o.dy, o.x, o.dw)
  const items = shape.filterHeight * shape.filterWidth
  if (isPlain(fields)) runDepthwiseGrad(rt, 'depthwise_filter_grad_f32_nhwc', items, fields)
  else if (fields.multiplier > 0)
    runDepthwiseGradMultiplied(rt, 'depthwise_multiplied_filter_grad_f32_nhwc', items, fields)
}

/** What items are made of. */
function checkShape(what: string, shape: DepthwiseShape): void {
  const { batch, inHeight, outHeight, filterHeight, filterWidth, multiplier = 1 } = shape
  if (!areSizes(batch, inHeight, outHeight, filterHeight, filterWidth, multiplier))
    refuseSizes(what, { batch, inHeight, outHeight, filterHeight, filterWidth, multiplier })
}

function isPlain({ dilationHeight, dilationWidth, multiplier }: DepthwiseGradMultipliedFields): boolean {
  return dilationHeight === 1 && dilationWidth === 1 && multiplier === 1
}

function gradFields(shape: DepthwiseGradShape, dy: number, other: number, out: number): DepthwiseGradMultipliedFields {
  return {
    ...shape,
    dy,
    other,
    out,
    multiplier: shape.multiplier ?? 1,
    dyHeight: shape.dyHeight ?? shape.outHeight,
    dyWidth: shape.dyWidth ?? shape.outWidth,
  }
}
