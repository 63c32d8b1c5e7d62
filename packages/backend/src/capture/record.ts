import { type Passes, Tape, type TapeBuffer } from '@lanewise/kernels'
import { engine, Tensor, type Variable } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, type Entry } from '../data.ts'
import { show } from '../show.ts'
import { Guard } from './guard.ts'
import type { Outside } from './outside.ts'
import { bytesOf, describe, isDtype, type Spec } from './specs.ts'
import { type Check, Trace } from './trace.ts'

/** Where an input or a result of a tape lies: `offset` bytes into a buffer. */
export interface Place extends Spec {
  readonly buffer: TapeBuffer
  readonly offset: number
}

export interface Recording {
  readonly tape: Tape
  readonly inputs: readonly Place[]
  readonly results: readonly Place[]
  readonly checks: readonly Check[]
  /** The state of the backend's generator, where it draws random numbers. */
  readonly generator: TapeBuffer | undefined
  /** How the function gave its results: alone, in a list, by name, or none. */
  readonly form: 'tensor' | 'list' | 'none' | readonly string[]
  /** What it uses that it has not made. */
  readonly outside: readonly Outside[]
  /** The variables that it assigns. */
  readonly assigned: ReadonlySet<Variable>
  /** Optimizers, and how many steps each makes. */
  readonly steps: readonly (readonly [optimizer: { incrementIterations(): void }, count: number])[]
}

/** Records what `fn` does with inputs as `specs` say. Nothing is computed, and nothing that exists changes. */
export function record(
  backend: LanewiseBackend,
  fn: (...inputs: Tensor[]) => unknown,
  specs: readonly Spec[],
  passes: Passes,
): Recording {
  const trace = new Trace(backend)
  const guard = new Guard(backend, trace)
  let drawn: ReturnType<typeof draw>
  try {
    engine().startScope('capture')
    try {
      drawn = draw(backend, trace, guard, fn, specs)
    } catch (error) {
      throw trace.refusal ?? error
    } finally {
      guard.restore()
      engine().endScope()
      release(backend, trace)
    }
  } finally {
    guard.close()
  }
  const { inputs, results, form, assignments } = drawn
  const { commands } = trace.recorder
  const { checks } = trace
  const read = new Set([...results, ...checks].map(({ buffer }) => buffer))
  const tape = new Tape(backend.home, { commands, results: read }, passes)
  const used = new Set(tape.outside)
  return {
    ...{ tape, inputs, results, form, checks, generator: trace.generatorBuffer },
    outside: [...trace.outside.values()].filter(({ buffer }) => used.has(buffer)),
    assigned: new Set(assignments.map(({ variable }) => variable)),
    steps: [...guard.steps],
  }
}

function draw(
  backend: LanewiseBackend,
  trace: Trace,
  guard: Guard,
  fn: (...inputs: Tensor[]) => unknown,
  specs: readonly Spec[],
) {
  const tensors = specs.map((spec) => placeholder(backend, trace, spec))
  const inputs = specs.map((spec, i) => ({ ...spec, ...trace.recorder.find(trace.ptr(tensors[i])) }))
  const given = fn(...tensors)
  if (trace.refusal !== undefined) throw trace.refusal
  const [form, list] = listOf(trace, given)
  const { assignments } = guard
  const overwritten = new Set<Entry>(assignments.map(({ before }) => before))
  const bytes = (tensor: Tensor) => tensor.size * bytesPerElement(tensor.dtype)
  // What is to be read when variables hold their new values already.
  const saved = (entry: Entry, tensor: Tensor) => {
    const from = trace.ptr(tensor)
    if (!overwritten.has(entry)) return from
    const to = trace.recorder.heap.alloc(bytes(tensor))
    trace.recorder.copy(from, to, bytes(tensor))
    return to
  }
  const results = list.map((tensor, i) => {
    trace.kernel = `result ${i}`
    const { buffer, offset } = trace.recorder.find(saved(backend.data.get(tensor.dataId), tensor))
    return { shape: tensor.shape.slice(), dtype: tensor.dtype as Spec['dtype'], buffer, offset }
  })
  const sources = assignments.map(({ variable, behind }) => saved(behind, variable))
  for (const [i, { variable, before }] of assignments.entries()) {
    trace.kernel = `the assignment of '${variable.name}'`
    trace.recorder.copy(
      sources[i],
      trace.outsideOf(before, { ...variable, dataId: before } as never).address,
      bytes(variable),
    )
  }
  refuseRandom(trace, results)
  trace.advance()
  return { inputs, results, form, assignments }
}

function placeholder(backend: LanewiseBackend, trace: Trace, { shape, dtype }: Spec): Tensor {
  const entry = backend.data.create(dtype, undefined)
  trace.adopt(entry)
  entry.ptr = trace.recorder.declare('input', bytesOf({ shape, dtype }))
  return engine().makeTensorFromTensorInfo({ dataId: entry, shape, dtype }, backend)
}

function listOf(trace: Trace, given: unknown): [Recording['form'], Tensor[]] {
  if (given instanceof Promise) {
    given.catch(() => {})
    trace.refuse(
      'the function is asynchronous, as with data(), whereAsync or booleanMaskAsync',
      'capture the part of it that reads no values',
    )
  }
  if (given === undefined || given === null) return ['none', []]
  const check = (name: string, value: unknown): Tensor => {
    if (!(value instanceof Tensor))
      throw new TypeError(
        `capture: ${name}: expected a tensor, got ${describe(value)}; a captured function gives tensors`,
      )
    if (value.isDisposed) throw new Error(`capture: ${name}: the function has disposed this tensor`)
    if (!isDtype(value.dtype))
      throw new TypeError(`capture: ${name}: is ${show(value.dtype)}; allowed are float32, int32 and bool`)
    return value
  }
  if (given instanceof Tensor) return ['tensor', [check('result', given)]]
  if (Array.isArray(given)) return ['list', given.map((value, i) => check(`result[${i}]`, value))]
  if (typeof given === 'object' && Object.getPrototypeOf(given) === Object.prototype) {
    const names = Object.keys(given)
    return [names, names.map((name) => check(`result.${name}`, (given as Record<string, unknown>)[name]))]
  }
  throw new TypeError(`capture: result: expected tensors, got ${show(given)}`)
}

/** Refuses random numbers made in JavaScript that reach a result or a variable: a replay would take the same ones again. */
function refuseRandom(trace: Trace, results: readonly Place[]): void {
  if (trace.random.size === 0) return
  const needed = new Set(results.map(({ buffer }) => buffer))
  const { commands } = trace.recorder
  for (let i = commands.length - 1; i >= 0; i--) {
    const { operands } = commands[i]
    if (operands.some(({ writes, buffer }) => writes && (buffer.kind === 'outside' || needed.has(buffer))))
      for (const { buffer } of operands) needed.add(buffer)
  }
  for (const buffer of trace.random)
    if (needed.has(buffer))
      trace.refuse(
        'the function makes random numbers in JavaScript (by Math.random, tf.rand, randomGamma or multinomial), which each replay would repeat',
        'draw them by randomUniform, randomNormal or truncatedNormal, or outside and pass them as an input',
      )
}

/** Lets go of what the function has made and kept. */
function release(backend: LanewiseBackend, trace: Trace): void {
  const { made } = trace
  for (const entry of [...made]) {
    const info = engine().state.tensorInfo.get(entry)
    while (backend.data.has(entry)) {
      if (info === undefined) backend.disposeData(entry)
      else engine().disposeTensor({ ...info, dataId: entry, size: info.bytes / bytesPerElement(info.dtype) } as never)
    }
  }
}
