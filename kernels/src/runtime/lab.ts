import { afterAll, beforeAll, describe } from 'vitest'
import { whyNotWide } from '../wide/engine.ts'
import { supportedVariants, type Variant } from './features.ts'
import { createRuntime, type Runtime, SCRATCH_BYTES } from './runtime.ts'
import { shareOut } from './share.ts'
import type { Dilations, Windows } from './windows.ts'

const CANARY = 0x5a
const CANARY_BYTES = 64

type Numbers = ArrayLike<number>

/**
 * How a suite's kernels run:
 *
 * - `whole`: as an application runs them.
 * - `split`: each command's work items in three ranges, the last one first; work items are independent, so nothing changes.
 * - `edge`: one buffer of each test, or one workspace, ends where the memory ends, so that reading behind it traps.
 * - `high`: all buffers lie above 2 GB, where an address is negative as an i32.
 * - `2 threads`, `4 threads`: on so many, however small a command is.
 * - `wide`: compiled for 256-bit operations; only where the engine can.
 * - `checked`: on the checked build, which alone runs where tests are run on it (see checked.ts).
 */
export type LabMode = 'whole' | 'split' | 'edge' | 'high' | '2 threads' | '4 threads' | 'wide' | 'checked'

/** What the heap holds in `edge` mode, and how much lies behind it for the buffer at the edge. */
const EDGE_HEAP_BYTES = 64 << 20
const EDGE_BYTES = 4 << 20
/** It is one of a test's first buffers, drawn anew after each `done()`; where there are fewer, it is left for a workspace. */
const EDGE_CANDIDATES = 6

/** A kernel test's bench: puts inputs into wasm memory, reads outputs back, and notices writes outside of them. */
export class Lab {
  readonly rt: Runtime
  private readonly mode: LabMode
  private readonly taken: { ptr: number; bytes: number; before: number; behind: number }[] = []
  private readonly random = randomSequence(1)
  private edge = 0
  private edgeTaken = false
  private atEdge = 0
  /** Bytes between the scratch memory's end and the next block of the heap. */
  private readonly behindScratch: number

  constructor(rt: Runtime, mode: LabMode = 'whole') {
    this.rt = rt
    this.mode = mode
    this.behindScratch = rt.heap.capacity(rt.scratch) - SCRATCH_BYTES
    const end = rt.scratch + SCRATCH_BYTES
    rt.u8.fill(CANARY, end, end + this.behindScratch)
    if (mode === 'split') this.split()
    if (mode === 'edge') this.makeEdge()
    if (rt.threads > 1) rt.share = (at) => shareOut(rt.i32, at, Infinity, rt.threads)
    if (mode === 'high') rt.heap.alloc(2 ** 31)
  }

  private split(): void {
    const { rt, random } = this
    rt.end = (at) => {
      const items = rt.i32[at + 1]
      const cuts = [random(), random()].map((r) => Math.floor(r * (items + 1))).sort((a, b) => a - b)
      rt.range(at, cuts[1], items)
      rt.range(at, 0, cuts[0])
      rt.range(at, cuts[0], cuts[1])
    }
  }

  private makeEdge(): void {
    const { rt, random } = this
    const { heap } = rt
    heap.free(heap.alloc(EDGE_HEAP_BYTES))
    const heapEnd = rt.memory.buffer.byteLength
    rt.memory.grow(EDGE_BYTES >>> 16)
    rt.refreshViews()
    this.edge = rt.memory.buffer.byteLength
    const alloc = heap.alloc.bind(heap)
    const free = heap.free.bind(heap)
    heap.alloc = (bytes) => {
      if (this.edgeTaken || bytes > EDGE_BYTES || random() < 0.5) return alloc(bytes)
      this.edgeTaken = true
      return this.edge - Math.ceil(bytes / 4) * 4
    }
    heap.free = (ptr) => {
      if (ptr < heapEnd) free(ptr)
      else this.edgeTaken = false
    }
  }

  /** `bytes` bytes between canaries, filled with 0xff (NaN as f32), so that what a kernel leaves out shows. */
  out(bytes: number): number {
    const { rt } = this
    const isNext = this.taken.length === this.atEdge && bytes + CANARY_BYTES <= EDGE_BYTES
    const last = this.mode === 'edge' && !this.edgeTaken && isNext
    // A block of the checked build ends exactly where its buffer ends.
    const around = this.mode === 'checked' ? 0 : CANARY_BYTES
    const behind = last ? 0 : around
    const ptr = last ? this.edge - bytes : this.block(bytes + 2 * around) + around
    if (last) this.edgeTaken = true
    rt.u8.fill(CANARY, ptr - around, ptr)
    rt.u8.fill(0xff, ptr, ptr + bytes)
    rt.u8.fill(CANARY, ptr + bytes, ptr + bytes + behind)
    this.taken.push({ ptr, bytes, before: around, behind })
    return ptr
  }

  /** A block of the heap that is not at the edge. */
  private block(bytes: number): number {
    const { edgeTaken } = this
    this.edgeTaken = true
    const ptr = this.rt.heap.alloc(bytes)
    this.edgeTaken = edgeTaken
    return ptr
  }

  f32(values: Numbers): number {
    const ptr = this.out(values.length * 4)
    this.rt.f32.set(values, ptr >>> 2)
    return ptr
  }

  i32(values: Numbers): number {
    const ptr = this.out(values.length * 4)
    this.rt.i32.set(values, ptr >>> 2)
    return ptr
  }

  u8(values: Numbers): number {
    const ptr = this.out(values.length)
    this.rt.u8.set(values, ptr)
    return ptr
  }

  readF32(ptr: number, length: number): Float32Array {
    return this.rt.f32.slice(ptr >>> 2, (ptr >>> 2) + length)
  }

