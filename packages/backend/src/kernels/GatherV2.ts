import { runGather } from '@lanewise/kernels'
import { backend_util, GatherV2, type GatherV2Attrs, type GatherV2Inputs } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { axisOf, requireMovable } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const gatherV2 = nativeKernel<GatherV2Inputs, GatherV2Attrs>(GatherV2, {
  accepts: ({ inputs: { x, indices } }) => requireMovable(x) ?? requireDtype('int32', { indices }),
  run({ inputs: { x, indices }, attrs, backend }) {
    const axis = axisOf(attrs.axis, x.shape)
    const dim = x.shape[axis]
    const count = sizeOf(indices.shape)
    const at = backend.ptr(indices)
    if (backend.trace === undefined) checkIndices(backend, at, count, dim)
    else backend.trace.checkLater(at, count, dim, outside)
    const { batchSize, outerSize, sliceSize, outputShape } = backend_util.segment_util.collectGatherOpShapeInfo(
      x,
      indices,
      axis,
      attrs.batchDims ?? 0,
    )
    const src = backend.ptr(x)
    const y = backend.output(outputShape, x.dtype)
    if (sizeOf(outputShape) === 0) return y
    runGather(backend.rt, 'gather_rows', outerSize * count, {
      x: src,
      indices: at,
      y: backend.ptr(y),
      outer: outerSize,
      dim,
      n: count / batchSize,
      run: sliceSize * bytesPerElement(x.dtype),
    })
    return y
  },
})

const outside = (index: number, dim: number) => `GatherV2: the index value ${index} is not in [0, ${dim - 1}] (indices)`

function checkIndices(backend: LanewiseBackend, at: number, count: number, dim: number): void {
  const { i32 } = backend.rt
  for (let i = at >>> 2; i < (at >>> 2) + count; i++)
    if (i32[i] < 0 || i32[i] >= dim) throw new Error(outside(i32[i], dim))
}
