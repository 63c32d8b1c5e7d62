import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { bytesPerElement, convert, type Entry, hasType, type NumericValues, sizeOf, WRITTEN } from '../data.ts'
import { show } from '../show.ts'
import { EngineSide } from './engineSide.ts'

/** What SIMD kernels ask of the backend `lanewise`: addresses of tensors, of results, of workspaces, and of what is derived from weights. */
export class KernelSide extends EngineSide {
  /** What the running kernels took, in that order. */
  protected readonly workspaces: number[] = []

  /**
   * The byte address of a tensor's data: f32 for float32, i32 for int32, one byte (0 or 1) for bool. Moves the data into
   * wasm memory if it is not there. Valid while the tensor lives.
   */
  ptr(info: TensorInfo): number {
    if (this.trace !== undefined) return this.trace.ptr(info)
    const entry = this.data.get(info.dataId)
    if (entry.dtype === info.dtype) return entry.ptr !== 0 ? entry.ptr : this.upload(entry)
    return this.derived(info, `as ${info.dtype}`, bytesOf(sizeOf(info.shape), info.dtype), (ptr) =>
      this.rt.store(ptr, convert(this.numbers(entry), info.dtype)),
    )
  }

  /** A new tensor in wasm memory; its content is undefined. */
  output(shape: number[], dtype: DataType): TensorInfo {
    if (!isShape(shape)) throw new TypeError(`output: shape: ${show(shape)} is not a list of whole numbers, 0 or more`)
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
      throw new TypeError(`output: dtype: ${show(dtype)} does not live in wasm memory; float32, int32 and bool do`)
    const size = sizeOf(shape)
    const ptr = this.rt.heap.alloc(bytesOf(size, dtype))
    const entry = this.create(dtype, undefined)
    entry.ptr = ptr
    entry.size = size
    if (this.running > 0) this.created.push(entry)
    return { dataId: entry, shape, dtype }
  }

  /** The same data under another shape of as many elements. Copies nothing: the data id is counted once more. */
  alias(info: TensorInfo, shape: number[]): TensorInfo {
    const entry = this.data.get(info.dataId)
    if (sizeOf(shape) !== sizeOf(info.shape))
      throw new RangeError(
        `alias: shape: ${show(shape)} has ${sizeOf(shape)} elements, the tensor of shape ${show(info.shape)} has ${sizeOf(info.shape)}`,
      )
    entry.refCount++
    if (entry.watch === WRITTEN) this.changes++
    return { dataId: info.dataId, shape, dtype: info.dtype }
  }

  /** The address of `bytes` bytes for use inside a kernel, which gives them back with `release`. */
  workspace(bytes: number): number {
    const ptr = this.rt.heap.alloc(bytes)
    this.workspaces.push(ptr)
    return ptr
  }

  release(ptr: number): void {
    const { workspaces } = this
    const at = workspaces.lastIndexOf(ptr)
    if (at < 0) throw new Error(`release: ${ptr} is not a workspace`)
    if (at === workspaces.length - 1) workspaces.pop()
    else workspaces.splice(at, 1)
    this.rt.heap.free(ptr)
  }

  /**
   * The address of `bytes` bytes that `fill` computed from this tensor, which is immutable: filled at the first call with this
   * key, and freed with the tensor's data. For packed weights and the like. Tensors of several shapes can have the same data: what depends on
   * the shape says so in its key.
   */
  derived(info: TensorInfo, key: string, bytes: number, fill: (ptr: number) => void): number {
    const entry = this.data.get(info.dataId)
    const known = (this.trace === undefined ? entry.derived : this.trace.derivedFrom(entry))?.get(key)
    if (known !== undefined) return known
    const ptr = this.rt.heap.alloc(bytes)
    try {
      fill(ptr)
    } catch (error) {
      this.rt.heap.free(ptr)
      throw error
    }
    if (entry.watch === WRITTEN) this.changes++
    if (this.trace === undefined) entry.derived ??= new Map()
    const derived = this.trace === undefined ? entry.derived : this.trace.derivedFrom(entry)
    derived?.set(key, ptr)
    return ptr
  }

