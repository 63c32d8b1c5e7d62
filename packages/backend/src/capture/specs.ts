import { type DataType, Tensor } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { show } from '../show.ts'

/** Numbers of a float32, int32 or bool tensor (one byte each, 0 or 1) in row-major order. */
export type TypedArray = Float32Array | Int32Array | Uint8Array

/** What an input or a result of a captured step is. */
export interface Spec {
  readonly shape: number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
}

/** What stands for an input when a function is captured: its shape and type count, not its values. */
export type Example = Tensor | TypedArray | { shape: number[]; dtype?: DataType }

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }

/** The shape and type of an example; a typed array is a vector. */
export function specOf(name: string, example: unknown): Spec {
  if (example instanceof Float32Array) return { shape: [example.length], dtype: 'float32' }
  if (example instanceof Int32Array) return { shape: [example.length], dtype: 'int32' }
  if (example instanceof Uint8Array) return { shape: [example.length], dtype: 'bool' }
  if (typeof example !== 'object' || example === null || !Array.isArray((example as Spec).shape))
    throw new TypeError(`${name}: expected a tensor, a typed array or { shape, dtype }, got ${show(example)}`)
  const { shape, dtype = 'float32' } = example as { shape: number[]; dtype?: string }
  if (!shape.every((size) => Number.isInteger(size) && size >= 0))
    throw new TypeError(`${name}: shape: ${show(shape)} is not a list of whole numbers, 0 or more`)
  if (!isDtype(dtype)) throw new TypeError(`${name}: dtype: ${show(dtype)}; allowed are float32, int32 and bool`)
  return { shape: shape.slice(), dtype }
}

export function isDtype(dtype: string): dtype is Spec['dtype'] {
  return Object.hasOwn(arrays, dtype)
}

export function bytesOf({ shape, dtype }: Spec): number {
  return sizeOf(shape) * bytesPerElement(dtype)
}

/** Throws unless `array` can hold what `spec` says. */
export function checkArray(name: string, array: unknown, { shape, dtype }: Spec): void {
  if (!(array instanceof arrays[dtype]))
    throw new TypeError(`${name}: expected a ${arrays[dtype].name} (${dtype}), got ${describe(array)}`)
  if (array.length !== sizeOf(shape))
    throw new RangeError(`${name}: has ${array.length} numbers, expected ${sizeOf(shape)} (shape [${shape}])`)
}

/** Throws unless `tensor` is as `spec` says. */
export function checkTensor(name: string, tensor: Tensor, { shape, dtype }: Spec): void {
  if (tensor.isDisposed) throw new Error(`${name}: the tensor is disposed`)
  if (tensor.dtype !== dtype) throw new TypeError(`${name}: is ${tensor.dtype}, expected ${dtype}`)
  if (String(tensor.shape) !== String(shape) || tensor.shape.length !== shape.length)
    throw new RangeError(
      `${name}: has shape [${tensor.shape}], expected [${shape}]; captureByShape takes inputs of any shape`,
    )
}

export function describe(value: unknown): string {
  return value instanceof Tensor ? `a tensor of shape [${value.shape}]` : show(value)
}
