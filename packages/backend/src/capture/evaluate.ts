import { Tape, type TapeBuffer } from '@lanewise/kernels'
import type { DataType } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import type { NumericValues } from '../data.ts'
import type { Outside } from './outside.ts'
import type { Trace } from './trace.ts'

/**
 * Computes what lies at an address of a recording, where it depends on nothing but constants and what `allows` lets by; undefined
 * where it depends on inputs, random numbers, or anything else.
 */
export function evaluate(
  backend: LanewiseBackend,
  trace: Trace,
  [address, bytes, dtype]: [address: number, bytes: number, dtype: DataType],
  allows: (outside: Outside) => boolean,
): NumericValues | undefined {
  const { buffer, offset } = trace.recorder.find(address)
  const needed = neededFor(trace, buffer)
  const outside = [...trace.outside.values()].filter((one) => needed.has(one.buffer))
  for (const one of needed) if (one.kind === 'input' || trace.random.has(one)) return undefined
  if (!outside.every(allows)) return undefined
  const { home } = backend
  const tape = new Tape(
    home,
    { commands: [...trace.recorder.commands], results: new Set([buffer]) },
    { lean: false, fuse: false },
  )
  try {
    for (const { buffer, entry, variable } of outside)
      tape.place(buffer, backend.ptr(variable ?? { dataId: entry, shape: [entry.size], dtype: entry.dtype }))
    tape.prepare()
    tape.run()
    const at = buffer.address + offset
    const read = home.u8.slice(at, at + bytes)
    if (dtype === 'float32') return new Float32Array(read.buffer)
    return dtype === 'int32' ? new Int32Array(read.buffer) : read
  } finally {
    tape.dispose()
  }
}

/** The buffers that what a buffer holds by now was computed from, itself among them. */
function neededFor(trace: Trace, buffer: TapeBuffer): Set<TapeBuffer> {
  const needed = new Set([buffer])
  const { commands } = trace.recorder
  for (let i = commands.length - 1; i >= 0; i--) {
    const { operands } = commands[i]
    if (operands.some(({ writes, buffer }) => writes && needed.has(buffer)))
      for (const { buffer } of operands) needed.add(buffer)
  }
  return needed
}

/** Runs `act` as if nothing were recorded. */
export function suspended<T>(backend: LanewiseBackend, act: () => T): T {
  const { rt, trace } = backend
  backend.trace = undefined
  backend.rt = backend.home
  try {
    return act()
  } finally {
    backend.trace = trace
    backend.rt = rt
  }
}
