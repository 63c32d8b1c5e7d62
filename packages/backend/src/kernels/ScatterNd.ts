import { segmentSum } from '@lanewise/kernels'
import { backend_util, ScatterNd, type ScatterNdAttrs, type ScatterNdInputs } from '@tensorflow/tfjs-core'
import { requireRank, slicesNamed } from './flat.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const scatterNd = nativeKernel<ScatterNdInputs, ScatterNdAttrs>(ScatterNd, {
  accepts: ({ inputs: { indices, updates }, attrs: { shape } }) =>
    requireDtype('int32', { indices }) ??
    (updates.dtype === 'float32' || updates.dtype === 'int32' ? undefined : `updates are ${updates.dtype}`) ??
    requireRank((shape as number[]).length),
  run({ inputs: { indices, updates }, attrs, backend }) {
    const shape = attrs.shape as number[]
    const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
      updates as never,
      indices as never,
      shape,
    )
    const x = backend.ptr(updates)
    const y = backend.output(shape, updates.dtype)
    if (outputSize === 0) return y
    const slices = outputSize / sliceSize
    const ids = slicesNamed(backend, ScatterNd, {
      indices,
      count: numUpdates,
      strides: strides.slice(0, sliceRank),
      slices,
      shape,
    })
    segmentSum(backend.rt, {
      type: updates.dtype === 'float32' ? 'f32' : 'i32',
      x,
      ids,
      y: backend.ptr(y),
      n: numUpdates,
      width: sliceSize,
      segments: slices,
    })
    backend.release(ids)
    return y
  },
})
