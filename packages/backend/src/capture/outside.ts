import type { TapeBuffer } from '@lanewise/kernels'
import { engine, type Variable } from '@tensorflow/tfjs-core'
import { EngineSide } from '../backend/engineSide.ts'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, type Entry } from '../data.ts'

/** Data that a recorded function found and did not make: a weight, a constant of the caller's. */
export interface Outside {
  readonly dataId: object
  readonly entry: Entry
  /** The variable that holds the data, if one does. */
  readonly variable: Variable | undefined
  readonly buffer: TapeBuffer
  /** Its address while the function is recorded. */
  readonly address: number
  /** The kernel that first used it. */
  readonly kernel: string
}

/** The registered variables whose data lives, or can live, in wasm memory. */
export function numericVariables(): Variable[] {
  return Object.values(engine().registeredVariables).filter(
    (variable) =>
      !variable.isDisposed && variable.dtype !== 'string' && variable.dtype !== 'complex64' && !isLost(variable),
  )
}

/** Whether a variable's data was in the memory of a backend that was removed. */
function isLost({ dataId }: Variable): boolean {
  const holder = engine().state.tensorInfo.get(dataId)?.backend
  return holder instanceof EngineSide && holder.isDisposed && holder.data.find(dataId)?.ptr !== 0
}

/**
 * Sees to it that a variable shares its data with no tensor, so that a data id tells whether a tensor or the variable was
 * meant, and the data can be written in place.
 */
export function ownData(backend: LanewiseBackend, variable: Variable): Entry {
  const entry = backend.data.get(variable.dataId)
  if (entry.refCount === 1 && entry.dtype === variable.dtype) return entry
  const from = backend.ptr(variable)
  const copy = backend.output(variable.shape, variable.dtype)
  const to = backend.ptr(copy)
  backend.home.u8.copyWithin(to, from, from + variable.size * bytesPerElement(variable.dtype))
  rebind(backend, variable, copy.dataId as Entry)
  return backend.data.get(variable.dataId)
}

interface Tracker {
  trackTensor(tensor: Variable, backend: LanewiseBackend): void
}

/** Gives a variable other data, which nobody holds yet: the data is not copied, and what it held before is let go. */
export function rebind(backend: LanewiseBackend, variable: Variable, data: Entry): void {
  engine().disposeTensor(variable)
  variable.dataId = data
  // A new data id counts as held once already; and `incRef` would count it on the backend that is active, which may be another one.
  ;(engine() as unknown as Tracker).trackTensor(variable, backend)
}
