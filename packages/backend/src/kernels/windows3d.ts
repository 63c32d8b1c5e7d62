import type { Conv3dShape, Pool3dWindows } from '@lanewise/kernels'
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { checkWindows } from './checks.ts'
import { requireDtype } from './native.ts'

type Info = backend_util.Conv3DInfo

export interface Conv3DAttrs {
  strides: number | number[]
  pad: 'same' | 'valid' | number
  dilations?: number | number[] | null
  dataFormat?: string
}

export interface Pool3DAttrs {
  filterSize: number | number[]
  strides: number | number[]
  pad: 'same' | 'valid' | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
  dataFormat?: string
}

/** For `accepts` of kernels of volumes; throws where a window is none. */
export function refuse3d(name: string, inputs: object, attrs: Conv3DAttrs | Pool3DAttrs): string | undefined {
  checkWindows(name, attrs)
  const { dataFormat } = attrs
  return dataFormat == null || dataFormat === 'NDHWC' ? requireDtype('float32', inputs) : `dataFormat is ${dataFormat}`
}

export function conv3dInfo(kernel: string, x: number[], filter: number[], attrs: Conv3DAttrs): Info {
  const info = backend_util.computeConv3DInfo(
    x as Info['inShape'],
    filter as Info['filterShape'],
    attrs.strides as number,
    (attrs.dilations ?? 1) as number,
    attrs.pad as 'same',
  )
  if (filter[3] !== x[4]) throw new Error(`${kernel}: filter is for ${filter[3]} channels, the volume has ${x[4]}`)
  return info
}

export function pool3dInfo(x: TensorInfo, attrs: Pool3DAttrs): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attrs
  return backend_util.computePool3DInfo(
    ...([x.shape as Info['inShape'], filterSize as number, strides as number, 1] as const),
    ...([pad as 'same', dimRoundingMode] as const),
  )
}

export function conv3dShape(info: Info): Conv3dShape {
  const { inChannels, outChannels, dilationDepth, dilationHeight, dilationWidth } = info
  return { ...boxes(info), inChannels, outChannels, dilationDepth, dilationHeight, dilationWidth }
}

export function pool3dWindows(info: Info): Pool3dWindows {
  return { ...boxes(info), channels: info.inChannels }
}

function boxes(info: Info) {
  return {
    batch: info.batchSize,
    inDepth: info.inDepth,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    outDepth: info.outDepth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filterDepth: info.filterDepth,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideDepth: info.strideDepth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padFront: info.padInfo.front,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  }
}

/** Throws where dy has not the shape of the result. */
export function checkGradient3d(kernel: string, dy: TensorInfo, { outShape }: Info): void {
  if (String(dy.shape) !== String(outShape))
    throw new Error(`${kernel}: dy has shape [${dy.shape}], expected [${outShape}]`)
}
