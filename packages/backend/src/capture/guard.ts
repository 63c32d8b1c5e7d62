import { engine, Optimizer, type Tensor, Variable } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, convert, type Entry, type NumericValues } from '../data.ts'
import { evaluate, suspended } from './evaluate.ts'
import { numericVariables, ownData, rebind } from './outside.ts'
import type { Trace } from './trace.ts'

interface Counter {
  incrementIterations(): void
}

/** What of the engine is replaced while a function is recorded. */
interface Watched {
  makeVariable(...args: unknown[]): Variable
  disposeTensor(tensor: Tensor): void
  disposeVariable(variable: Variable): void
}

/** A variable that a recorded function has assigned, and what it holds before and behind. */
export interface Assignment {
  readonly variable: Variable
  readonly before: Entry
  readonly behind: Entry
}

/**
 * Keeps what a recorded function would change as it is: variables get their data back, the counters of optimizers are not
 * counted up, and random numbers are noticed. `close` undoes all of it.
 */
export class Guard {
  /** Optimizers, and how many steps each made. */
  readonly steps = new Map<Counter, number>()
  private readonly backend: LanewiseBackend
  private readonly trace: Trace
  private readonly guarded: { variable: Variable; dataId: object; entry: Entry }[] = []
  private readonly undo: (() => void)[] = []

  constructor(backend: LanewiseBackend, trace: Trace) {
    this.backend = backend
    this.trace = trace
    try {
      for (const variable of numericVariables()) this.guard(variable, ownData(backend, variable))
    } catch (error) {
      this.close()
      throw error
    }
    backend.trace = trace
    backend.rt = trace.recorder.asRuntime
    this.undo.push(
      trace.draws.watch(() => {
        trace.drawn = true
      }),
    )
    this.watchIterations()
    this.watchVariables()
    this.watchDisposals()
  }

  /** What is assigned by now. */
  get assignments(): Assignment[] {
    const assigned: Assignment[] = []
    for (const { variable, entry } of this.guarded) {
      if (variable.isDisposed)
        this.trace.refuse(`the function disposes the variable '${variable.name}'`, 'dispose it outside')
      const behind = this.backend.data.get(variable.dataId)
      if (behind !== entry) assigned.push({ variable, before: entry, behind })
    }
    return assigned
  }

  /** Gives every variable its data back. */
  restore(): void {
    const { backend } = this
    for (const { variable, dataId } of this.guarded) {
      if (variable.isDisposed || variable.dataId === dataId) continue
      engine().disposeTensor(variable)
      variable.dataId = dataId
      engine().incRef(variable, backend)
    }
  }

  /** Ends the recording. */
  close(): void {
    const { backend } = this
    for (const undo of this.undo) undo()
    backend.trace = undefined
    backend.rt = backend.home
    for (const { variable, dataId, entry } of this.guarded) {
      if (!variable.isDisposed) backend.decRef(entry)
      else if (backend.disposeData(dataId)) engine().removeDataId(dataId, backend)
    }
  }

  private guard(variable: Variable, entry: Entry): void {
    this.trace.variables.set(entry, variable)
    this.backend.incRef(entry)
    this.guarded.push({ variable, dataId: variable.dataId, entry })
  }

  private watchIterations(): void {
    const counter = Optimizer.prototype as unknown as Counter
    const { incrementIterations } = counter
    const { steps } = this
    counter.incrementIterations = function (this: Counter) {
      steps.set(this, (steps.get(this) ?? 0) + 1)
    }
    this.undo.push(() => {
      counter.incrementIterations = incrementIterations
    })
  }

  /** Variables made inside are made once, as layers and optimizers make theirs at first use, and with their first value. */
  private watchVariables(): void {
    this.replace('makeVariable', (makeVariable) => (...args) => {
      const variable = makeVariable(...args)
      try {
        if (variable.dtype !== 'string' && variable.dtype !== 'complex64') this.settle(variable)
      } catch (error) {
        variable.dispose()
        throw error
      }
      return variable
    })
  }

  /** What was there before stays. The backend is asked too late for that: the engine has counted by then. */
  private watchDisposals(): void {
    const { trace } = this
    const first = (engine() as unknown as { nextTensorId(): number }).nextTensorId()
    this.replace('disposeTensor', (dispose) => (tensor) => {
      // A variable that is assigned lets go of its data; and layers dispose what an earlier recording has left them.
      const isThere = engine().state.tensorInfo.has(tensor.dataId)
      if (tensor.id < first && isThere && !(tensor instanceof Variable)) trace.refuseDisposal()
      dispose(tensor)
    })
    this.replace('disposeVariable', (dispose) => (variable) => {
      if (variable.id < first)
        trace.refuse(`the function disposes the variable '${variable.name}'`, 'dispose it outside')
      dispose(variable)
    })
  }

  private replace<K extends keyof Watched>(key: K, wrap: (stock: Watched[K]) => Watched[K]): void {
    const target = engine() as unknown as Partial<Watched>
    target[key] = wrap((target[key] as (...args: unknown[]) => unknown).bind(target) as Watched[K])
    this.undo.push(() => {
      delete target[key]
    })
  }

  private settle(variable: Variable): void {
    const { backend, trace } = this
    const entry = backend.data.get(variable.dataId)
    if (entry.trace !== trace) {
      this.guard(
        variable,
        suspended(backend, () => ownData(backend, variable)),
      )
      return
    }
    const { dtype, size, name } = variable
    const values =
      entry.js === undefined
        ? suspended(backend, () =>
            evaluate(backend, trace, [entry.ptr, size * bytesPerElement(dtype), dtype], () => true, 'as drawn'),
          )
        : convert(entry.js as NumericValues, dtype)
    if (values === undefined)
      trace.refuse(
        `the function makes the variable '${name}' from its inputs`,
        'make the variable outside, and assign it inside',
      )
    const data = backend.data.create(dtype, values)
    rebind(backend, variable, data)
    this.guard(variable, data)
  }
}
