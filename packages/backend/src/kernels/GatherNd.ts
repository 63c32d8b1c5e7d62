import { runGather } from '@lanewise/kernels'
import { backend_util, GatherNd, type GatherNdInputs } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { requireRank, slicesNamed } from './flat.ts'
import { requireMovable } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const gatherNd = nativeKernel<GatherNdInputs>(GatherNd, {
  accepts: ({ inputs: { params, indices } }) =>
    requireMovable(params) ??
    requireDtype('int32', { indices }) ??
    requireRank(indices.shape[indices.shape.length - 1] ?? 0),
  run({ inputs: { params, indices }, backend }) {
    const [shape, count, sliceSize, strides] = backend_util.prepareAndValidate(params, indices)
    const x = backend.ptr(params)
    const y = backend.output(shape, params.dtype)
    if (count === 0 || sliceSize === 0) return y
    const slices = sizeOf(params.shape) / sliceSize
    const flat = slicesNamed(backend, GatherNd, { indices, count, strides, slices, shape: params.shape })
    runGather(backend.rt, 'gather_rows', count, {
      x,
      indices: flat,
      y: backend.ptr(y),
      outer: 1,
      dim: slices,
      n: count,
      run: sliceSize * bytesPerElement(params.dtype),
    })
    backend.release(flat)
    return y
  },
})
