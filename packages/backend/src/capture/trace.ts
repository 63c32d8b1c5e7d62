import {
  cast,
  RANDOM_STATE_BYTES,
  Recorder,
  random,
  runCheck,
  runRandomAdvance,
  type TapeBuffer,
} from '@lanewise/kernels'
import type { DataType, TensorInfo, Variable } from '@tensorflow/tfjs-core'
import { engine, util } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, convert, type Entry, type NumericValues, sizeOf, type Values } from '../data.ts'
import { type Draw, Draws } from './draws.ts'
import { CaptureError } from './error.ts'
import { evaluate, suspended } from './evaluate.ts'
import type { Outside } from './outside.ts'

/** Two words that a replay leaves: whether something is wrong, and with which index. */
export interface Check {
  readonly buffer: TapeBuffer
  message(index: number): string
}

/** Kernels whose results have a shape that depends on data. */
const DATA_DEPENDENT = /^(Unique|NonMaxSuppressionV\d|Where|SparseFillEmptyRows|SparseReshape|Ragged\w+|String\w+)$/

/**
 * A function that is being recorded: what the backend asks instead of doing it. Tensors that the function makes have addresses
 * without memory; tensors from outside get one when they are first used.
 */
export class Trace {
  readonly recorder: Recorder
  /** The kernel that runs now, for errors. */
  kernel = 'the function'
  /** Data made while recording that is still held. */
  readonly made = new Set<Entry>()
  readonly outside = new Map<Entry, Outside>()
  /** Constants that hold random numbers. */
  readonly random = new Set<TapeBuffer>()
  readonly draws = new Draws()
  /** The address of what random numbers depend on, once there are some. */
  private generator = 0
  /** Whether random numbers were drawn since data was last written. */
  drawn = false
  /** The first reason not to record the function; it counts even where the function catches it. */
  refusal: CaptureError | undefined
  /** Who holds which data: set by the one who guards the variables. */
  readonly variables = new Map<Entry, Variable>()
  readonly backend: LanewiseBackend
  private readonly derived = new Map<Entry, Map<string, number>>()
  /** What each replay has to look at when it has ended. */
  readonly checks: Check[] = []
  private readonly usedFor = new Map<Entry, Set<string>>()
  private trains = false

  constructor(backend: LanewiseBackend) {
    this.backend = backend
    this.recorder = new Recorder(backend.home)
    this.recorder.onMemory = () =>
      this.refuse(
        `${this.kernel} reads or writes values in JavaScript for this call`,
        'compute it outside, and pass the result as an input',
      )
  }

  /** Takes note of the kernel that runs now. */
  enter(kernel: string): void {
    this.kernel = kernel
    this.trains ||= engine().state.gradientDepth > 0
  }

  refuse(what: string, advice: string): never {
    this.refusal ??= new CaptureError(`capture: ${what}; ${advice}`, what)
    throw this.refusal
  }

  refuseFallback(name: string, reason: string): never {
    if (DATA_DEPENDENT.test(name))
      this.refuse(
        `the shape of what ${name} gives depends on data`,
        'capture what comes before it and what comes after it, and run it in between',
      )
    this.refuse(
      `kernel ${name} has no SIMD version for this call (${reason})`,
      'leave it out of the function, and pass its result as an input',
    )
  }

  /** Has each replay look whether `n` indices are in [0, dim); where one is not, it throws what `message` says. */
  checkLater(indices: number, n: number, dim: number, message: (index: number, dim: number) => string): void {
    const found = this.recorder.heap.alloc(8)
    runCheck(this.recorder, 'check_range_i32', 1, { indices, found, n, dim })
    this.checks.push({ buffer: this.recorder.find(found).buffer, message: (index) => message(index, dim) })
  }

  /** Takes note of data that is made now. */
  adopt(entry: Entry): void {
    entry.trace = this
    this.made.add(entry)
    if (this.drawn) entry.isRandom = true
    this.drawn = false
  }

  /** What the state of the backend's generator is to this recording, if it draws random numbers. */
  get generatorBuffer(): TapeBuffer | undefined {
    return this.generator === 0 ? undefined : this.recorder.find(this.generator).buffer
  }

  /** Has the next replay draw others. To be called when all is recorded. */
  advance(): void {
    if (this.generator !== 0) runRandomAdvance(this.recorder, 'random_advance', 1, { state: this.generator })
  }

  /** The address, in the recording, of a tensor's data. */
  ptr(info: TensorInfo): number {
    const entry = this.backend.data.get(info.dataId)
    if (entry.trace === this) return entry.ptr !== 0 ? entry.ptr : this.constant(entry)
    if (entry.dtype === info.dtype) return this.outsideOf(entry, info).address
    // Some kernels of backend-cpu give data another type's name.
    return this.backend.derived(info, `as ${info.dtype}`, sizeOf(info.shape) * bytesPerElement(info.dtype), (ptr) =>
      this.recorder.store(ptr, convert(entry.values as NumericValues, info.dtype)),
    )
  }

