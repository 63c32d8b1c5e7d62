import { OutOfMemoryError } from '@lanewise/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { type CapturedStep, type CaptureOptions, capture, type Step } from '../capture/capture.ts'
import { CaptureError } from '../capture/error.ts'
import { acceleratesByItself, config } from '../configure.ts'
import { replaying } from './eager.ts'
import { hold, letGo } from './held.ts'

/** What a model's own functions take: null stands for weights of samples that are not given. */
export type Data = readonly (Tensor | null)[]

/** One of the things that a model does with tensors. */
export interface Act {
  /** As a warning calls it. */
  readonly name: string
  /** As TensorFlow.js does it. */
  run(data: Data): Tensor[]
  /** `run`, for being recorded; `run` itself unless given. */
  record?(data: Data): Tensor[]
  /** What a recording depends on, besides the shapes and types of the data: it is stale when one of these is another one. */
  state(): unknown[]
  /** Why it is not to be recorded. */
  obstacle(): string | undefined
  /** Called before a recording, and before each replay; a `CaptureError` leaves the call to `run`. */
  prepare?(): void
  /** Whether it changes nothing, so that it may run once more when it failed. */
  readonly isRepeatable: boolean
  /** Where nobody asked for replays: as `state`, what else might change that a recording would not see. */
  watched(): unknown[]
  /** Where nobody asked for replays: what in JavaScript might do more than compute tensors, and so has to run each time. */
  doubt(): string | undefined
  /** Where nobody asked for replays: which call with a shape captures it. */
  readonly patience: number
}

/** What `accelerate` takes besides a model. */
export interface AccelerateOptions extends CaptureOptions {
  /** For how many shapes of data each of a model's functions is captured; the one that was not used for longest goes. 8 by default. */
  limit?: number
}

/** How a model's functions are captured: the same object for all of them, which may change. */
export interface Policy {
  /**
   * Whether nobody asked for it: then a shape is captured when it has come several times, and a recording is trusted only where it
   * is certain to do what the function does.
   */
  automatic: boolean
  limit: number
  capture: CaptureOptions
  /** Told why something is not captured. */
  warn(reason: string): void
}

export const LIMIT = 8
/** How many calls make a change of state one that lasts. */
const SETTLED = 2
/** Shapes that are remembered to see whether they come again. */
const REMEMBERED = 512
/** Calls, all since a captured shape came last, that make another shape take its place where nobody asked for replays. */
const TAKEOVER = 32
/** Bytes that the steps of one function may hold where nobody asked for them. */
const MOST_BYTES = 256 * 2 ** 20

interface Kept {
  readonly step: Step<Tensor[]>
  /** Which call used it last. */
  used: number
}

interface Waiting {
  calls: number
  /** The first of these calls. */
  since: number
}

/**
 * Does what an act does by replaying captured steps, one for each shape of the data; and as TensorFlow.js does it where
 * that can not be.
 */
export class Steps {
  /** Why the last thing that was not captured was not. */
  reason: string | undefined
  private readonly act: Act
  private readonly policy: Policy
  /** In the order of their last use. */
  private readonly steps = new Map<string, Kept>()
  /** Shapes that may be captured when they come again, in the order in which they came last. */
  private readonly waiting = new Map<string, Waiting>()
  private state: unknown[] | undefined
  /** Calls since the state changed. */
  private calls = 0
  /** Whether nothing can be captured in this state. */
  private refused = false
  /** What was tried in vain. */
  private readonly failed = new Set<string>()
  /** Whether, where nobody asked for replays, it was looked for what is in the way of them. */
  private examined = false
  /** Whether a step runs, so that its memory is in use. */
  private running = false

  constructor(act: Act, policy: Policy) {
    this.act = act
    this.policy = policy
  }

  get size(): number {
    return this.steps.size
  }

  /** Of wasm memory. */
  get bytes(): number {
    let bytes = 0
    for (const { step } of this.steps.values()) bytes += step.bytes
    return bytes
  }

  /** Whether a step reads a weight that is gone, or its backend is. */
  get isOrphaned(): boolean {
    for (const { step } of this.steps.values()) if ((step as CapturedStep).isOrphaned) return true
    return false
  }

  call(data: Data): Tensor[] {
    const { act, policy } = this
    if (policy.automatic && !acceleratesByItself()) {
      this.release()
      return act.run(data)
    }
    const backend = replaying()
    const step = backend === undefined ? undefined : this.stepFor(backend, data)
    if (step === undefined) return act.run(data)
    if (typeof step !== 'function') {
      // Where the data is at fault this throws, and says so better.
      const outputs = act.run(data)
      this.refuse(data, step)
      return outputs
    }
    let failure: unknown
    this.running = true
    try {
      act.prepare?.()
      return step(...(data.filter((tensor) => tensor !== null) as Tensor[]))
    } catch (error) {
      failure = error
    } finally {
      this.running = false
    }
    // A weight is gone, or the data: what the model does then is for TensorFlow.js to say.
    const isGone = failure instanceof CaptureError || data.some((tensor) => tensor?.isDisposed)
    const isShort = policy.automatic && act.isRepeatable && failure instanceof OutOfMemoryError
    if (!isGone && !isShort) throw failure
    this.clear()
    return act.run(data)
  }

