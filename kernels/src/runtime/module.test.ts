import { expect, it } from 'vitest'
import { supportedVariants } from './features.ts'
import { compileVariant } from './module.ts'

it.each(supportedVariants())('%s also instantiates on an ordinary memory', async (variant) => {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
  const module = await compileVariant(variant, false)
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  expect((exports.heapBase as () => number)()).toBeGreaterThan(0)
})
