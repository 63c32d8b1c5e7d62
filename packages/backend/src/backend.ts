import type { Runtime } from '@lanewise/kernels'
import {
  type BackendTimingInfo,
  backend_util,
  buffer,
  type DataType,
  engine,
  KernelBackend,
  type KernelFunc,
  Tensor,
  type TensorBuffer,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { Trace } from './capture/trace.ts'
import {
  bytesPerElement,
  convert,
  DataStore,
  type Entry,
  type NumericValues,
  sizeOf,
  UNWATCHED,
  type Values,
  WRITTEN,
} from './data.ts'
import { show } from './show.ts'

type Outputs = TensorInfo | TensorInfo[]
type KernelArgs = Parameters<KernelFunc>[0]

/**
 * The TensorFlow.js backend `lanewise`.
 *
 * Kernels use `ptr`, `output`, `alias`, `workspace`, `derived` and `values`. backend-cpu's kernels, which serve what has
 * no SIMD kernel, use `data`, `makeTensorInfo`, `disposeIntermediateTensorInfo` and what else they find on their own
 * backend. While one of those runs, nothing is allocated in wasm memory and nothing is freed, so their views hold.
 */
export class LanewiseBackend extends KernelBackend {
  /** What kernels run on, or are recorded by. */
  rt: Runtime
  /** What holds the memory. */
  home: Runtime
  /** The function that is being recorded. */
  trace: Trace | undefined
  /** Counts what happens to data that captured steps use: see `Entry.watch`. */
  changes = 0
  readonly data: DataStore
  /** Tile size that backend-cpu's BatchMatMul reads. */
  readonly blockSize = 48
  private disposed = false
  /** How many kernels, and how many of backend-cpu's, are running now. */
  private running = 0
  private hosting = 0
  /** What the running kernels made, to be given back if they throw. */
  private readonly created: Entry[] = []
  private readonly workspaces: number[] = []
  /** Addresses to free when backend-cpu's kernel has ended. */
  private readonly deferred: number[] = []

  constructor(rt: Runtime) {
    super()
    this.rt = rt
    this.home = rt
    this.data = new DataStore(this)
  }

  // For kernels

  /**
   * The byte address of a tensor's data: f32 for float32, i32 for int32, one byte (0 or 1) for bool. Moves the data into
   * wasm memory if it is not there. Valid while the tensor lives.
   */
  ptr(info: TensorInfo): number {
    if (this.trace !== undefined) return this.trace.ptr(info)
    const entry = this.data.get(info.dataId)
    if (entry.dtype === info.dtype) return entry.ptr !== 0 ? entry.ptr : this.upload(entry)
    return this.derived(info, `as ${info.dtype}`, sizeOf(info.shape) * bytesPerElement(info.dtype), (ptr) =>
      this.store(ptr, convert(this.numbers(entry), info.dtype)),
    )
  }

  /** A new tensor in wasm memory; its content is undefined. */
  output(shape: number[], dtype: DataType): TensorInfo {
    if (!isShape(shape)) throw new TypeError(`output: shape: ${show(shape)} is not a list of whole numbers, 0 or more`)
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
      throw new TypeError(`output: dtype: ${show(dtype)} does not live in wasm memory; float32, int32 and bool do`)
    const size = sizeOf(shape)
    const ptr = this.rt.heap.alloc(size * bytesPerElement(dtype))
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
    const at = this.workspaces.lastIndexOf(ptr)
    if (at < 0) throw new Error(`release: ${ptr} is not a workspace`)
    this.workspaces.splice(at, 1)
    this.rt.heap.free(ptr)
  }

  /**
   * The address of `bytes` bytes that `fill` computed from this tensor, which is immutable: filled at the first call with this
   * key, and freed with the tensor's data. For packed weights and the like.
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
    if (entry.derived?.has(key) || entry.usedFor === key) return this.derived(info, key, bytes, fill)
    entry.usedFor = key
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
      if (--this.running === 0) this.created.length = 0
    }
  }

  /** Runs a kernel function of backend-cpu on this backend's data. */
  runHosted(run: KernelFunc, args: KernelArgs): Outputs {
    const made = this.created.length
    this.running++
    this.hosting++
    try {
      const out = run(args)
      return Array.isArray(out) ? out.map((info) => this.normalise(info)) : this.normalise(out)
    } catch (error) {
      this.abandon(made, this.workspaces.length)
      throw error
    } finally {
      if (--this.running === 0) this.created.length = 0
      this.hosting--
      if (this.hosting === 0 && this.deferred.length > 0) {
        for (const ptr of this.deferred) this.rt.heap.free(ptr)
        this.deferred.length = 0
      }
    }
  }

  /** True while a kernel of backend-cpu runs: then nothing may be allocated in wasm memory. */
  get isHosting(): boolean {
    return this.hosting > 0
  }

  // For the engine

  override write(values: Values, shape: number[], dtype: DataType): object {
    // Some kernels of backend-cpu give one value for none.
    const wrong = (given: number, size: number) => (this.hosting > 0 ? given < size : given !== size)
    if (values != null && wrong(values.length, sizeOf(shape)))
      throw new Error(`A tensor of shape [${shape}] holds ${sizeOf(shape)} values; ${values.length} are given`)
    // A view into wasm memory would be a tensor that changes when that memory is used again.
    const own = this.isWasmView(values) ? (values as NumericValues).slice() : values
    const entry = this.create(dtype, own)
    if (this.running > 0) this.created.push(entry)
    return entry
  }

  override move(dataId: object, values: Values, _shape: number[], dtype: DataType, refCount: number): void {
    this.data.adopt(dataId, dtype, values, refCount)
  }

  // Reads at once, whenever the promise is awaited: a scope that ends now disposes the tensor.
  override async read(dataId: object): Promise<Values> {
    return this.trace !== undefined ? this.trace.read(dataId) : this.readSync(dataId)
  }

  override readSync(dataId: object): Values {
    const entry = this.data.get(dataId)
    this.trace?.checkReadable(entry, `dataSync(), arraySync() or the like, after ${this.trace.kernel}`)
    if (entry.complexTensorInfos !== undefined) {
      const { real, imag } = entry.complexTensorInfos
      return backend_util.mergeRealAndImagArrays(
        this.readSync(real.dataId) as Float32Array,
        this.readSync(imag.dataId) as Float32Array,
      )
    }
    if (entry.ptr !== 0) return this.numbers(entry).slice()
    return util.convertBackendValuesAndArrayBuffer(entry.js as Values, entry.dtype)
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.data.find(dataId)
    if (entry === undefined) return true
    if (this.trace !== undefined && (force || entry.refCount === 1)) this.trace.checkDisposable(entry)
    entry.refCount--
    if (entry.watch !== UNWATCHED) this.changes++
    if (!force && entry.refCount > 0) return false
    if (entry.complexTensorInfos !== undefined) {
      this.disposeData(entry.complexTensorInfos.real.dataId, true)
      this.disposeData(entry.complexTensorInfos.imag.dataId, true)
      entry.complexTensorInfos = undefined
    }
    if (entry.ptr !== 0) this.free(entry.ptr)
    if (entry.derived !== undefined) for (const ptr of entry.derived.values()) this.free(ptr)
    entry.ptr = 0
    entry.js = undefined
    entry.derived = undefined
    this.data.delete(dataId)
    return true
  }

  override refCount(dataId: object): number {
    return this.data.find(dataId)?.refCount ?? 0
  }

  override incRef(dataId: object): void {
    const entry = this.data.get(dataId)
    entry.refCount++
    if (entry.watch === WRITTEN) this.changes++
  }

  decRef(dataId: object): void {
    const entry = this.data.find(dataId)
    if (entry !== undefined) entry.refCount--
  }

  override numDataIds(): number {
    return this.data.numDataIds()
  }

  override memory(): { unreliable: boolean; wasmBytesInUse: number; wasmBytesReserved: number } {
    return { unreliable: false, wasmBytesInUse: this.home.heap.inUse, wasmBytesReserved: this.home.i32.byteLength }
  }

  override async time(f: () => void): Promise<BackendTimingInfo> {
    const start = util.now()
    f()
    return { kernelMs: util.now() - start }
  }

  override floatPrecision(): 32 {
    return 32
  }

  /** Lets go of the wasm memory. Tensors that were not disposed lose their data. */
  override dispose(): void {
    if (this.disposed) return
    this.disposed = true
    this.home.dispose()
    this.rt = this.home = removed
  }

  // For backend-cpu's kernels

  makeTensorInfo(shape: number[], dtype: DataType, values?: Values | string[]): TensorInfo {
    const encode = dtype === 'string' && values != null && util.isString(values[0] as unknown as object)
    const own = encode ? (values as string[]).map((text) => util.encodeString(text)) : (values as Values)
    return { dataId: this.write(own, shape, dtype), shape, dtype }
  }

  makeOutput(values: Values, shape: number[], dtype: DataType): Tensor {
    return engine().makeTensorFromTensorInfo(this.makeTensorInfo(shape, dtype, values), this)
  }

  disposeIntermediateTensorInfo(info: TensorInfo): void {
    this.disposeData(info.dataId)
  }

  bufferSync(info: TensorInfo): TensorBuffer<never> {
    const values = this.readSync(info.dataId)
    const decoded = info.dtype === 'string' ? (values as Uint8Array[]).map((bytes) => util.decodeString(bytes)) : values
    return buffer(info.shape as never, info.dtype as 'float32', decoded as never)
  }

  // For captured steps

  get isDisposed(): boolean {
    return this.disposed
  }

  /** What was computed from an entry's values, which are about to change, is given back. */
  dropDerived(entry: Entry): void {
    if (entry.derived === undefined) return
    for (const ptr of entry.derived.values()) this.free(ptr)
    entry.derived = undefined
    entry.usedFor = undefined
  }

  // Private

  private create(dtype: DataType, values: Values | undefined): Entry {
    const entry = this.data.create(dtype, values)
    this.trace?.adopt(entry)
    return entry
  }

  private free(ptr: number): void {
    if (this.disposed) return
    if (this.hosting > 0) this.deferred.push(ptr)
    else this.rt.heap.free(ptr)
  }

  private abandon(made: number, taken: number): void {
    for (const entry of this.created.splice(made)) if (this.data.has(entry)) this.disposeData(entry, true)
    for (const ptr of this.workspaces.splice(taken)) this.rt.heap.free(ptr)
  }

  private upload(entry: Entry): number {
    const { dtype } = entry
    const values = this.numbers(entry)
    const ptr = this.rt.heap.alloc(values.length * bytesPerElement(dtype))
    if (dtype === 'bool') {
      const { u8 } = this.rt
      for (let i = 0; i < values.length; i++) u8[ptr + i] = values[i] ? 1 : 0
    } else this.store(ptr, hasType(values, dtype) ? values : convert(values, dtype))
    entry.ptr = ptr
    entry.size = values.length
    entry.js = undefined
    return ptr
  }

  private store(ptr: number, values: NumericValues): void {
    this.rt.store(ptr, values)
  }

  private numbers({ dtype, values }: Entry): NumericValues {
    if (dtype === 'string' || dtype === 'complex64' || values === undefined)
      throw new Error(`A ${dtype} tensor has no numbers in wasm memory`)
    return util.convertBackendValuesAndArrayBuffer(values, dtype) as NumericValues
  }

  /** Makes a hosted kernel's output hold what its type says: some kernels of backend-cpu only change the label. */
  private normalise(info: TensorInfo): TensorInfo {
    const entry = this.data.get(info.dataId)
    const { dtype } = info
    if (dtype === 'string' || dtype === 'complex64' || info instanceof Tensor) return info
    const values = this.numbers(entry)
    if (entry.dtype === dtype && hasType(values, dtype)) return info
    const converted = convert(values, dtype)
    if (entry.refCount === 1 && entry.ptr === 0) {
      entry.dtype = dtype
      entry.js = converted
      return info
    }
    this.disposeData(info.dataId)
    return { dataId: this.write(converted, info.shape, dtype), shape: info.shape, dtype }
  }

  private isWasmView(values: Values | null | undefined): boolean {
    const own = (values as NumericValues | undefined)?.buffer
    return own !== undefined && (own === this.home.i32.buffer || (this.home.shared && own instanceof SharedArrayBuffer))
  }
}

const removed = new Proxy({} as Runtime, {
  get: () => {
    throw new Error('The lanewise backend that held this tensor was removed')
  },
})

function isShape(shape: unknown): shape is number[] {
  if (!Array.isArray(shape)) return false
  for (let d = 0; d < shape.length; d++) if (!(Number.isInteger(shape[d]) && shape[d] >= 0)) return false
  return true
}

function hasType(values: NumericValues, dtype: DataType): boolean {
  if (dtype === 'float32') return values instanceof Float32Array
  if (dtype === 'int32') return values instanceof Int32Array
  return values instanceof Uint8Array
}
