import { supportedVariants } from '@lanewise/kernels'
import { beforeAll, expect, it } from 'vitest'
import { bundle, line, run, type Setting } from './conformance.ts'

const setting: Setting = { variant: supportedVariants()[0], memory: 'shared', data: 'resident', threads: 1 }

beforeAll(bundle)

it("tfjs-core's own tests on the checked build", async () => {
  const summary = await run(setting)
  console.log(`On the checked build: ${line(setting, summary)}`)
  expect(summary.failed).toEqual([])
  expect(summary.passed).toBeGreaterThan(4000)
}, 120_000)
