import { fillPattern, pad } from '@lanewise/kernels'
import { PadV2, type PadV2Attrs, type PadV2Inputs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement } from '../data.ts'
import { checkPaddings } from './checks.ts'
import { elementType, requireMovable, view } from './move.ts'
import { nativeKernel } from './native.ts'

export const padV2 = nativeKernel<PadV2Inputs, PadV2Attrs>(PadV2, {
  accepts({ inputs: { x }, attrs: { paddings } }) {
    checkPaddings(PadV2, 'paddings', paddings, x.shape.length)
    return requireMovable(x) ?? (x.shape.length > 6 ? `rank ${x.shape.length}` : undefined)
  },
  run({ inputs: { x }, attrs: { paddings, constantValue }, backend }) {
    const y = padded(backend, x, paddings, constantValue)
    return y.dataId === x.dataId ? backend.alias(x, y.shape) : y
  },
})

/** x with `value` around it: paddings[d] elements before and behind it in dimension d. A view of x where these are none. */
export function padded(
  backend: LanewiseBackend,
  x: TensorInfo,
  paddings: readonly (readonly [number, number])[],
  value: number,
): TensorInfo {
  const { shape, dtype } = x
  const outShape = shape.map((n, d) => paddings[d][0] + n + paddings[d][1])
  if (outShape.every((n, d) => n === shape[d])) return view(x, outShape)
  const src = backend.ptr(x)
  const y = backend.output(outShape, dtype)
  const pattern = fillPattern(value, elementType(dtype))
  pad(backend.rt, src, backend.ptr(y), shape, paddings, bytesPerElement(dtype), pattern)
  return y
}
