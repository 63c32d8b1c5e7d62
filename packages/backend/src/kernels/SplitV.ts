import { backend_util, SplitV, type SplitVAttrs, type SplitVInputs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement } from '../data.ts'
import { axisOf, copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const splitV = nativeKernel<SplitVInputs, SplitVAttrs>(SplitV, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs, backend }) {
    const axis = axisOf(attrs.axis, x.shape)
    const sizes = backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis)
    const shapes = sizes.map((size) => {
      const shape = x.shape.slice()
      shape[axis] = size
      return shape
    })
    return splitTo(backend, x, axis, sizes, shapes)
  },
})

/** x cut along `axis` into parts of `sizes`, under `shapes` of as many elements. */
export function splitTo(
  backend: LanewiseBackend,
  x: TensorInfo,
  axis: number,
  sizes: readonly number[],
  shapes: readonly number[][],
): TensorInfo[] {
  if (sizes.length === 1) return [backend.alias(x, shapes[0])]
  const bytes = bytesPerElement(x.dtype)
  let src = backend.ptr(x)
  let rows = 1
  for (let d = 0; d < axis; d++) rows *= x.shape[d]
  let inner = 1
  for (let d = axis + 1; d < x.shape.length; d++) inner *= x.shape[d]
  const width = x.shape[axis] * inner
  return sizes.map((size, i) => {
    const y = backend.output(shapes[i], x.dtype)
    const own = size * inner
    copy.start(bytes)
    copy.dimension(rows, width, own)
    copy.dimension(own, 1, 1)
    copy.run(backend.rt, src, backend.ptr(y))
    src += own * bytes
    return y
  })
}
