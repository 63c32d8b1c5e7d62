import type { Passes } from '@lanewise/kernels'
import { getBackend, type Tensor } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { current } from '../register.ts'
import { show } from '../show.ts'
import { CaptureError } from './error.ts'
import { record } from './record.ts'
import { type Example, type Spec, specOf, type TypedArray } from './specs.ts'
import { Replay } from './step.ts'

/** A captured function, which gives a tensor, tensors in a list or by name, or nothing. Called with tensors or typed arrays it gives new tensors, as the function did. */
export interface Step<R = unknown> {
  (...inputs: (Tensor | TypedArray)[]): R
  /** Replays on typed arrays alone, and allocates nothing: `outputs`, in the order of the results, are written. */
  run(inputs: readonly TypedArray[], outputs: readonly TypedArray[]): void
  /** Gives its memory back. */
  dispose(): void
  readonly isDisposed: boolean
  readonly inputs: readonly Spec[]
  readonly outputs: readonly Spec[]
  /** Bytes of wasm memory that it holds, weights not counted. */
  readonly bytes: number
}

/** What a step is besides, for this package. */
export interface CapturedStep extends Step {
  /** Whether it can not run again: a variable that it reads, or its backend, is gone. */
  readonly isOrphaned: boolean
  /** Whether a replay may throw when it has assigned variables already. */
  readonly failsLate: boolean
}

/** What `capture` takes besides a function and its examples. */
export interface CaptureOptions {
  /** What is done to the recorded commands; everything, unless it is switched off here. */
  passes?: Passes
}

/**
 * Records what `fn` does with inputs like `examples` (their shapes and types count) and returns a function that does the
 * same in one call into wasm. Variables are read, and written, where they lie: new values are seen by the next call.
 *
 * Throws a `CaptureError` where `fn` can not be captured. `fn` is called once and computes nothing: what it would change
 * stays as it is.
 */
export function capture<R>(
  fn: (...inputs: never[]) => R,
  examples: Example | readonly Example[],
  options: CaptureOptions = {},
): Step<R> {
  if (typeof fn !== 'function') throw new TypeError(`capture: fn: expected a function, got ${show(fn)}`)
  const list = Array.isArray(examples) ? (examples as readonly Example[]) : [examples as Example]
  const specs = list.map((example, i) => specOf(`capture: examples[${i}]`, example))
  const replay = replayOf(active('capture'), fn as never, specs, options)
  const step = ((...inputs) => replay.call(inputs)) as Step<R>
  const outward = ({ shape, dtype }: Spec): Spec => ({ shape, dtype })
  return Object.defineProperties(step, {
    run: { value: (inputs: TypedArray[], outputs: TypedArray[]) => replay.run(inputs, outputs) },
    dispose: { value: () => replay.dispose() },
    isDisposed: { get: () => replay.isDisposed },
    inputs: { value: replay.inputs.map(outward) },
    outputs: { value: replay.outputs.map(outward) },
    bytes: { get: () => replay.bytes },
    isOrphaned: { get: () => replay.isOrphaned },
    failsLate: { value: replay.failsLate },
  })
}

function active(what: string): LanewiseBackend {
  const backend = current()
  if (backend === undefined || getBackend() !== 'lanewise')
    throw new CaptureError(
      `${what}: needs the backend lanewise, and ${getBackend() || 'none'} is active; tf.setBackend('lanewise') first`,
    )
  return backend
}

const PASSES = ['lean', 'dead', 'fold', 'finish', 'fuse', 'chain', 'reuse']

function replayOf(
  backend: LanewiseBackend,
  fn: (...inputs: Tensor[]) => unknown,
  specs: Spec[],
  options: CaptureOptions,
): Replay {
  checkOptions('capture', options)
  if (backend.trace !== undefined)
    backend.trace.refuse('capture is called in a function that is being captured', 'capture the whole of it')
  return new Replay(backend, record(backend, fn, specs, options.passes ?? {}))
}

/** Throws unless these are options of `capture`; `others` are options of the caller's own. */
export function checkOptions(what: string, options: CaptureOptions, others: readonly string[] = []): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${what}: options: expected an object, got ${show(options)}`)
  const names = ['passes', ...others]
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw new TypeError(`${what}: there is no option '${name}'; there is ${names.join(', ')}`)
  const { passes = {} } = options
  if (typeof passes !== 'object' || passes === null)
    throw new TypeError(`${what}: passes: expected an object, got ${show(passes)}`)
  for (const [name, value] of Object.entries(passes)) {
    if (!PASSES.includes(name))
      throw new TypeError(`${what}: there is no pass '${name}'; there are ${PASSES.join(', ')}`)
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`${what}: passes: ${name} is ${show(value)}; it may be true or false`)
  }
}
