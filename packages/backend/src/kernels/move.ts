import { ViewCopy } from '@lanewise/kernels'
import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'

/** What the kernels that move data share: one copy at a time, so one instance for all. */
export const copy = new ViewCopy()

/** For `accepts`: strings and complex numbers do not live in wasm memory. */
export function requireMovable(...infos: readonly TensorInfo[]): string | undefined {
  for (const { dtype } of infos) if (dtype === 'string' || dtype === 'complex64') return `a ${dtype} tensor`
  return undefined
}

/** `axis` counted from the front; throws as tfjs-core does where it is none. */
export function axisOf(axis: number, shape: number[]): number {
  const rank = shape.length
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis
  return util.parseAxisParam(axis, shape)[0]
}

export function elementType(dtype: DataType): 'f32' | 'i32' | 'u8' {
  return dtype === 'float32' ? 'f32' : dtype === 'int32' ? 'i32' : 'u8'
}

/** The box of x that starts at `begin` and has `size`, under the shape `outShape` of as many elements. */
export function sliceTo(
  backend: LanewiseBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
  outShape: number[],
): TensorInfo {
  const { shape, dtype } = x
  const whole = sizeOf(shape)
  if (sizeOf(size) === whole) return backend.alias(x, outShape)
  const bytes = bytesPerElement(dtype)
  const src = backend.ptr(x)
  const y = backend.output(outShape, dtype)
  let from = whole
  let to = sizeOf(size)
  if (to === 0) return y
  let offset = 0
  copy.start(bytes)
  for (let d = 0; d < size.length; d++) {
    from /= shape[d]
    to /= size[d]
    offset += begin[d] * from
    copy.dimension(size[d], from, to)
  }
  copy.run(backend.rt, src + offset * bytes, backend.ptr(y))
  return y
}

/**
 * x, seen as `shape`, with its dimensions in the order `perm`, under the shape `outShape` of as many elements. Where only
 * dimensions of one element change places, nothing is copied.
 */
export function transposeTo(
  backend: LanewiseBackend,
  x: TensorInfo,
  shape: readonly number[],
  perm: readonly number[],
  outShape: number[],
): TensorInfo {
  const y = transposed(backend, x, shape, perm, outShape)
  return y.dataId === x.dataId ? backend.alias(x, outShape) : y
}

/** Like {@link transposeTo}, for use inside of a kernel: where nothing is copied, x's data id is not counted once more. */
export function transposed(
  backend: LanewiseBackend,
  x: TensorInfo,
  shape: readonly number[],
  perm: readonly number[],
  outShape: number[],
): TensorInfo {
  let last = -1
  let moved = false
  for (let d = 0; d < perm.length; d++) {
    if (shape[perm[d]] === 1) continue
    if (perm[d] < last) moved = true
    last = perm[d]
  }
  if (!moved) return view(x, outShape)
  const src = backend.ptr(x)
  const y = backend.output(outShape, x.dtype)
  let to = sizeOf(shape)
  if (to === 0) return y
  const strides = stridesOf(shape)
  copy.start(bytesPerElement(x.dtype))
  for (let d = 0; d < perm.length; d++) {
    to /= shape[perm[d]]
    copy.dimension(shape[perm[d]], strides[perm[d]], to)
  }
  copy.run(backend.rt, src, backend.ptr(y))
  return y
}

/** Writes `from`, of numbers of four bytes, broadcast to `shape`, at the address `to`. */
export function spread(backend: LanewiseBackend, from: TensorInfo, shape: readonly number[], to: number): void {
  const missing = shape.length - from.shape.length
  let stride = sizeOf(from.shape)
  copy.start(4)
  let dense = sizeOf(shape)
  for (let d = 0; d < shape.length; d++) {
    const size = d < missing ? 1 : from.shape[d - missing]
    stride /= size
    dense /= shape[d]
    copy.dimension(shape[d], size === 1 ? 0 : stride, dense)
  }
  copy.run(backend.rt, backend.ptr(from), to)
}

/** x under another shape of as many elements, for use inside of a kernel: its data id is not counted once more. */
export function view({ dataId, dtype }: TensorInfo, shape: number[]): TensorInfo {
  return { dataId, shape, dtype }
}

/** Gives back what a kernel made from x on its way, unless it is a view of x. */
export function discard(backend: LanewiseBackend, made: TensorInfo, x: TensorInfo): void {
  if (made.dataId !== x.dataId) backend.disposeData(made.dataId)
}

/** Elements from one index to the next in each dimension of a dense tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride
    stride *= shape[d]
  }
  return strides
}
