import type { TapeBuffer } from '@lanewise/kernels'
import { engine, type Variable } from '@tensorflow/tfjs-core'
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
    ({ dtype, isDisposed }) => !isDisposed && dtype !== 'string' && dtype !== 'complex64',
  )
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

/** Gives a variable other data, which nobody holds yet: the data is not copied, and what it held before is let go. */
export function rebind(backend: LanewiseBackend, variable: Variable, data: Entry): void {
  engine().disposeTensor(variable)
  variable.dataId = data
  // A new data id counts as held once already.
  engine().incRef(variable, backend)
  backend.decRef(data)
}
