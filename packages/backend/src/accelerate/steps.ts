import type { Tensor } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { type CaptureOptions, capture, type Step } from '../capture/capture.ts'
import { CaptureError } from '../capture/error.ts'
import { config } from '../configure.ts'
import { replaying } from './eager.ts'

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
}

export interface AccelerateOptions extends CaptureOptions {
  /** For how many shapes of data each of a model's functions is captured; the one that was not used for longest goes. 8 by default. */
  limit?: number
}

/** How many calls make a change of state one that lasts. */
const SETTLED = 2
/** Shapes that are remembered, when all places are taken, to see whether they come again. */
const REMEMBERED = 64

/**
 * Does what an act does by replaying captured steps, one for each shape of the data; and as TensorFlow.js does it where
 * that can not be.
 */
export class Steps {
  private readonly act: Act
  private readonly options: CaptureOptions
  private readonly limit: number
  private readonly warn: (reason: string) => void
  /** In the order of their last use. */
  private readonly steps = new Map<string, Step<Tensor[]>>()
  private readonly missed = new Set<string>()
  private state: unknown[] | undefined
  /** Calls since the state changed. */
  private calls = 0
  /** Whether nothing can be captured in this state. */
  private refused = false
  /** What was tried in vain. */
  private readonly failed = new Set<string>()

  constructor(act: Act, { limit = 8, ...options }: AccelerateOptions, warn: (reason: string) => void) {
    this.act = act
    this.options = options
    this.limit = limit
    this.warn = warn
  }

  call(data: Data): Tensor[] {
    const backend = replaying()
    const { act } = this
    const step = backend === undefined ? undefined : this.stepFor(backend, data)
    if (step === undefined) return act.run(data)
    if (typeof step !== 'function') {
      // Where the data is at fault this throws, and says so better.
      const outputs = act.run(data)
      this.refuse(data, step)
      return outputs
    }
    try {
      act.prepare?.()
      return step(...(data.filter((tensor) => tensor !== null) as Tensor[]))
    } catch (error) {
      if (!(error instanceof CaptureError || data.some((tensor) => tensor?.isDisposed))) throw error
      // A weight is gone, or the data: what the model does then is for TensorFlow.js to say.
      this.clear()
      return act.run(data)
    }
  }

  /** Gives all memory back. What is called next is captured anew. */
  clear(): void {
    for (const { dispose } of this.steps.values()) dispose()
    this.steps.clear()
    this.missed.clear()
    this.failed.clear()
    this.refused = false
  }

  /** The step for such data; undefined where there is to be none; an error where it was tried in vain. */
  private stepFor(backend: LanewiseBackend, data: Data): Step<Tensor[]> | undefined | { error: unknown } {
    const isSettled = this.look(backend)
    if (this.refused) return undefined
    const key = keyOf(data)
    const known = this.steps.get(key)
    if (known !== undefined) {
      this.steps.delete(key)
      this.steps.set(key, known)
      return known
    }
    if (!isSettled || this.failed.has(key) || !this.admits(key)) return undefined
    const { act } = this
    try {
      const obstacle = act.obstacle()
      if (obstacle !== undefined) throw new CaptureError(obstacle)
      act.prepare?.()
      const record = act.record ?? act.run
      const examples = data.filter((tensor) => tensor !== null) as Tensor[]
      const fn = (...inputs: Tensor[]) => {
        let next = 0
        return record(data.map((tensor) => (tensor === null ? null : inputs[next++])))
      }
      const step = capture(fn, examples, this.options)
      this.steps.set(key, step)
      return step
    } catch (error) {
      return { error }
    }
  }

  private refuse(data: Data, { error }: { error: unknown }): void {
    // An error of this class holds for other shapes, too.
    if (error instanceof CaptureError) this.refused = true
    else this.failed.add(keyOf(data))
    this.warn(`${this.act.name}: ${error instanceof CaptureError ? error.reason : (error as Error).message}`)
  }

  /** Drops the steps if they are stale. Whether it is worth while to capture now: not where the state changes with each call. */
  private look(backend: LanewiseBackend): boolean {
    const state = [backend, config.winograd, ...this.act.state()]
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

  /** Makes room for a step, unless others would only be driven out by it. */
  private admits(key: string): boolean {
    if (this.steps.size < this.limit) return true
    if (!this.missed.delete(key)) {
      if (this.missed.size === REMEMBERED) this.missed.clear()
      this.missed.add(key)
      return false
    }
    for (const [oldest, { dispose }] of this.steps) {
      dispose()
      this.steps.delete(oldest)
      break
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
