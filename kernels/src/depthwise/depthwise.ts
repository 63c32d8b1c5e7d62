import type { GemmOptions } from '../gemm/gemm.ts'
import { activations } from '../gemm/layouts.ts'
import { runDepthwise, runDepthwiseGrad } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'

/** A convolution of NHWC images, each channel by its own filter: [filterHeight, filterWidth, channels]; see `command.ts`. */
export interface DepthwiseShape {
  batch: number
  inHeight: number
  inWidth: number
  channels: number
  outHeight: number
  outWidth: number
  filterHeight: number
  filterWidth: number
  strideHeight: number
  strideWidth: number
  dilationHeight: number
  dilationWidth: number
  padTop: number
  padLeft: number
}

/** Dilations must be 1. The pixels of an image of dy may be more than outHeight x outWidth; those outside do not count. */
export interface DepthwiseGradShape extends DepthwiseShape {
  dyHeight?: number
  dyWidth?: number
}

/** y = act(conv(x, filter) + bias). Pointers are bytes; y overlaps nothing. */
export function depthwise(
  rt: Executor,
  shape: DepthwiseShape,
  o: { x: number; filter: number; y: number } & Pick<GemmOptions, 'bias' | 'activation' | 'leak' | 'slope'>,
): void {
  runDepthwise(rt, 'depthwise_f32_nhwc', shape.batch * shape.outHeight, {
    ...shape,
    x: o.x,
    filter: o.filter,
    bias: o.bias ?? 0,
    y: o.y,
    activation: activations[o.activation ?? 'linear'],
    leak: o.leak ?? 0,
    slope: o.slope ?? 0,
  })
}

/** dx = the gradient at x, given dy. */
export function depthwiseInputGrad(
  rt: Executor,
  shape: DepthwiseGradShape,
  o: { dy: number; filter: number; dx: number },
): void {
  const fields = gradFields(shape, o.dy, o.filter, o.dx)
  runDepthwiseGrad(rt, 'depthwise_input_grad_f32_nhwc', shape.batch * shape.inHeight, fields)
}

/** dw = the gradient at the filter, given dy. */
export function depthwiseFilterGrad(
  rt: Executor,
  shape: DepthwiseGradShape,
  o: { x: number; dy: number; dw: number },
): void {
  const fields = gradFields(shape, o.dy, o.x, o.dw)
  runDepthwiseGrad(rt, 'depthwise_filter_grad_f32_nhwc', shape.filterHeight * shape.filterWidth, fields)
}

function gradFields(shape: DepthwiseGradShape, dy: number, other: number, out: number) {
  if (shape.dilationHeight !== 1 || shape.dilationWidth !== 1)
    throw new Error(`depthwise gradients: dilations must be 1, not ${shape.dilationHeight}, ${shape.dilationWidth}`)
  return {
    ...shape,
    dy,
    other,
    out,
    dyHeight: shape.dyHeight ?? shape.outHeight,
    dyWidth: shape.dyWidth ?? shape.outWidth,
  }
}