  /**
   * As `derived`, for what pays only when a tensor is used again, as weights are and activations are not: the first call with
   * this key computes nothing and returns 0.
   */
  derivedOnReuse(info: TensorInfo, key: string, bytes: number, fill: (ptr: number) => void): number {
    const entry = this.data.get(info.dataId)
    const isReused = this.trace?.isReused(entry, key)
    if (isReused !== undefined) return isReused ? this.derived(info, key, bytes, fill) : 0
    if (entry.derived?.has(key) || entry.usedFor?.has(key)) return this.derived(info, key, bytes, fill)
    entry.usedFor ??= new Set()
    entry.usedFor.add(key)
    return 0
  }

  /** A tensor's numbers, to be read only: for indices, paddings and the like. */
  values(info: TensorInfo): NumericValues {
    const entry = this.data.get(info.dataId)
    this.trace?.checkReadable(entry)
    const values = this.numbers(entry)
    if (entry.dtype !== info.dtype) return convert(values, info.dtype)
    return entry.ptr !== 0 ? values.slice() : values
  }

  /** Runs a SIMD kernel; what it made is given back if it throws. */
  runNative<A, R>(run: (args: A) => R, args: A): R {
    const made = this.created.length
    const taken = this.workspaces.length
    this.running++
    try {
      return run(args)
    } catch (error) {
      this.abandon(made, taken)
      throw error
    } finally {
      // What a kernel called by another one made is the other one's, too, to give back.
      if (--this.running === 0) this.forgetCreated()
    }
  }

  /** What was computed from an entry's values, which are about to change, is given back. */
  dropDerived(entry: Entry): void {
    entry.usedFor = undefined
    if (entry.derived === undefined) return
    for (const ptr of entry.derived.values()) this.free(ptr)
    entry.derived = undefined
  }

  /** The running kernel is done: what it made stays. Setting the length to 0 takes 0.1 us, as long as allocating the result. */
  protected forgetCreated(): void {
    while (this.created.length > 0) this.created.pop()
  }

  /** Takes back what was made and taken since there were so many tensors and workspaces: the kernel has thrown. */
  protected abandon(made: number, taken: number): void {
    for (const entry of this.created.splice(made)) if (this.data.has(entry)) this.disposeData(entry, true)
    for (const ptr of this.workspaces.splice(taken)) this.rt.heap.free(ptr)
  }

  private upload(entry: Entry): number {
    const { dtype } = entry
    const values = this.numbers(entry)
    const ptr = this.rt.heap.alloc(bytesOf(values.length, dtype))
    if (dtype === 'bool') {
      const { u8 } = this.rt
      for (let i = 0; i < values.length; i++) u8[ptr + i] = values[i] ? 1 : 0
    } else this.rt.store(ptr, hasType(values, dtype) ? values : convert(values, dtype))
    entry.ptr = ptr
    entry.size = values.length
    entry.js = undefined
    return ptr
  }
}

/** What kernels count elements with is an i32. Only of bool more have room in 4 GB; what has none is refused by the heap. */
const MOST_ELEMENTS = 2 ** 31 - 1

function bytesOf(size: number, dtype: DataType): number {
  const bytes = size * bytesPerElement(dtype)
  if (size > MOST_ELEMENTS && bytes < 2 ** 32)
    throw new RangeError(`A tensor of ${size} elements of ${dtype} is too large for lanewise: ${MOST_ELEMENTS} at most`)
  return bytes
}

function isShape(shape: unknown): shape is number[] {
  if (!Array.isArray(shape)) return false
  for (let d = 0; d < shape.length; d++) if (!(Number.isInteger(shape[d]) && shape[d] >= 0)) return false
  return true
}