  /** Gives all memory back. What is called next is captured anew. */
  clear(): void {
    this.release()
    this.waiting.clear()
    this.failed.clear()
    this.refused = false
    this.examined = false
    this.reason = undefined
    this.state = undefined
  }

  /** Gives the memory of the steps back, unless one runs. Whether there was any. */
  release(): boolean {
    if (this.running || this.steps.size === 0) return false
    for (const { step } of this.steps.values()) step.dispose()
    this.steps.clear()
    letGo(this)
    return true
  }

  /** The step for such data; undefined where there is to be none; an error where it was tried in vain. */
  private stepFor(backend: LanewiseBackend, data: Data): Step<Tensor[]> | undefined | { error: unknown } {
    const isSettled = this.look(backend)
    if (this.refused) return undefined
    if (this.policy.automatic && !this.examined) {
      this.examined = true
      const error = this.examine()
      if (error !== undefined) return { error }
    }
    const key = keyOf(data)
    const known = this.steps.get(key)
    if (known !== undefined) {
      this.steps.delete(key)
      this.steps.set(key, known)
      known.used = this.calls
      return known.step
    }
    if (!isSettled || this.failed.has(key) || !this.admits(key)) return undefined
    try {
      const step = this.capture(data)
      this.steps.set(key, { step, used: this.calls })
      if (this.policy.automatic) hold(this, backend)
      return step
    } catch (error) {
      return { error }
    }
  }

  private capture(data: Data): Step<Tensor[]> {
    const { act, policy } = this
    const error = this.examine()
    if (error !== undefined) throw error
    const record = act.record ?? act.run
    const examples = data.filter((tensor) => tensor !== null) as Tensor[]
    const fn = (...inputs: Tensor[]) => {
      let next = 0
      return record(data.map((tensor) => (tensor === null ? null : inputs[next++])))
    }
    const step = capture(fn, examples, policy.capture) as Step<Tensor[]> & CapturedStep
    const bytes = this.bytes + step.bytes
    if (!policy.automatic || (bytes <= MOST_BYTES && !step.failsLate)) return step
    step.dispose()
    if (step.failsLate) throw new CaptureError('an index out of range would be an error only when weights have changed')
    throw new Error(`the steps would hold ${Math.ceil(bytes / 2 ** 20)} MB of memory`)
  }

  /** Prepares a recording; gives what is in its way. */
  private examine(): CaptureError | undefined {
    const { act, policy } = this
    const obstacle = act.obstacle() ?? (policy.automatic ? act.doubt() : undefined)
    if (obstacle !== undefined) return new CaptureError(obstacle)
    try {
      act.prepare?.()
      return undefined
    } catch (error) {
      if (error instanceof CaptureError) return error
      throw error
    }
  }

  private refuse(data: Data, { error }: { error: unknown }): void {
    // An error of this class holds for other shapes, too.
    if (error instanceof CaptureError) this.refused = true
    else {
      if (this.failed.size === REMEMBERED) this.failed.clear()
      this.failed.add(keyOf(data))
    }
    this.reason = `${this.act.name}: ${error instanceof CaptureError ? error.reason : (error as Error).message}`
    this.policy.warn(this.reason)
  }

  /** Drops the steps if they are stale. Whether it is worth while to capture now: not where the state changes with each call. */
  private look(backend: LanewiseBackend): boolean {
    const { act, policy } = this
    const state = [backend, config.winograd, ...act.state()]
    if (policy.automatic) state.push(...act.watched())
    const before = this.state
    if (before !== undefined && isSame(before, state)) {
      this.calls++
      return true
    }
    this.clear()
    const isHasty = before !== undefined && this.calls < SETTLED
    this.state = state
    this.calls = isHasty ? 0 : 1
    return !isHasty
  }

  /** Whether to capture for a shape now; makes room for it then. */
  private admits(key: string): boolean {
    const { steps, waiting, policy, calls } = this
    const isFull = steps.size >= policy.limit
    const [oldest] = isFull ? steps : []
    let wanted = isFull ? 2 : 1
    if (policy.automatic) wanted = isFull ? TAKEOVER : this.act.patience
    let seen = waiting.get(key)
    // A place that is in use stays where it is, or shapes by chance would drive out each other.
    const isUsed = policy.automatic && seen !== undefined && oldest !== undefined && oldest[1].used > seen.since
    if (seen === undefined || isUsed) seen = { calls: 0, since: calls }
    waiting.delete(key)
    if (++seen.calls < wanted) {
      if (waiting.size === REMEMBERED) waiting.delete(waiting.keys().next().value as string)
      waiting.set(key, seen)
      return false
    }
    if (oldest !== undefined) {
      oldest[1].step.dispose()
      steps.delete(oldest[0])
    }
    return true
  }
}

function keyOf(data: Data): string {
  let key = ''
  for (const tensor of data) key += tensor === null ? 'none;' : `${tensor.dtype} ${tensor.shape};`
  return key
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}
