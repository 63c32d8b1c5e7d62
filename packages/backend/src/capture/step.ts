import type { Runtime } from '@lanewise/kernels'
import { engine, Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { DisposedError, type Entry, READ, sizeOf, WRITTEN } from '../data.ts'
import { show } from '../show.ts'
import { CaptureError } from './error.ts'
import { type Outside, ownData } from './outside.ts'
import type { Place, Recording } from './record.ts'
import { bytesOf, checkArray, checkTensor, describe, type TypedArray } from './specs.ts'
import type { Check } from './trace.ts'

/** A weight of a step, and what it was when the step last looked. */
interface Weight extends Omit<Outside, 'entry'> {
  entry: Entry
  version: number
  readonly isWritten: boolean
  /** The tensor, where it is not a variable's. */
  readonly info: TensorInfo
}

/** A tape with its inputs, weights and results: what is behind the function that `capture` gives. */
export class Replay {
  readonly inputs: readonly Place[]
  readonly outputs: readonly Place[]
  private readonly backend: LanewiseBackend
  private readonly recording: Recording
  private readonly weights: Weight[]
  private readonly written: Weight[]
  private seen = -1
  private disposed = false
  /** Views of the results, valid while memory does not grow. */
  private views: TypedArray[] = []
  private viewed: Runtime['f32'] | undefined

  constructor(backend: LanewiseBackend, recording: Recording) {
    this.backend = backend
    this.recording = recording
    this.inputs = recording.inputs
    this.outputs = recording.results
    this.weights = recording.outside.map((outside) => {
      const { dataId, entry, variable, buffer } = outside
      const isWritten = variable !== undefined && recording.assigned.has(variable)
      const info = { dataId, shape: [buffer.bytes / (entry.dtype === 'bool' ? 1 : 4)], dtype: entry.dtype }
      return { ...outside, isWritten, version: entry.version, info }
    })
    this.written = this.weights.filter(({ isWritten }) => isWritten)
    try {
      if (recording.generator !== undefined) recording.tape.place(recording.generator, backend.generator.address)
      this.prepare()
    } catch (error) {
      recording.tape.dispose()
      throw error
    }
  }

  get isDisposed(): boolean {
    return this.disposed
  }

  get isOrphaned(): boolean {
    return this.backend.isDisposed || this.weights.some(({ variable }) => variable?.isDisposed)
  }

  get failsLate(): boolean {
    return this.written.length > 0 && this.recording.checks.length > 0
  }

  /** Bytes of wasm memory. */
  get bytes(): number {
    return this.disposed ? 0 : this.recording.tape.bytes
  }

  call(given: readonly unknown[]): unknown {
    this.checkCount('step', 'inputs', given, this.inputs)
    for (let i = 0; i < given.length; i++) {
      const value = given[i]
      if (value instanceof Tensor) checkTensor(`step: inputs[${i}]`, value, this.inputs[i])
      else if (ArrayBuffer.isView(value)) checkArray(`step: inputs[${i}]`, value, this.inputs[i])
      else throw new TypeError(`step: inputs[${i}]: expected a tensor or a typed array, got ${describe(value)}`)
    }
    const { backend } = this
    const sources = given.map((value) => (value instanceof Tensor ? backend.ptr(value) : 0))
    this.prepare()
    // Before anything changes: there may be no room for them.
    const results = this.room()
    try {
      for (let i = 0; i < given.length; i++) {
        const value = given[i]
        if (value instanceof Tensor) {
          const to = addressOf(this.inputs[i])
          if (to !== 0) backend.home.u8.copyWithin(to, sources[i], sources[i] + bytesOf(this.inputs[i]))
        } else this.put(i, value as TypedArray)
      }
      this.replay()
    } catch (error) {
      for (const { dataId } of results) backend.disposeData(dataId)
      throw error
    }
    return this.results(results, given)
  }

  run(inputs: readonly TypedArray[], outputs: readonly TypedArray[]): void {
    if (!Array.isArray(inputs))
      throw new TypeError(`step.run: inputs: expected a list of typed arrays, got ${show(inputs)}`)
    if (!Array.isArray(outputs))
      throw new TypeError(`step.run: outputs: expected a list of typed arrays, got ${show(outputs)}`)
    this.checkCount('step.run', 'inputs', inputs, this.inputs)
    this.checkCount('step.run', 'outputs', outputs, this.outputs)
    for (let i = 0; i < inputs.length; i++)
      if (!fits(inputs[i], this.inputs[i])) checkArray(`step.run: inputs[${i}]`, inputs[i], this.inputs[i])
    for (let i = 0; i < outputs.length; i++)
      if (!fits(outputs[i], this.outputs[i])) checkArray(`step.run: outputs[${i}]`, outputs[i], this.outputs[i])
    this.prepare()
    for (let i = 0; i < inputs.length; i++) this.put(i, inputs[i])
    this.replay()
    if (this.viewed !== this.backend.home.f32) this.view()
    for (let i = 0; i < outputs.length; i++) outputs[i].set(this.views[i])
  }

  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    this.views = []
    this.viewed = undefined
    if (!this.backend.isDisposed) this.recording.tape.dispose()
  }

  private checkCount(what: string, name: string, given: readonly unknown[], expected: readonly Place[]): void {
    if (given.length === expected.length) return
    throw new TypeError(`${what}: ${name}: there are ${given.length}, expected ${expected.length}`)
  }

  private put(i: number, values: TypedArray): void {
    const { home } = this.backend
    const to = addressOf(this.inputs[i])
    // Nothing reads it.
    if (to === 0) return
    if (values instanceof Float32Array) home.f32.set(values, to >>> 2)
    else if (values instanceof Int32Array) home.i32.set(values, to >>> 2)
    else for (let n = 0; n < values.length; n++) home.u8[to + n] = values[n] === 0 ? 0 : 1
  }

  private replay(): void {
    const { backend, written, recording } = this
    if (recording.generator !== undefined) backend.generator.follow()
    recording.tape.run()
    // Variables are assigned now, whatever the checks say.
    for (let i = 0; i < written.length; i++) written[i].version = ++written[i].entry.version
    // Other steps look again; this one has seen it.
    if (written.length > 0) this.seen = ++backend.changes
    for (let i = 0; i < recording.steps.length; i++)
      for (let n = recording.steps[i][1]; n > 0; n--) recording.steps[i][0].incrementIterations()
    for (let i = 0; i < recording.checks.length; i++) this.check(recording.checks[i])
  }

  private check({ buffer, message }: Check): void {
    const { i32 } = this.backend.home
    const at = buffer.address >>> 2
    if (i32[at] !== 0) throw new Error(message(i32[at + 1]))
  }

  /** Data for the results, all or none. */
  private room(): TensorInfo[] {
    const { backend, outputs } = this
    const made: TensorInfo[] = []
    try {
      for (const { shape, dtype } of outputs) made.push(backend.output(shape.slice(), dtype))
    } catch (error) {
      for (const { dataId } of made) backend.disposeData(dataId)
      throw error
    }
    return made
  }

  private results(infos: readonly TensorInfo[], given: readonly unknown[]): unknown {
    const { backend, outputs } = this
    const { form } = this.recording
    const list = infos.map((info, i) => {
      const to = backend.ptr(info)
      const from = addressOf(outputs[i])
      backend.home.u8.copyWithin(to, from, from + bytesOf(outputs[i]))
      return engine().makeTensorFromTensorInfo(info, backend)
    })
    const { gradientDepth } = engine().state
    if (gradientDepth > 0) this.enterTape(given, list)
    if (form === 'none') return undefined
    if (form === 'tensor') return list[0]
    return form === 'list' ? list : Object.fromEntries((form as string[]).map((name, i) => [name, list[i]]))
  }

  /** A gradient that is asked for through a replay is an error, and not left out. */
  private enterTape(given: readonly unknown[], results: Tensor[]): void {
    const read = [...given, ...this.weights.map(({ variable }) => variable)].filter((one) => one instanceof Tensor)
    const target = engine() as unknown as { isTapeOn(): boolean; addTapeNode(...node: unknown[]): void }
    if (!target.isTapeOn()) return
    const refuse = () => {
      throw new CaptureError(
        'step: a replay has no gradient; capture the function that takes the gradient, or call inside of it what was captured',
      )
    }
    target.addTapeNode('CapturedStep', { ...read }, results, refuse, [], {})
  }

  private view(): void {
    const { f32, i32, u8 } = this.backend.home
    this.viewed = f32
    this.views = this.outputs.map((place) => {
      const at = addressOf(place)
      const size = sizeOf(place.shape)
      if (place.dtype === 'bool') return u8.subarray(at, at + size)
      const memory = place.dtype === 'float32' ? f32 : i32
      return memory.subarray(at >>> 2, (at >>> 2) + size)
    })
  }

  /** Sees to it that the tape finds the weights as they are now. */
  private prepare(): void {
    const { backend } = this
    if (this.disposed) throw new CaptureError('step: it is disposed; capture the function again')
    if (backend.isDisposed) throw new CaptureError('step: its backend was removed; capture the function again')
    if (backend.trace !== undefined)
      backend.trace.refuse('the function runs a captured step', 'call the function that the step was captured from')
    if (this.seen === backend.changes) return
    for (const weight of this.weights) this.look(weight)
    this.seen = backend.changes
    this.recording.tape.prepare()
    // Results that are weights may lie elsewhere now.
    this.viewed = undefined
  }

  private look(weight: Weight): void {
    const { backend } = this
    const { variable, isWritten, buffer } = weight
    const { tape } = this.recording
    if (variable?.isDisposed) throw disposed(weight)
    let found: Entry
    try {
      found = backend.data.get(variable?.dataId ?? weight.dataId)
    } catch (error) {
      throw error instanceof DisposedError ? disposed(weight) : error
    }
    if (variable !== undefined && isWritten) found = ownData(backend, variable)
    if (isWritten) backend.dropDerived(found)
    if (found.watch !== WRITTEN) found.watch = isWritten ? WRITTEN : READ
    const address = backend.ptr(variable ?? weight.info)
    tape.place(buffer, address)
    if (found !== weight.entry || found.version !== weight.version) tape.touch(buffer)
    weight.entry = found
    weight.version = found.version
  }
}

function disposed({ variable, kernel, info }: Weight): CaptureError {
  const what = variable === undefined ? `a weight of ${info.shape} numbers` : `the variable '${variable.name}'`
  return new CaptureError(`step: ${what}, which ${kernel} reads, is disposed; capture the function again`)
}

function addressOf({ buffer, offset }: Place): number {
  return buffer.address + offset
}

/** The quick part of `checkArray`. */
function fits(array: unknown, { dtype, buffer }: Place): boolean {
  return dtype === 'float32' && array instanceof Float32Array && array.length * 4 === buffer.bytes
}