  /** What was derived from an entry while recording. */
  derivedFrom(entry: Entry): Map<string, number> {
    if (entry.trace === this) {
      entry.derived ??= new Map()
      return entry.derived
    }
    let derived = this.derived.get(entry)
    if (derived === undefined) {
      derived = new Map()
      this.derived.set(entry, derived)
    }
    return derived
  }

  /**
   * Whether deriving pays: for a weight it does, but where a step of training makes new ones only at the second use (weights that are
   * not trainable stay, and eagerly they are what was used in the step before). Undefined for what is no weight.
   */
  isReused(entry: Entry, key: string): boolean | undefined {
    if (entry.trace === this) return undefined
    if (!(this.trains && this.variables.get(entry)?.trainable)) return true
    if (this.derivedFrom(entry).has(key)) return true
    const usedFor = this.usedFor.get(entry) ?? new Set()
    const isReused = usedFor.has(key)
    this.usedFor.set(entry, usedFor.add(key))
    return isReused
  }

  /** Throws where an entry's values are not known before the replay. */
  checkReadable(entry: Entry, by = this.kernel): void {
    if (this.isKnown(entry)) {
      if (entry.isRandom) this.drawn = true
      return
    }
    this.refuse(
      entry.trace === this
        ? `values are read that are known only in a replay, by ${by}`
        : `the values of a variable are read, by ${by}`,
      'return the tensor and read it outside',
    )
  }

  /** Whether an entry's values are the same in all replays, as what shapes alone say is. Then it has them in JavaScript, or lies outside. */
  isKnown(entry: Entry): boolean {
    if (entry.trace !== this) return !this.variables.has(entry)
    const { js, ptr, size, dtype } = entry
    if (js !== undefined) return true
    if (ptr === 0) return false
    const place: [number, number, DataType] = [ptr, size * bytesPerElement(dtype), dtype]
    entry.js = suspended(this.backend, () =>
      evaluate(this.backend, this, place, ({ variable }) => variable === undefined),
    )
    return entry.js !== undefined
  }

  /** As `read` of the backend. What nobody awaits must not reject. */
  read(dataId: object): Promise<Values> {
    try {
      const by = `data(), array(), whereAsync, booleanMaskAsync or the like, asynchronously, after ${this.kernel}`
      this.checkReadable(this.backend.data.get(dataId), by)
      return Promise.resolve(this.backend.readSync(dataId))
    } catch {
      return new Promise(() => {})
    }
  }

  /** Throws where data would be lost that was not made while recording. */
  checkDisposable(entry: Entry): void {
    if (entry.trace === this) this.made.delete(entry)
    else this.refuseDisposal()
  }

  refuseDisposal(): never {
    this.refuse('the function disposes a tensor that it has not made', 'dispose it outside')
  }

  /** The address, in the recording, of data from outside. */
  outsideOf(entry: Entry, { dataId, shape, dtype }: TensorInfo): Outside {
    const known = this.outside.get(entry)
    if (known !== undefined) return known
    const { recorder } = this
    const bytes = sizeOf(shape) * bytesPerElement(dtype)
    const address = recorder.declare('outside', bytes)
    const { buffer } = recorder.find(address)
    const outside = { dataId, entry, variable: this.variables.get(entry), buffer, address, kernel: this.kernel }
    this.outside.set(entry, outside)
    return outside
  }

  private constant(entry: Entry): number {
    const { recorder } = this
    const { dtype } = entry
    const values = convert(util.convertBackendValuesAndArrayBuffer(entry.js as Values, dtype) as NumericValues, dtype)
    entry.size = values.length
    if (entry.draw !== undefined) {
      entry.ptr = this.draw(entry.draw, dtype, values)
      return entry.ptr
    }
    entry.ptr = recorder.declare('constant', values.byteLength)
    recorder.store(entry.ptr, values)
    if (entry.isRandom) this.random.add(recorder.find(entry.ptr).buffer)
    return entry.ptr
  }

  private draw({ kernel, a, b }: Draw, dtype: DataType, values: NumericValues): number {
    const { recorder } = this
    const { heap } = recorder
    if (this.generator === 0) this.generator = recorder.declare('outside', RANDOM_STATE_BYTES)
    const n = values.length
    const y = heap.alloc(n * 4)
    random(recorder, kernel, { state: this.generator, y, n, stream: this.draws.made.size, a, b })
    let to = y
    if (dtype === 'bool') {
      to = heap.alloc(n)
      cast(recorder, 'cast_i32_bool', y, to, n)
      heap.free(y)
    }
    this.draws.made.set(recorder.find(to).buffer, values)
    return to
  }
}
