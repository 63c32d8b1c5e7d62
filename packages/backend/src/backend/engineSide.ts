import type { Runtime } from '@lanewise/kernels'
import { type BackendTimingInfo, backend_util, type DataType, KernelBackend, util } from '@tensorflow/tfjs-core'
import { Generator } from '../capture/generator.ts'
import type { Trace } from '../capture/trace.ts'
import { DataStore, type Entry, type NumericValues, sizeOf, UNWATCHED, type Values, WRITTEN } from '../data.ts'

/** What TensorFlow.js's engine asks of the backend `lanewise`: to keep data under data ids, to read it, and to let go of it. */
export class EngineSide extends KernelBackend {
  /** What kernels run on, or are recorded by. */
  rt: Runtime
  /** What holds the memory. */
  home: Runtime
  /** The function that is being recorded. */
  trace: Trace | undefined
  /** Counts what happens to data that captured steps use: see `Entry.watch`. */
  changes = 0
  readonly data: DataStore
  private disposed = false
  private randomGenerator: Generator | undefined
  /** How many kernels, and how many of backend-cpu's, are running now. */
  protected running = 0
  protected hosting = 0
  /** What the running kernels made, to be given back if they throw. */
  protected readonly created: Entry[] = []
  /** Addresses to free when backend-cpu's kernel has ended. */
  protected readonly deferred: number[] = []

  constructor(rt: Runtime) {
    super()
    this.rt = rt
    this.home = rt
    this.data = new DataStore(this)
  }

  override write(given: Values, shape: number[], dtype: DataType): object {
    const drawn = this.trace?.draws.of(this, given)
    const values = drawn === undefined ? given : drawn.values
    // Some kernels of backend-cpu give one value for none.
    const wrong = (count: number, size: number) => (this.hosting > 0 ? count < size : count !== size)
    if (values != null && wrong(values.length, sizeOf(shape)))
      throw new Error(`A tensor of shape [${shape}] holds ${sizeOf(shape)} values; ${values.length} are given`)
    // A view into wasm memory would be a tensor that changes when that memory is used again.
    const own = this.isWasmView(values) ? (values as NumericValues).slice() : values
    const entry = this.create(dtype, own)
    entry.draw = drawn?.draw
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

  get isDisposed(): boolean {
    return this.disposed
  }

  /** What captured steps draw random numbers from. */
  get generator(): Generator {
    this.randomGenerator ??= new Generator(this.home)
    return this.randomGenerator
  }

  protected create(dtype: DataType, values: Values | undefined): Entry {
    const entry = this.data.create(dtype, values)
    this.trace?.adopt(entry)
    return entry
  }

  protected free(ptr: number): void {
    if (this.disposed) return
    if (this.hosting > 0) this.deferred.push(ptr)
    else this.rt.heap.free(ptr)
  }

  protected numbers({ dtype, values }: Entry): NumericValues {
    if (dtype === 'string' || dtype === 'complex64' || values === undefined)
      throw new Error(`A ${dtype} tensor has no numbers in wasm memory`)
    return util.convertBackendValuesAndArrayBuffer(values, dtype) as NumericValues
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
