import * as kernels from '@lanewise/kernels'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calls, type Numbers } from './sizes.ts'

let rt: kernels.Runtime
let checksum = 0

beforeAll(async () => {
  rt = await kernels.createRuntime({ maximumBytes: 64 << 20 })
  rt.heap.alloc(16 << 20)
  checksum = product()
})
afterAll(() => rt.dispose())

/** A known product, of what lies where no call writes. */
function product(): number {
  const a = 12 << 20
  rt.f32.fill(0.5, a >>> 2, (a >>> 2) + 4096)
  kernels.gemm(rt, { m: 30, n: 21, k: 50, a, b: a + 8192, c: a + (1 << 20) })
  return rt.f32
    .subarray((a + (1 << 20)) >>> 2)
    .slice(0, 630)
    .reduce((sum, x) => sum + x)
}

const bad = {
  sizes: [Number.NaN, -1, 1.5, '3', null, 1 / 0],
  offsets: [Number.NaN, 0.5, '0', 2 ** 31],
  addresses: [Number.NaN, -64, 0.5, '4194304', 2 ** 32],
}

describe('sizes and addresses of kernels', () => {
  for (const [name, call] of Object.entries(calls))
    it(name, () => {
      const numbers = { ...call.sizes, ...call.offsets, ...call.addresses }
      call.run(rt, numbers)
      const { blocks, inUse } = rt.heap
      for (const kind of ['sizes', 'offsets', 'addresses'] as const)
        for (const field of Object.keys(call[kind] ?? {}))
          for (const value of bad[kind])
            expect(() => call.run(rt, { ...numbers, [field]: value } as Numbers), `${field}: ${value}`).toThrow(
              new RegExp(`\\b${field}: '?${value}'? is not `),
            )
      for (const field of Object.keys(numbers)) {
        const { [field]: _, ...others } = numbers
        let said = field
        try {
          call.run(rt, others)
        } catch (error) {
          said = (error as Error).message
        }
        expect(said, `without ${field}`).toMatch(new RegExp(`\\b${field}\\b`))
      }
      expect([rt.heap.blocks, rt.heap.inUse]).toEqual([blocks, inUse])
      expect(product()).toBe(checksum)
    })
})

describe('arguments that are not given', () => {
  for (const [name, call] of Object.entries(kernels).filter(([name]) => Object.hasOwn(calls, name)))
    it(name, () => {
      for (const missing of [undefined, null])
        for (const given of [[], [rt]])
          expect(() => (call as (...given: unknown[]) => void)(...given, missing, missing, missing, missing)).toThrow(
            /^\w+: \w+: .+ is not (a |an |one of )/,
          )
      expect(product()).toBe(checksum)
    })
})
