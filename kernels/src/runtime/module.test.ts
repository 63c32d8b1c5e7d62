import { expect, it } from 'vitest'
import { relaxed } from '../generated/relaxed.wasm.ts'
import { simd } from '../generated/simd.wasm.ts'
import { supportedVariants } from './features.ts'
import { compileVariant } from './module.ts'

it.each(supportedVariants())('%s also instantiates on an ordinary memory', async (variant) => {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
  const module = await compileVariant(variant, false)
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  expect((exports.heapBase as () => number)()).toBeGreaterThan(0)
})

it.each([simd, relaxed])(
  'build %# declares plain function types, as engines without garbage collection need',
  (text) => {
    const bytes = Buffer.from(text, 'base64')
    // After the header: the type section, its size and its count, each of the latter in one or more bytes.
    expect(bytes[8]).toBe(1)
    let at = 9
    for (let numbers = 0; numbers < 2; numbers++) while (bytes[at++] > 127);
    expect(bytes[at]).toBe(0x60)
  },
)
