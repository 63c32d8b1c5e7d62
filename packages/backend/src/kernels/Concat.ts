import { Concat, type ConcatAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { axisOf, copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const concat = nativeKernel<TensorInfo[], ConcatAttrs>(Concat, {
  accepts: ({ inputs }) => requireOneType(inputs) ?? requireMovable(inputs[0]),
  run({ inputs, attrs, backend }) {
    const first = inputs[0].shape
    const axis = axisOf(attrs.axis, first)
    const shape = first.slice()
    shape[axis] = 0
    let filled = 0
    for (const { shape: part } of inputs) {
      for (let d = 0; d < first.length; d++)
        if (part.length !== first.length || (d !== axis && part[d] !== first[d]))
          throw new Error(`Concat: shapes [${part}] and [${first}] differ in more than axis ${axis}`)
      shape[axis] += part[axis]
      if (part[axis] !== 0) filled++
    }
    if (sizeOf(shape) === 0) return backend.output(shape, inputs[0].dtype)
    if (filled === 1) return backend.alias(inputs.find((t) => t.shape[axis] !== 0) as TensorInfo, shape)
    return joinTo(backend, inputs, axis, shape)
  },
})

/** For `accepts`: numbers of several types are backend-cpu's affair; strings beside numbers are an error. */
export function requireOneType(inputs: readonly TensorInfo[]): string | undefined {
  const strings = inputs.filter(({ dtype }) => dtype === 'string').length
  if (strings > 0 && strings < inputs.length)
    throw new Error(
      `tensors: their types are ${inputs.map(({ dtype }) => dtype).join(', ')}; strings go with strings only`,
    )
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
  // All addresses first: to move an input into wasm memory may fail, and then nothing has been written.
  for (let i = 0; i < inputs.length; i++) backend.ptr(inputs[i])
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
    copy.run(backend.rt, backend.ptr(inputs[i]), dst)
    dst += own * bytes
  }
  return y
}
