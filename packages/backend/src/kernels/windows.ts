import type { Conv2dShape, DepthwiseShape, PoolWindows } from '@lanewise/kernels'
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'

type Shape4D = [number, number, number, number]
type Info = backend_util.Conv2DInfo

export interface PoolAttrs {
  filterSize: number | number[]
  strides: number | number[]
  pad: Parameters<typeof backend_util.computePool2DInfo>[4]
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export function poolInfo(x: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): Info {
  return backend_util.computePool2DInfo(
    x.shape as Shape4D,
    filterSize as number,
    strides as number,
    1,
    pad,
    dimRoundingMode,
  )
}

export interface ConvAttrs {
  strides: number | number[]
  pad: Parameters<typeof backend_util.computeConv2DInfo>[4]
  dilations?: number | number[] | null
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** For NHWC. */
export function convInfo(x: number[], filter: number[], attrs: ConvAttrs, depthwise = false): Info {
  const { strides, pad, dilations, dimRoundingMode } = attrs
  return backend_util.computeConv2DInfo(
    x as Shape4D,
    filter as Shape4D,
    strides as number,
    (dilations ?? 1) as number,
    pad,
    dimRoundingMode,
    depthwise,
  )
}

export function poolWindows(kernel: string, info: Info): PoolWindows {
  requireFit(kernel, info)
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  }
}

export function conv2dShape(kernel: string, info: Info): Conv2dShape {
  requireFit(kernel, info)
  const [filterHeight, filterWidth, inChannels, outChannels] = info.filterShape
  if (inChannels !== info.inChannels)
    throw new Error(`${kernel}: filter is for ${inChannels} channels, the image has ${info.inChannels}`)
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels,
    filterHeight,
    filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  }
}

export function depthwiseShape(kernel: string, info: Info): DepthwiseShape {
  const { inChannels: channels, outChannels: multiplier, ...shape } = conv2dShape(kernel, info)
  return { ...shape, channels, multiplier }
}

/**
 * The height and width of dy, which may be more than the windows' outHeight and outWidth: the gradients of tfjs-core forget
 * `dimRoundingMode`, and what lies outside is then not read.
 */
export function gradientSize(kernel: string, dy: TensorInfo, info: Info): { dyHeight: number; dyWidth: number } {
  const [batch, dyHeight, dyWidth, channels] = dy.shape
  const { batchSize, outHeight, outWidth, outChannels } = info
  if (
    dy.shape.length !== 4 ||
    batch !== batchSize ||
    dyHeight < outHeight ||
    dyWidth < outWidth ||
    channels !== outChannels
  )
    throw new Error(`${kernel}: dy has shape [${dy.shape}], expected [${info.outShape}]`)
  return { dyHeight, dyWidth }
}

function requireFit(kernel: string, info: Info): void {
  if (info.outHeight >= 0 && info.outWidth >= 0) return
  const { effectiveFilterHeight: height, effectiveFilterWidth: width, inHeight, inWidth, padInfo } = info
  const pad = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right]
  throw new Error(
    `${kernel}: a filter of ${height}x${width} does not fit in an image of ${inHeight}x${inWidth} with padding ${pad}`,
  )
}
