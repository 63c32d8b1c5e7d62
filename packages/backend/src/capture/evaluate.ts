import { Tape, type TapeBuffer } from '@lanewise/kernels'
import type { DataType } from '@tensorflow/tfjs-core'
import type { EngineSide } from '../backend/engineSide.ts'
import type { LanewiseBackend } from '../backend.ts'
import type { NumericValues } from '../data.ts'
import type { Outside } from './outside.ts'
import type { Trace } from './trace.ts'

/**
 * Computes what lies at an address of a recording, where it depends on nothing but constants and what `allows` lets by; undefined
 * where it depends on inputs, anything else, or random numbers, unless these are wanted `as drawn` while recording.
 */
export function evaluate(
  backend: LanewiseBackend,
  trace: Trace,
  [address, bytes, dtype]: [address: number, bytes: number, dtype: DataType],
  allows: (outside: Outside) => boolean,
  random: 'none' | 'as drawn' = 'none',
): NumericValues | undefined {
  const found = trace.recorder.find(address)
  const needed = neededFor(trace, found.buffer)
  const outside = [...trace.outside.values()].filter((one) => needed.has(one.buffer))
  const isRandom = (one: TapeBuffer) => trace.random.has(one) || trace.draws.made.has(one)
  for (const one of needed) if (one.kind === 'input' || (random === 'none' && isRandom(one))) return undefined
  if (!outside.every(allows)) return undefined
  const { home } = backend
  const { commands, replaced } = asDrawn(trace, needed)
  const buffer = replaced.get(found.buffer) ?? found.buffer
  const tape = new Tape(home, { commands, results: new Set([buffer]) }, { lean: false, fuse: false })
  try {
    for (const { buffer, entry, variable } of outside)
      tape.place(buffer, backend.ptr(variable ?? { dataId: entry, shape: [entry.size], dtype: entry.dtype }))
    tape.prepare()
    tape.run()
    const at = buffer.address + found.offset
    const read = home.u8.slice(at, at + bytes)
    if (dtype === 'float32') return new Float32Array(read.buffer)
    return dtype === 'int32' ? new Int32Array(read.buffer) : read
  } finally {
    tape.dispose()
  }
}

/** The commands with constants for what was drawn, where that is needed. */
function asDrawn(trace: Trace, needed: ReadonlySet<TapeBuffer>) {
  const { recorder, draws } = trace
  const replaced = new Map<TapeBuffer, TapeBuffer>()
  for (const [buffer, values] of draws.made) {
    if (!needed.has(buffer)) continue
    const address = recorder.declare('constant', values.byteLength)
    recorder.store(address, values)
    replaced.set(buffer, recorder.find(address).buffer)
  }
  const commands = recorder.commands
    .filter(({ operands }) => !operands.some(({ writes, buffer }) => writes && replaced.has(buffer)))
    .map((command) => ({
      ...command,
      operands: command.operands.map((operand) => ({
        ...operand,
        buffer: replaced.get(operand.buffer) ?? operand.buffer,
      })),
    }))
  return { commands, replaced }
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
export function suspended<T>(backend: EngineSide, act: () => T): T {
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
