import { supportedVariants, whyNotWide } from '@lanewise/kernels'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundle, line, run, type Setting } from './conformance.ts'

// Of the 4,230 specs that tfjs-core 4.22 defines, it switches 5 off itself (xit).
const SPECS = 4230
const SWITCHED_OFF = 5

const variants = supportedVariants()
const wide: Setting = { variant: variants[0], memory: 'shared', data: 'resident', threads: 1, wide: true }
const settings: Setting[] = [
  ...variants.map((variant): Setting => ({ variant, memory: 'shared', data: 'lazy', threads: 1 })),
  { variant: variants[0], memory: 'ordinary', data: 'resident', threads: 1 },
  { variant: variants[0], memory: 'shared', data: 'lazy', threads: 2 },
  ...(whyNotWide() === undefined ? [wide] : []),
]

describe("tfjs-core's own tests", () => {
  beforeAll(bundle)

  it.each(settings)(
    `${SPECS} specs, none left out: $variant build, $memory memory, $data data, $threads threads, wide: $wide`,
    async (setting) => {
      const summary = await run(setting)
      console.log(line(setting, summary))
      expect(summary.failed).toEqual([])
      expect(summary).toMatchObject({
        variant: setting.variant,
        shared: setting.memory === 'shared',
        threads: setting.threads,
        wide: setting.wide ?? false,
        passed: SPECS - SWITCHED_OFF,
        pending: SWITCHED_OFF,
      })
    },
    120_000,
  )
})
