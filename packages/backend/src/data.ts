import { type backend_util, type DataType, engine, type TensorInfo } from '@tensorflow/tfjs-core'
import type { EngineSide } from './backend/engineSide.ts'
import type { Draw } from './capture/draws.ts'

/** What a data id may hold: numbers, or the UTF-8 bytes of strings. */
export type Values = backend_util.BackendValues
export type NumericValues = Float32Array | Int32Array | Uint8Array

/** Bytes that an element of this type takes in wasm memory; bool takes one. */
export function bytesPerElement(dtype: DataType): number {
  return dtype === 'bool' ? 1 : 4
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i]
  return size
}

/** `Entry.watch`. */
export const UNWATCHED = 0
export const READ = 1
export const WRITTEN = 2

/** A copy of `values` as `dtype` stores it: int32 drops the fraction, bool is 0 or 1. */
export function convert(values: ArrayLike<number>, dtype: DataType): NumericValues {
  if (dtype === 'float32') return Float32Array.from(values)
  if (dtype === 'int32') return Int32Array.from(values)
  return Uint8Array.from(values, (value) => (value ? 1 : 0))
}

/** Whether values lie in the array that this type has. */
export function hasType(values: NumericValues, dtype: DataType): boolean {
  if (dtype === 'float32') return values instanceof Float32Array
  if (dtype === 'int32') return values instanceof Int32Array
  return values instanceof Uint8Array
}

/**
 * The data of one data id. The entry is its own data id, so that finding a tensor's data is a property read; only ids
 * that were born in another backend need a table.
 *
 * The values are a JavaScript array until a kernel asks for their address; then they live in wasm memory only.
 */
export class Entry {
  store: DataStore | undefined
  dtype: DataType
  refCount = 1
  /** The values, while they are not in wasm memory. */
  js: Values | undefined
  /** Byte address in wasm memory, or 0. */
  ptr = 0
  /** Elements at `ptr`. */
  size = 0
  /** The parts of a complex64 tensor, as backend-cpu's kernels keep them. */
  complexTensorInfos: { real: TensorInfo; imag: TensorInfo } | undefined
  /** Addresses of what was computed from the values, by key. */
  derived: Map<string, number> | undefined
  /** The keys of what is to be derived when it is asked for again. */
  usedFor: Set<string> | undefined
  /** The recording that made it, to which `ptr` is an address without memory. */
  trace: object | undefined
  /** Whether it was made, while recording, of random numbers. */
  isRandom = false
  /** What captured steps draw instead of the values. */
  draw: Draw | undefined
  /** Whether captured steps read it (then disposing it counts as a change) or write it (then sharing it and deriving from it do, too). */
  watch: typeof UNWATCHED | typeof READ | typeof WRITTEN = UNWATCHED
  /** How often captured steps have written it. */
  version = 0

  constructor(store: DataStore, dtype: DataType, js: Values | undefined) {
    this.store = store
    this.dtype = dtype
    this.js = js
  }

  /** The values as backend-cpu's kernels read them: where they live in wasm memory, a view that lasts until it grows. */
  get values(): Values | undefined {
    const { ptr } = this
    if (ptr === 0 || this.trace !== undefined) return this.js
    const { home: rt } = (this.store as DataStore).backend
    if (this.dtype === 'float32') return rt.f32.subarray(ptr >>> 2, (ptr >>> 2) + this.size)
    if (this.dtype === 'int32') return rt.i32.subarray(ptr >>> 2, (ptr >>> 2) + this.size)
    return rt.u8.subarray(ptr, ptr + this.size)
  }
}

/** Thrown where a tensor's data is asked for after it was disposed; kernels then tell which input it was. */
export class DisposedError extends Error {
  override readonly name = 'DisposedError'

  constructor(message = 'This tensor is disposed: its data is gone') {
    super(message)
  }
}

/** The error of a kernel: where an input's data is gone, one that names the input. */
export function withInputName(error: unknown, kernel: string, inputs: object, backend: EngineSide): unknown {
  if (!(error instanceof DisposedError)) return error
  for (const [name, input] of Object.entries(inputs as Record<string, TensorInfo | null>))
    if (input && !backend.data.has(input.dataId) && !engine().state.tensorInfo.has(input.dataId))
      return new DisposedError(
        `${kernel}: ${/^\d/.test(name) ? `inputs[${name}]` : name} is disposed: its data is gone`,
      )
  return error
}

/** All entries of a backend. Has the methods of tfjs-core's `DataStorage` that backend-cpu's kernels call. */
export class DataStore {
  readonly backend: EngineSide
  /** Entries whose data id was made by another backend. */
  private moved = new WeakMap<object, Entry>()
  private count = 0

  constructor(backend: EngineSide) {
    this.backend = backend
  }

  create(dtype: DataType, values: Values | undefined): Entry {
    this.count++
    return new Entry(this, dtype, values)
  }

  /** Takes in a data id that another backend held; it may have been made here before. */
  adopt(dataId: object, dtype: DataType, values: Values, refCount: number): void {
    this.count++
    let entry: Entry
    if (dataId instanceof Entry && dataId.store === undefined) {
      entry = dataId
      entry.store = this
      entry.dtype = dtype
      entry.js = values
    } else {
      entry = new Entry(this, dtype, values)
      this.moved.set(dataId, entry)
    }
    entry.refCount = refCount
  }

  /** The entry of a data id, or undefined where this backend does not hold it. */
  find(dataId: object): Entry | undefined {
    return dataId instanceof Entry && dataId.store === this ? dataId : this.moved.get(dataId)
  }

  /** The entry of a data id; fetches it from the backend that holds it. */
  get(dataId: object): Entry {
    if (dataId instanceof Entry && dataId.store === this) return dataId
    let entry = this.moved.get(dataId)
    if (entry === undefined) {
      if (!engine().state.tensorInfo.has(dataId)) throw new DisposedError()
      engine().moveData(this.backend, dataId)
      entry = this.find(dataId) as Entry
    }
    return entry
  }

  has(dataId: object): boolean {
    return this.find(dataId) !== undefined
  }

  /** Forgets a data id. The entry's memory is the caller's affair. */
  delete(dataId: object): void {
    const entry = this.find(dataId)
    if (entry === undefined) return
    this.count--
    entry.store = undefined
    if (entry !== dataId) this.moved.delete(dataId)
  }

  numDataIds(): number {
    return this.count
  }
}
