import type { Tensor } from '@tensorflow/tfjs-core'
import { show } from '../show.ts'
import { type CaptureOptions, capture, checkOptions, type Step } from './capture.ts'
import { specOf, type TypedArray } from './specs.ts'

/** What `captureByShape` takes besides a function. */
export interface ByShapeOptions extends CaptureOptions {
  /** Steps that are kept; the one that was not used for longest goes. 8 by default. */
  limit?: number
}

/** Captures for each shape of the inputs that it meets. */
export interface StepByShape<R = unknown> {
  (...inputs: (Tensor | TypedArray)[]): R
  /** The step for such inputs, captured if it is not there. It is disposed when it has to go. */
  step(...inputs: (Tensor | TypedArray)[]): Step<R>
  /** Steps that are kept now. */
  readonly size: number
  /** Gives the memory of all steps back; the next call captures anew. */
  dispose(): void
}

/** As `capture`, for inputs of any shape: a step is captured when a shape comes for the first time, and the latest are kept. */
export function captureByShape<R>(fn: (...inputs: never[]) => R, options: ByShapeOptions = {}): StepByShape<R> {
  if (typeof fn !== 'function') throw new TypeError(`captureByShape: fn: expected a function, got ${show(fn)}`)
  checkOptions('captureByShape', options, ['limit'])
  const { limit = 8, ...others } = options
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError(`captureByShape: limit: ${show(limit)} is not a whole number, 1 or more`)
  // In the order of their last use.
  const steps = new Map<string, Step<R>>()
  const stepFor = (inputs: (Tensor | TypedArray)[]): Step<R> => {
    const specs = inputs.map((input, i) => specOf(`step: inputs[${i}]`, input))
    const key = specs.map(({ shape, dtype }) => `${dtype} ${shape}`).join('; ')
    let step = steps.get(key)
    if (step === undefined) {
      step = capture(fn, specs, others)
      for (const [oldest, { dispose }] of steps) {
        if (steps.size < limit) break
        dispose()
        steps.delete(oldest)
      }
    } else steps.delete(key)
    steps.set(key, step)
    return step
  }
  const byShape = ((...inputs) => stepFor(inputs)(...inputs)) as StepByShape<R>
  return Object.defineProperties(byShape, {
    step: { value: (...inputs: (Tensor | TypedArray)[]) => stepFor(inputs) },
    size: { get: () => steps.size },
    dispose: {
      value: () => {
        for (const { dispose } of steps.values()) dispose()
        steps.clear()
      },
    },
  })
}