  readI32(ptr: number, length: number): Int32Array {
    return this.rt.i32.slice(ptr >>> 2, (ptr >>> 2) + length)
  }

  readU8(ptr: number, length: number): Uint8Array {
    return this.rt.u8.slice(ptr, ptr + length)
  }

  /** Frees all that was taken; throws if a canary around any of it was overwritten. */
  done(): void {
    const { u8, heap, memory } = this.rt
    const hurt: string[] = []
    for (const { ptr, bytes, before, behind } of this.taken) {
      for (let i = 0; i < CANARY_BYTES; i++) {
        if (i < before && u8[ptr - 1 - i] !== CANARY) hurt.push(`byte ${-1 - i} before a buffer of ${bytes}`)
        if (i < behind && u8[ptr + bytes + i] !== CANARY) hurt.push(`byte ${i} behind a buffer of ${bytes}`)
      }
      heap.free(behind > 0 ? ptr - CANARY_BYTES : ptr)
    }
    const scratchEnd = this.rt.scratch + SCRATCH_BYTES
    for (let i = 0; i < this.behindScratch; i++)
      if (u8[scratchEnd + i] !== CANARY) hurt.push(`byte ${i} behind the scratch memory`)
    this.taken.length = 0
    this.atEdge = Math.floor(this.random() * EDGE_CANDIDATES)
    if (hurt.length) throw new Error(`A kernel wrote outside its buffers: ${hurt.slice(0, 4).join('; ')}`)
    if (this.edge && memory.buffer.byteLength !== this.edge)
      throw new Error(`The edge moved: this suite needs more than ${EDGE_HEAP_BYTES} bytes`)
  }
}

/** Runs a suite once per wasm build that this engine supports, and in each {@link LabMode}. `lab()` is valid inside tests. */
export function describeVariants(name: string, suite: (lab: () => Lab, variant: Variant) => void): void {
  const [fastest, ...others] = supportedVariants()
  if (fastest === undefined) throw new Error('This engine runs none of the wasm builds')
  const runs: [Variant, LabMode][] = [
    [fastest, 'whole'],
    [fastest, 'split'],
    [fastest, 'edge'],
    [fastest, '2 threads'],
    ...others.flatMap((variant): [Variant, LabMode][] => [
      [variant, 'high'],
      [variant, '4 threads'],
    ]),
    ...(whyNotWide() === undefined ? ([[fastest, 'wide']] as [Variant, LabMode][]) : []),
  ]
  const checked = supportedVariants().map((variant): [Variant, LabMode] => [variant, 'checked'])
  for (const [variant, mode] of process.env['LANEWISE_CHECKED'] ? checked : runs) {
    describe(`${name} (${variant}${mode === 'whole' ? '' : `, ${mode}`})`, () => {
      let lab: Lab
      beforeAll(async () => {
        const threads = Number.parseInt(mode, 10) || 1
        const rt = await createRuntime({ variant, threads, wide: mode === 'wide' })
        if (rt.threads !== threads) throw new Error(`${mode}: ${rt.threadsReason}`)
        lab = new Lab(rt, mode)
      })
      afterAll(() => {
        lab.done()
        if (lab.rt.threads > 1) lab.rt.dispose()
      })
      suite(() => lab, variant)
    })
  }
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function randomSequence(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Uniform in [low, high), the same for the same seed. */
export function randomF32(length: number, seed: number, low = -1, high = 1): Float32Array {
  const random = randomSequence(seed)
  return Float32Array.from({ length }, () => low + (high - low) * random())
}

/** The largest of |actual - expected| / max(|expected|, floor); NaN and infinities must agree, else Infinity. */
export function maxRelativeError(actual: Numbers, expected: Numbers, floor = 1): number {
  if (actual.length !== expected.length) return Infinity
  let worst = 0
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i]
    const e = expected[i]
    if (Object.is(a, e) || a === e) continue
    if (!Number.isFinite(a) || !Number.isFinite(e)) return Infinity
    worst = Math.max(worst, Math.abs(a - e) / Math.max(Math.abs(e), floor))
  }
  return worst
}

const bits = new Int32Array(1)
const asFloat = new Float32Array(bits.buffer)

/** |actual - exact| in units of the last place of the f32 nearest to `exact`; NaN and infinities must agree, else Infinity. */
export function ulpError(actual: number, exact: number): number {
  const nearest = Math.fround(exact)
  if (Object.is(actual, nearest) || actual === nearest) return 0
  if (!Number.isFinite(actual) || !Number.isFinite(nearest)) return Infinity
  asFloat[0] = nearest
  const exponent = Math.max((bits[0] >>> 23) & 255, 1)
  return Math.abs(actual - exact) / 2 ** (exponent - 150)
}

/** How many windows of `filter` numbers, `dilation` apart, fit into `size` numbers, `stride` apart. */
export const outSize = (size: number, filter: number, stride: number, dilation = 1): number =>
  Math.max(0, Math.floor((size - (filter - 1) * dilation - 1) / stride) + 1)

/** x: batch, height, width and more; filter: height, width and more; pad: top, bottom, left, right. */
export function windowsOf(
  [batch, inHeight, inWidth]: number[],
  [filterHeight, filterWidth]: number[],
  [strideHeight, strideWidth]: number[],
  [padTop, padBottom, padLeft, padRight]: number[],
  [dilationHeight, dilationWidth]: number[],
): Windows & Dilations & { batch: number } {
  return {
    ...{ batch, inHeight, inWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft },
    ...{ dilationHeight, dilationWidth },
    outHeight: outSize(inHeight + padTop + padBottom, filterHeight, strideHeight, dilationHeight),
    outWidth: outSize(inWidth + padLeft + padRight, filterWidth, strideWidth, dilationWidth),
  }
}
