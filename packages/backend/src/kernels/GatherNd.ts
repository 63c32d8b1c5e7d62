import { runGather } from '@lanewise/kernels'
import { backend_util, GatherNd, type GatherNdInputs } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { flatIndices } from './flat.ts'
import { requireMovable } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const gatherNd = nativeKernel<GatherNdInputs>(GatherNd, {
  accepts: ({ inputs: { params, indices } }) => requireMovable(params) ?? requireDtype('int32', { indices }),
  run({ inputs: { params, indices }, backend }) {
    const [shape, slices, sliceSize, strides] = backend_util.prepareAndValidate(params, indices)
    const size = sizeOf(params.shape)
    const x = backend.ptr(params)
    const y = backend.output(shape, params.dtype)
    if (slices === 0 || sliceSize === 0) return y
    const dim = size / sliceSize
    const rank = indices.shape[indices.shape.length - 1]
    const flat = flatIndices(backend, indices, slices, rank, strides, dim, params.shape)
    runGather(backend.rt, 'gather_rows', slices, {
      x,
      indices: flat,
      y: backend.ptr(y),
      outer: 1,
      dim,
      n: slices,
      run: sliceSize * bytesPerElement(params.dtype),
    })
    backend.release(flat)
    return y
  },
})
