import { globSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyNotWide } from '../wide/engine.ts'
import type { KernelBench } from './bench.ts'
import { randomF32 } from './lab.ts'
import { createRuntime, type Runtime } from './runtime.ts'

/** The work of a micro-benchmark is large enough to be shared out, and to be planned otherwise for several threads. */
const files = globSync('*/*.bench.ts', { cwd: `${import.meta.dirname}/..` }).map((file) => file.replaceAll('\\', '/'))
const THREADS = [2, 3, 5]

const modes = whyNotWide() === undefined ? [false, true] : [false]
const suites = files.sort().flatMap((file) => modes.map((wide) => ({ file, wide })))

describe.each(suites)('$file, wide: $wide', async ({ file, wide }) => {
  const { cases } = (await import(/* @vite-ignore */ `${import.meta.dirname}/../${file}`)) as { cases: KernelBench[] }
  let rt: Runtime
  beforeAll(async () => {
    rt = await createRuntime({ threads: Math.max(...THREADS), wide })
  })
  afterAll(() => rt.dispose())

  it.each(cases)(`$label gives on ${THREADS} threads the bits that it gives on one`, ({ prepare }) => {
    const heap = rt.heap.alloc(64)
    const run = prepare(rt)
    const end = rt.heap.alloc(64)
    // Its inputs are zeros.
    if (file.startsWith('lstm')) rt.f32.set(randomF32((end - heap) >>> 2, 1), heap >>> 2)
    const memory = rt.u8.subarray(heap, end)
    const before = memory.slice()
    const results = [1, ...THREADS].map((threads) => {
      memory.set(before)
      rt.threads = threads
      run()
      return memory.slice()
    })
    for (const result of results.slice(1)) expect(Buffer.compare(result, results[0])).toBe(0)
    rt.threads = 1
  })
})
