import {
  fill,
  type Resize,
  type ResizeGrad,
  type Runtime,
  resizeBilinear,
  resizeBilinearGrad,
  resizeNearest,
  resizeNearestGrad,
} from '@lanewise/kernels'
import {
  ResizeBilinear,
  type ResizeBilinearAttrs,
  ResizeBilinearGrad,
  type ResizeBilinearGradInputs,
  ResizeNearestNeighbor,
  ResizeNearestNeighborGrad,
  type ResizeNearestNeighborInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { checkWhole } from './checks.ts'
import { requireMovable } from './move.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'

type Inputs = ResizeNearestNeighborInputs
/** Those of ResizeNearestNeighbor are the same. */
type Attrs = ResizeBilinearAttrs

function resized(
  backend: LanewiseBackend,
  images: TensorInfo,
  attrs: Attrs,
  run: (resize: Resize) => void,
): TensorInfo {
  const [batch, height, width, channels] = images.shape
  const [newHeight, newWidth] = attrs.size
  const { alignCorners, halfPixelCenters } = attrs
  const x = backend.ptr(images)
  const info = backend.output([batch, newHeight, newWidth, channels], images.dtype)
  const y = backend.ptr(info)
  if (sizeOf(info.shape) > 0)
    run({ x, y, batch, height, width, channels, newHeight, newWidth, alignCorners, halfPixelCenters })
  return info
}

function requireImages(kernel: string, images: TensorInfo, { size }: Attrs): string | undefined {
  checkWhole(kernel, 'size', size, 0)
  return images.shape[1] === 0 || images.shape[2] === 0 ? 'images without pixels' : undefined
}

export const resizeBilinearKernel = nativeKernel<Inputs, Attrs>(ResizeBilinear, {
  accepts: ({ inputs, attrs }) =>
    requireDtype('float32', inputs) ?? requireImages(ResizeBilinear, inputs.images, attrs),
  run: ({ inputs: { images }, attrs, backend }) =>
    resized(backend, images, attrs, (resize) => resizeBilinear(backend.rt, resize)),
})

export const resizeNearestNeighbor = nativeKernel<Inputs, Attrs>(ResizeNearestNeighbor, {
  accepts: ({ inputs: { images }, attrs }) =>
    requireMovable(images) ?? requireImages(ResizeNearestNeighbor, images, attrs),
  run: ({ inputs: { images }, attrs, backend }) =>
    resized(backend, images, attrs, (resize) => resizeNearest(backend.rt, resize, bytesPerElement(images.dtype))),
})

/** Of images and of the gradient at what they were resized to. */
function gradient(name: string, run: (rt: Runtime, resize: ResizeGrad) => void): NativeKernel {
  // tfjs-core's type leaves `halfPixelCenters` out.
  return nativeKernel<ResizeBilinearGradInputs, Omit<Attrs, 'size'>>(name, {
    accepts: ({ inputs }) => requireDtype('float32', inputs),
    run({ inputs: { images, dy }, attrs: { alignCorners, halfPixelCenters = false }, backend }) {
      const [batch, height, width, channels] = images.shape
      const [dyBatch, newHeight, newWidth, dyChannels] = dy.shape
      if (dy.shape.length !== 4 || dyBatch !== batch || dyChannels !== channels)
        throw new Error(`${name}: dy has shape [${dy.shape}], expected [${batch},height,width,${channels}]`)
      const pdy = backend.ptr(dy)
      const info = backend.output(images.shape, 'float32')
      const dx = backend.ptr(info)
      const size = sizeOf(images.shape)
      if (sizeOf(dy.shape) === 0) fill(backend.rt, dx, size * 4, 0)
      else if (size > 0)
        run(backend.rt, {
          ...{ dy: pdy, dx, batch, height, width, channels, newHeight, newWidth },
          ...{ alignCorners, halfPixelCenters },
        })
      return info
    },
  })
}

export const resizeGradients = [
  gradient(ResizeBilinearGrad, resizeBilinearGrad),
  gradient(ResizeNearestNeighborGrad, resizeNearestGrad),
]
