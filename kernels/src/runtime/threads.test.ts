import { globSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyNotWide } from '../wide/engine.ts'
import type { KernelBench } from './bench.ts'
import { randomF32 } from './lab.ts'
import { createRuntime, type Runtime } from './runtime.ts'

/** The work of a micro-benchmark is large enough to be shared out, and to be planned otherwise for several threads. */
const ops = globSync('*/*.bench.ts', { cwd: `${import.meta.dirname}/..` }).map((file) => file.split(/[\\/]/)[0])

/**
 * Of the largest result. What is made of matrix products sums the last rows of a block, where one or two are left, in another
 * order; Winograd's method magnifies that. All else is the same.
 */
const roundings = { attention: 1e-6, conv2d: 1e-6, gemm: 1e-6, gemv: 1e-6, lstm: 1e-6, winograd: 4e-6 }

const suites = ops.sort().flatMap((op) => {
  const rounding = roundings[op as keyof typeof roundings] ?? 0
  return whyNotWide() === undefined && rounding > 0
    ? [false, true].map((wide) => ({ op, rounding, wide }))
    : [{ op, rounding, wide: false }]
})

const floats = ({ buffer, byteLength }: Uint8Array) => new Float32Array(buffer as ArrayBuffer, 0, byteLength >>> 2)

/** The largest |a - b|, of the largest |b|. */
function difference(a: Float32Array, b: Float32Array): number {
  let apart = 0
  let largest = 0
  for (let i = 0; i < b.length; i++) {
    if (!Object.is(a[i], b[i])) apart = Math.max(apart, Math.abs(a[i] - b[i]))
    largest = Math.max(largest, Math.abs(b[i]) || 0)
  }
  return apart / largest
}

describe.each(suites)('$op, wide: $wide', async ({ op, rounding, wide }) => {
  const path = `${import.meta.dirname}/../${op}/${op}.bench.ts`
  const { cases } = (await import(/* @vite-ignore */ path)) as { cases: KernelBench[] }
  let rt: Runtime
  beforeAll(async () => {
    rt = await createRuntime({ threads: 5, wide })
  })
  afterAll(() => rt.dispose())

  const same = rounding === 0 ? 'the bits of' : `within ${rounding} of`
  it.each(cases)(`$label on 2 and 5 threads gives the same bits in each run, ${same} one thread's`, ({ prepare }) => {
    const start = rt.heap.alloc(64)
    const run = prepare(rt)
    const end = rt.heap.alloc(64)
    // Its inputs are zeros.
    if (op === 'lstm') rt.f32.set(randomF32((end - start) >>> 2, 1), start >>> 2)
    const memory = rt.u8.subarray(start, end)
    const before = memory.slice()
    const [one, two, five, again] = [1, 2, 5, 5].map((threads) => {
      memory.set(before)
      rt.threads = threads
      run()
      return memory.slice()
    })
    rt.threads = 1
    expect(Buffer.compare(five, again)).toBe(0)
    for (const result of [two, five])
      if (rounding === 0) expect(Buffer.compare(result, one)).toBe(0)
      else expect(difference(floats(result), floats(one))).toBeLessThan(rounding)
  })
})
