import { scatter } from '@lanewise/kernels'
import {
  backend_util,
  SparseToDense,
  type SparseToDenseAttrs,
  type SparseToDenseInputs,
  type TensorInfo,
  TensorScatterUpdate,
  type TensorScatterUpdateInputs,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { requireRank, slicesNamed } from './flat.ts'
import { copy, requireMovable } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

/** `updates` at `indices` of a tensor of `shape` that is otherwise `rest`: as many numbers, or one for all places. */
function scattered(
  backend: LanewiseBackend,
  kernel: string,
  indices: TensorInfo,
  updates: TensorInfo,
  rest: TensorInfo,
  shape: number[],
): TensorInfo {
  const { dtype } = updates
  const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
    updates as never,
    indices as never,
    shape,
  )
  const bytes = bytesPerElement(dtype)
  const x = backend.ptr(updates)
  const from = backend.ptr(rest)
  const y = backend.output(shape, dtype)
  if (outputSize === 0) return y
  const slices = outputSize / sliceSize
  const ids = slicesNamed(backend, kernel, {
    indices,
    count: numUpdates,
    strides: strides.slice(0, sliceRank),
    slices,
    shape,
  })
  const to = backend.ptr(y)
  copy.start(bytes)
  copy.dimension(outputSize, rest.shape.length === 0 ? 0 : 1, 1)
  copy.run(backend.rt, from, to)
  const single = updates.shape.length === 0
  scatter(backend.rt, { x, ids, y: to, n: numUpdates, run: sliceSize * bytes, single, segments: slices })
  backend.release(ids)
  return y
}

export const tensorScatterUpdate = nativeKernel<TensorScatterUpdateInputs>(TensorScatterUpdate, {
  accepts: ({ inputs: { tensor, indices, updates } }) =>
    requireMovable(tensor) ??
    requireDtype('int32', { indices }) ??
    requireDtype(tensor.dtype, { updates }) ??
    (tensor.shape.length === 0 ? 'a tensor of rank 0' : undefined) ??
    requireRank(tensor.shape.length),
  run: ({ inputs: { tensor, indices, updates }, backend }) =>
    scattered(backend, TensorScatterUpdate, indices, updates, tensor, tensor.shape),
})

export const sparseToDense = nativeKernel<SparseToDenseInputs, SparseToDenseAttrs>(SparseToDense, {
  accepts: ({ inputs: { sparseIndices, sparseValues, defaultValue }, attrs: { outputShape } }) =>
    requireMovable(sparseValues) ??
    requireDtype('int32', { sparseIndices }) ??
    requireDtype(sparseValues.dtype, { defaultValue }) ??
    (defaultValue.shape.length === 0 ? undefined : 'defaultValue is no scalar') ??
    // One number for slices of several is no row to be copied.
    (sparseValues.shape.length === 0 && sliceSize(sparseIndices.shape, outputShape) !== 1
      ? 'one value for slices of several'
      : undefined) ??
    requireRank(outputShape.length),
  run: ({ inputs: { sparseIndices, sparseValues, defaultValue }, attrs: { outputShape }, backend }) =>
    scattered(backend, SparseToDense, sparseIndices, sparseValues, defaultValue, outputShape),
})

function sliceSize(indices: number[], shape: number[]): number {
  return sizeOf(shape.slice(indices.length > 1 ? indices[indices.length - 1] : 1))
}
