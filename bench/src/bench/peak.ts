import { compileWide, whyNotWide } from '../../../kernels/src/wide/engine.ts'
import type { Engine } from '../measure/engines.ts'
import type { Named } from '../measure/workload.ts'

/** Floating-point operations of one run of a peak. */
export const PEAK_FLOPS = 20_000_000

/** 12 accumulators hide the latency of a multiply-add, and leave registers for its factors. */
const ACCUMULATORS = 12
const LANES = 4

const LOCAL_GET = 0x20
const LOCAL_SET = 0x21
const I32_CONST = 0x41
const END = 0x0b
const V128_LOAD = [0xfd, 0x00, 0x04]
const V128_STORE = [0xfd, 0x0b, 0x04]
const F32X4_RELAXED_MADD = [0xfd, 0x85, 0x02]
const COUNT = 0
const AT = 1

/** An unsigned number as wasm writes it. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]
}

function section(id: number, content: number[]): number[] {
  return [id, ...leb(content.length), ...content]
}

/**
 * A module with `run(count, 0)`: `count` times, each of `vectors` accumulators gets a product added that does not depend on the others.
 * Neighbouring accumulators have their own factors, as V8 wants it of what it pairs, where `paired`.
 */
function peakModule(vectors: number, paired: boolean): Uint8Array<ArrayBuffer> {
  const accumulator = (i: number) => 2 + i
  const factor = (i: number, which: number) => 2 + vectors + 2 * (paired ? i % 2 : 0) + which
  const load = (local: number, slot: number) => [
    LOCAL_GET,
    AT,
    ...V128_LOAD,
    ...leb(16 * slot),
    LOCAL_SET,
    ...leb(local),
  ]
  const each = (f: (i: number) => number[]) => Array.from({ length: vectors }, (_, i) => f(i)).flat()
  const body = [
    // One run of locals: the vectors.
    ...[1, ...leb(vectors + 4), 0x7b],
    ...each((i) => load(accumulator(i), i)),
    ...[0, 1].flatMap((i) => [...load(factor(i, 0), vectors + i), ...load(factor(i, 1), vectors + 2 + i)]),
    ...[0x03, 0x40],
    ...each((i) => [
      ...[factor(i, 0), factor(i, 1), accumulator(i)].flatMap((local) => [LOCAL_GET, ...leb(local)]),
      ...[...F32X4_RELAXED_MADD, LOCAL_SET, ...leb(accumulator(i))],
    ]),
    // count = count - 1; again unless it is 0
    ...[LOCAL_GET, COUNT, I32_CONST, 1, 0x6b, 0x22, COUNT, 0x0d, 0, END],
    ...each((i) => [LOCAL_GET, AT, LOCAL_GET, ...leb(accumulator(i)), ...V128_STORE, ...leb(16 * i)]),
    END,
  ]
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, 0x7f, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [1, 3, ...new TextEncoder().encode('run'), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ])
}

export type Peak = 128 | 256

/** The most multiply-adds that a core does in operations of so many bits: a limit, no peer. */
export function peakEngine(bits: Peak): Engine<Named> {
  const wide = bits === 256
  const vectors = wide ? 2 * ACCUMULATORS : ACCUMULATORS
  return {
    name: `peak ${bits}`,
    async start() {
      const reason = wide ? whyNotWide() : undefined
      if (reason !== undefined) throw new Error(reason)
    },
    async prepare() {
      const bytes = peakModule(vectors, wide)
      const module = wide ? compileWide(bytes) : new WebAssembly.Module(bytes)
      const { run } = new WebAssembly.Instance(module).exports as { run(count: number, at: number): void }
      const count = Math.round(PEAK_FLOPS / (2 * LANES * vectors))
      return { run: () => run(count, 0), dispose() {} }
    },
  }
}

/** The peaks that can be had here. */
export const peaks: readonly Engine<Named>[] = [
  peakEngine(128),
  ...(whyNotWide() === undefined ? [peakEngine(256)] : []),
]
