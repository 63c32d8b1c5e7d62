import { backend_util, Concat, type ConcatAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const concat = nativeKernel<TensorInfo[], ConcatAttrs>(Concat, {
  accepts: ({ inputs }) => requireOneType(inputs) ?? requireMovable(inputs[0]),
  run({ inputs, attrs, backend }) {
    const axis = util.parseAxisParam(attrs.axis, inputs[0].shape)[0]
    const shapes = inputs.map((t) => t.shape)
    backend_util.assertParamsConsistent(shapes, axis)
    const shape = backend_util.computeOutShape(shapes, axis)
    if (sizeOf(shape) === 0) return backend.output(shape, inputs[0].dtype)
    const filled = inputs.filter((t) => sizeOf(t.shape) > 0)
    if (filled.length === 1) return backend.alias(filled[0], filled[0].shape)
    return joinTo(backend, filled, axis, shape)
  },
})

export function requireOneType(inputs: readonly TensorInfo[]): string | undefined {
  for (const { dtype } of inputs) if (dtype !== inputs[0].dtype) return `${dtype} beside ${inputs[0].dtype}`
  return undefined
}

/** The inputs side by side: their dimensions before `axis` are rows, and one row of each after the other is a row of `shape`. */
export function joinTo(
  backend: LanewiseBackend,
  inputs: readonly TensorInfo[],
  axis: number,
  shape: number[],
): TensorInfo {
  const { dtype } = inputs[0]
  const bytes = bytesPerElement(dtype)
  const sources = inputs.map((t) => backend.ptr(t))
  const y = backend.output(shape, dtype)
  let rows = 1
  for (let d = 0; d < axis; d++) rows *= shape[d]
  const width = sizeOf(shape) / rows
  let dst = backend.ptr(y)
  for (let i = 0; i < inputs.length; i++) {
    const own = sizeOf(inputs[i].shape) / rows
    copy.start(bytes)
    copy.dimension(rows, own, width)
    copy.dimension(own, 1, 1)
    copy.run(backend.rt, sources[i], dst)
    dst += own * bytes
  }
  return y
}
