import { engine, type Optimizer, scalar, Tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core'
import { CaptureError } from '../capture/error.ts'
import { current } from '../register.ts'

/** A learning rate that stands for the one to come while a train step is recorded: none that anyone would choose, and a float32. */
const PLACEHOLDER = Math.fround(Math.PI * 1e-7)

/** What the optimizers of TensorFlow.js keep and their typings hide. */
interface Rated {
  learningRate: number
  /** Of gradient descent and momentum, which use it alone: the negative rate, made anew by `setLearningRate`. */
  c?: Tensor
  applyGradients(gradients: unknown): void
}

/** The learning rate of a recorded train step: variables that the step reads, so that the rate may change without a new recording. */
export class Rate {
  private readonly plus = constant(0)
  private readonly minus = constant(0)
  private last: number | Tensor = 0
  private backend = current()

  /** Takes over an optimizer's rate as it is now. */
  follow(optimizer: Optimizer): void {
    const { c, learningRate } = optimizer as unknown as Rated
    const now = c ?? learningRate
    if (now instanceof Tensor && now.isDisposed) throw new CaptureError('the optimizer is disposed')
    const backend = current()
    // What a backend held that was removed since is lost.
    if (Object.is(now, this.last) && backend === this.backend) return
    tidy(() => {
      this.plus.assign(scalar(learningRate))
      this.minus.assign(now instanceof Tensor ? now : scalar(-now))
    })
    this.last = now
    this.backend = backend
  }

  /** Runs `run` with the rate that an optimizer uses replaced by the variables. */
  record<R>(optimizer: Optimizer, run: () => R): R {
    const rated = optimizer as unknown as Rated
    const { applyGradients } = rated
    const undo = set(rated, 'applyGradients', (gradients) => {
      const { c } = rated
      const replaced =
        c === undefined
          ? [
              set(rated, 'learningRate', PLACEHOLDER),
              set(engine() as unknown as Maker, 'makeTensor', this.makeTensor()),
            ]
          : [set(rated, 'c', this.minus)]
      try {
        applyGradients.call(rated, gradients)
      } finally {
        for (const restore of replaced) restore()
      }
    })
    try {
      return run()
    } finally {
      undo()
    }
  }

  dispose(): void {
    this.plus.dispose()
    this.minus.dispose()
  }

  /** The engine's, which gives the variables where a tensor of the placeholder is asked for. */
  private makeTensor(): Maker['makeTensor'] {
    const target = engine() as unknown as Maker
    const { makeTensor } = target
    return (values, ...rest) => {
      const value = values instanceof Float32Array && values.length === 1 ? values[0] : 0
      if (value === PLACEHOLDER) return this.plus
      if (value === -PLACEHOLDER) return this.minus
      return makeTensor.call(target, values, ...rest)
    }
  }
}

interface Maker {
  makeTensor(values: unknown, ...rest: unknown[]): Tensor
}

function constant(value: number): Variable {
  return tidy(() => variable(scalar(value), false))
}

/** Sets a property and returns what undoes it, also where it was inherited. */
function set<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): () => void {
  const before = Object.getOwnPropertyDescriptor(object, key)
  object[key] = value
  return () => {
    if (before === undefined) delete object[key]
    else Object.defineProperty(object, key, before)
  }
}
