import { afterAll, beforeAll, describe } from 'vitest'
import { supportedVariants, type Variant } from './features.ts'
import { createRuntime, type Runtime } from './runtime.ts'

const CANARY = 0x5a
const CANARY_BYTES = 64

type Numbers = ArrayLike<number>

/** A kernel test's bench: puts inputs into wasm memory, reads outputs back, and notices writes outside of them. */
export class Lab {
  readonly rt: Runtime
  private readonly taken: { ptr: number; bytes: number }[] = []

  constructor(rt: Runtime) {
    this.rt = rt
  }

  /** `bytes` bytes between canaries, filled with 0xff (NaN as f32), so that what a kernel leaves out shows. */
  out(bytes: number): number {
    const ptr = this.rt.heap.alloc(bytes + 2 * CANARY_BYTES) + CANARY_BYTES
    this.rt.u8.fill(CANARY, ptr - CANARY_BYTES, ptr)
    this.rt.u8.fill(0xff, ptr, ptr + bytes)
    this.rt.u8.fill(CANARY, ptr + bytes, ptr + bytes + CANARY_BYTES)
    this.taken.push({ ptr, bytes })
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
    const { u8, heap } = this.rt
    const hurt: string[] = []
    for (const { ptr, bytes } of this.taken) {
      for (let i = 0; i < CANARY_BYTES; i++) {
        if (u8[ptr - 1 - i] !== CANARY) hurt.push(`byte ${-1 - i} before a buffer of ${bytes}`)
        if (u8[ptr + bytes + i] !== CANARY) hurt.push(`byte ${i} behind a buffer of ${bytes}`)
      }
      heap.free(ptr - CANARY_BYTES)
    }
    this.taken.length = 0
    if (hurt.length) throw new Error(`A kernel wrote outside its buffers: ${hurt.slice(0, 4).join('; ')}`)
  }
}

/** Runs a suite once per wasm build that this engine supports. `lab()` is valid inside tests. */
export function describeVariants(name: string, suite: (lab: () => Lab, variant: Variant) => void): void {
  for (const variant of supportedVariants()) {
    describe(`${name} (${variant})`, () => {
      let lab: Lab
      beforeAll(async () => {
        lab = new Lab(await createRuntime({ variant }))
      })
      afterAll(() => lab.done())
      suite(() => lab, variant)
    })
  }
}

/** Uniform in [low, high), the same for the same seed (mulberry32). */
export function randomF32(length: number, seed: number, low = -1, high = 1): Float32Array {
  const values = new Float32Array(length)
  let state = seed | 0
  for (let i = 0; i < length; i++) {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    values[i] = low + (high - low) * (((t ^ (t >>> 14)) >>> 0) / 4294967296)
  }
  return values
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

/** The number of f32 values between two f32 numbers. */
export function ulpDistance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity
  const order = (x: number) => {
    asFloat[0] = x
    return bits[0] < 0 ? -(bits[0] & 0x7fffffff) : bits[0]
  }
  return Math.abs(order(a) - order(b))
}

/** |actual - exact| in units of the last place of the f32 nearest to `exact`; NaN and infinities must agree, else Infinity. */
export function ulpError(actual: number, exact: number): number {
  const nearest = Math.fround(exact)
  if (Object.is(actual, nearest) || actual === nearest) return 0
  if (!Number.isFinite(actual) || !Number.isFinite(nearest)) return Infinity
  asFloat[0] = nearest
  const exponent = Math.max((bits[0] >>> 23) & 255, 1)
  return Math.abs(actual - exact) / 2 ** (exponent - 150)
}
