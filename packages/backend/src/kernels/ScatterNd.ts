import { segmentSum } from '@lanewise/kernels'
import { backend_util, ScatterNd, type ScatterNdAttrs, type ScatterNdInputs } from '@tensorflow/tfjs-core'
import { flatIndices } from './flat.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const scatterNd = nativeKernel<ScatterNdInputs, ScatterNdAttrs>(ScatterNd, {
  accepts: ({ inputs: { indices, updates } }) =>
    requireDtype('int32', { indices }) ??
    (updates.dtype === 'float32' || updates.dtype === 'int32' ? undefined : `updates are ${updates.dtype}`),
  run({ inputs: { indices, updates }, attrs: { shape }, backend }) {
    const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
      updates as never,
      indices as never,
      shape as number[],
    )
    const x = backend.ptr(updates)
    const y = backend.output(shape as number[], updates.dtype)
    if (outputSize === 0) return y
    const segments = outputSize / sliceSize
    const ids = flatIndices(backend, indices, numUpdates, sliceRank, strides, segments, shape)
    segmentSum(backend.rt, {
      type: updates.dtype === 'float32' ? 'f32' : 'i32',
      x,
      ids,
      y: backend.ptr(y),
      n: numUpdates,
      width: sliceSize,
      segments,
    })
    backend.release(ids)
    return y
  },
})
