import { env, setBackend } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { info } from '../src/index.ts'
import { properties } from './properties.ts'
import { sequences } from './sequence.ts'
import { describeTolerance } from './tolerances.ts'

/** LANEWISE_FUZZ=10000: that many calls of each kernel, and other ones each time unless LANEWISE_SEED says which. */
const { LANEWISE_FUZZ, LANEWISE_SEED } = process.env

/** Of each kernel's calls that many at least must be served by SIMD kernels; the others fall back. */
const NATIVE_SHARE = 0.5

export function compareNativeKernels(defaultSeed: number, defaultRuns = 1500): void {
  const runs = Number(LANEWISE_FUZZ ?? defaultRuns)
  const seed = Number(LANEWISE_SEED ?? (LANEWISE_FUZZ === undefined ? defaultSeed : Date.now() >>> 0))
  const counts = { calls: 0, native: 0 }
  beforeAll(async () => {
    await setBackend('lanewise')
    env().set('IS_TEST', true)
  })
  afterAll(() => {
    const { variant, wide, kernels } = info()
    const share = `${counts.calls} calls of ${kernels.native.length} kernels, ${counts.native} of them on SIMD kernels`
    console.log(`lanewise (${variant}${wide ? ', wide' : ''}) against backend-cpu: ${share}, seed ${seed}`)
  })

  describe('agree with backend-cpu', () => {
    for (const name of info().kernels.native)
      it(`${name}: ${describeTolerance(name)}`, async () => {
        expect(properties, 'a native kernel without a property').toHaveProperty(name)
        const { cases, check } = properties[name]
        const numRuns = Math.ceil(name in sequences ? runs / 10 : runs)
        let native = 0
        const property = fc.asyncProperty(cases, async (drawn) => {
          counts.calls++
          if (await check(drawn)) native++
        })
        await fc.assert(property, { numRuns, seed })
        counts.native += native
        expect(native).toBeGreaterThan(NATIVE_SHARE * numRuns)
      }, 600_000)
  })
}
