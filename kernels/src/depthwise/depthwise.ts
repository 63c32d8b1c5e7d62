import type { GemmOptions } from '../gemm/gemm.ts'
import { activationCode } from '../gemm/layouts.ts'
import { type DepthwiseGradFields, runDepthwise, runDepthwiseGrad } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Dilations, Windows } from '../runtime/windows.ts'
import { type Blocks, filterGradBlocks, forwardBlocks, inputGradBlocks, pixelsTogether } from './blocks.ts'

/**
 * A convolution of NHWC images, each channel by its own filters: [filterHeight, filterWidth, channels, multiplier]; see
 * `command.ts`.
 */
export interface DepthwiseShape extends Windows, Dilations {
  batch: number
  channels: number
  /**
   * Outputs of each channel, next to each other; 1 by default. If it is not 1, all channels may make at most `MOST_MULTIPLIED`, and the
   * filter may span at most `MOST_SPANNED` pixels.
   */
  multiplier?: number
}

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
  if (!(rt && shape && o)) refuseArguments('depthwise', { rt, shape, tensors: o })
  const multiplier = multiplierOf('depthwise', shape)
  runDepthwise(rt, 'depthwise_f32_nhwc', shape.batch * shape.outHeight, {
    ...shape,
    ...forwardBlocks(shape, multiplier),
    multiplier,
    together: pixelsTogether(shape, multiplier),
    x: o.x,
    filter: o.filter,
    bias: o.bias ?? 0,
    y: o.y,
    activation: activationCode('depthwise', o.activation),
    leak: o.leak ?? 0,
    slope: o.slope ?? 0,
    tables: o.tables ?? 0,
  })
}

/** dx = the gradient at x, given dy. */
export function depthwiseInputGrad(
  rt: Executor,
  shape: DepthwiseGradShape,
  o: { dy: number; filter: number; dx: number },
): void {
  if (!(rt && shape && o)) refuseArguments('depthwiseInputGrad', { rt, shape, tensors: o })
  const multiplier = multiplierOf('depthwiseInputGrad', shape)
  if (!areSizes(o.dy, o.filter, o.dx)) refuseSizes('depthwiseInputGrad', { dy: o.dy, filter: o.filter, dx: o.dx })
  const fields = gradFields(shape, inputGradBlocks(shape, multiplier), o.dy, o.filter, o.dx)
  runDepthwiseGrad(rt, 'depthwise_input_grad_f32_nhwc', shape.batch * shape.inHeight, fields)
}

/** dw = the gradient at the filter, given dy. */
export function depthwiseFilterGrad(
  rt: Executor,
  shape: DepthwiseGradShape,
  o: { x: number; dy: number; dw: number },
): void {
  if (!(rt && shape && o)) refuseArguments('depthwiseFilterGrad', { rt, shape, tensors: o })
  const multiplier = multiplierOf('depthwiseFilterGrad', shape)
  if (!areSizes(o.x, o.dy, o.dw)) refuseSizes('depthwiseFilterGrad', { x: o.x, dy: o.dy, dw: o.dw })
  const fields = gradFields(shape, filterGradBlocks(shape, multiplier, rt.threads), o.dy, o.x, o.dw)
  const outputs = shape.channels * multiplier
  const items = outputs && shape.filterHeight * Math.ceil(outputs / fields.block)
  runDepthwiseGrad(rt, 'depthwise_filter_grad_f32_nhwc', items, fields)
}

/** Checks what blocks and items are made of. */
function multiplierOf(what: string, shape: DepthwiseShape): number {
  const { batch, inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth, multiplier = 1 } = shape
  const { strideWidth, dilationHeight, dilationWidth } = shape
  const fits =
    areSizes(batch, inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth, multiplier) &&
    areSizes(strideWidth, dilationHeight, dilationWidth)
  if (!fits) {
    const sizes = { batch, inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth, multiplier }
    refuseSizes(what, { ...sizes, strideWidth, dilationHeight, dilationWidth })
  }
  return multiplier
}

function gradFields(
  shape: DepthwiseGradShape,
  blocks: Blocks,
  dy: number,
  other: number,
  out: number,
): DepthwiseGradFields {
  return {
    ...shape,
    ...blocks,
    dy,
    other,
    out,
    multiplier: shape.multiplier ?? 1,
    dyHeight: shape.dyHeight ?? shape.outHeight,
    dyWidth: shape.dyWidth ?? shape.outWidth,
  }
}
