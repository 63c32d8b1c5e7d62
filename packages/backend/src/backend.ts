import {
  buffer,
  type DataType,
  engine,
  type KernelFunc,
  Tensor,
  type TensorBuffer,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { KernelSide } from './backend/kernelSide.ts'
import { convert, hasType, type Values } from './data.ts'

type Outputs = TensorInfo | TensorInfo[]
type KernelArgs = Parameters<KernelFunc>[0]

/**
 * The TensorFlow.js backend `lanewise`, in three layers.
 *
 * The engine keeps data in it (`EngineSide`). SIMD kernels use `ptr`, `output`, `alias`, `workspace`, `derived` and `values` (`KernelSide`).
 * backend-cpu's kernels, which serve what has no SIMD kernel, use what is here: `data`, `makeTensorInfo`, `disposeIntermediateTensorInfo` and
 * what else they find on their own backend. While one of those runs, nothing is allocated in wasm memory and nothing is freed, so their views hold.
 */
export class LanewiseBackend extends KernelSide {
  /** Tile size that backend-cpu's BatchMatMul reads. */
  readonly blockSize = 48

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
      if (--this.running === 0) this.forgetCreated()
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
}
