import { describe, expect, it } from 'vitest'
import { reduce } from '../reduce/reduce.ts'
import { OutOfMemoryError } from './errors.ts'
import { randomF32 } from './lab.ts'
import { createRuntime } from './runtime.ts'

describe('Heap', () => {
  it('gives aligned blocks that do not overlap, and all memory back, over 20,000 random calls', async () => {
    const { heap } = await createRuntime()
    const { inUse, blocks } = heap
    const live = new Map<number, number>()
    const random = randomF32(40_000, 7, 0, 1)
    for (let i = 0; i < 20_000; i++) {
      if (random[2 * i] < 0.5 && live.size > 0) {
        const address = [...live.keys()][Math.floor(random[2 * i + 1] * live.size)]
        heap.free(address)
        live.delete(address)
      } else {
        const bytes = Math.floor(2 ** (random[2 * i + 1] * 16))
        const address = heap.alloc(bytes)
        expect(address % 64).toBe(0)
        expect(heap.capacity(address)).toBeGreaterThanOrEqual(bytes)
        live.set(address, bytes)
      }
    }
    const sorted = [...live].sort((a, b) => a[0] - b[0])
    for (let i = 1; i < sorted.length; i++)
      expect(sorted[i][0]).toBeGreaterThanOrEqual(sorted[i - 1][0] + sorted[i - 1][1])
    for (const address of live.keys()) heap.free(address)
    expect(heap.inUse).toBe(inUse)
    expect(heap.blocks).toBe(blocks)
  })

  it('grows without moving what is there, and reuses what is freed', async () => {
    const rt = await createRuntime()
    const first = rt.heap.alloc(4)
    rt.f32[first >>> 2] = 42
    const large = rt.heap.alloc(100 << 20)
    rt.f32[(large + (100 << 20) - 4) >>> 2] = 1
    expect(rt.f32[first >>> 2]).toBe(42)
    const cycle = () => {
      for (let i = 0; i < 100; i++) rt.heap.free(rt.heap.alloc((90 << 20) >> (i % 8)))
    }
    cycle()
    const size = rt.memory.buffer.byteLength
    cycle()
    rt.heap.free(large)
    cycle()
    expect(rt.memory.buffer.byteLength).toBe(size)
  })

  it('throws OutOfMemoryError with bytes asked and in use, and goes on', async () => {
    const rt = await createRuntime({ maximumBytes: 32 << 20 })
    const kept = rt.heap.alloc(4)
    rt.f32[kept >>> 2] = 3
    expect(() => rt.heap.alloc(64 << 20)).toThrow(OutOfMemoryError)
    try {
      rt.heap.alloc(64 << 20)
    } catch (error) {
      expect(error).toMatchObject({ requested: 64 << 20, inUse: rt.heap.inUse, limit: 32 << 20 })
    }
    for (const bytes of [2 ** 32, 2 ** 38, 2 ** 38 + 64, 2 ** 53, Infinity])
      expect(() => rt.heap.alloc(bytes)).toThrow(OutOfMemoryError)
    expect(rt.f32[kept >>> 2]).toBe(3)
    expect(rt.heap.alloc(1 << 20)).toBeGreaterThan(0)
  })

  it('asks for memory back before it throws, as long as that gives some', async () => {
    const { heap } = await createRuntime({ maximumBytes: 32 << 20 })
    const spare = [4, 12 << 20, 12 << 20].map((bytes) => heap.alloc(bytes))
    let asked = 0
    heap.onFull = () => {
      asked++
      const block = spare.pop()
      if (block !== undefined) heap.free(block)
      return block !== undefined
    }
    heap.free(heap.alloc(16 << 20))
    expect([asked, spare.length]).toEqual([1, 2])
    expect(() => heap.alloc(31 << 20)).toThrow(OutOfMemoryError)
    expect([asked, spare.length]).toEqual([4, 0])
  })

  it('addresses memory above 2 GB', async () => {
    const rt = await createRuntime()
    const half = rt.heap.alloc(2 ** 31)
    const above = rt.heap.alloc(2 ** 20)
    expect(above).toBeGreaterThan(2 ** 31)
    rt.f32[above >>> 2] = 5
    rt.heap.free(half)
    expect(rt.f32[above >>> 2]).toBe(5)
    rt.heap.free(above)
  })

  it('gives nothing so near to 4 GB that an address behind it is 0 again', async () => {
    const rt = await createRuntime()
    const { heap } = rt
    const large = heap.alloc(heap.limit - (8 << 20))
    let [last, bytes] = [0, 1 << 20]
    while (bytes >= 48)
      try {
        last = Math.max(last, heap.alloc(bytes))
      } catch {
        bytes = Math.floor(bytes / 2)
      }
    expect(last).toBeGreaterThan(2 ** 32 - 1024)
    const n = Math.floor(heap.capacity(last) / 4)
    rt.f32.fill(1, last >>> 2, (last >>> 2) + n)
    reduce(rt, 'sum_f32', { outer: 1, n, inner: 1, x: last, y: large })
    expect(rt.f32[large >>> 2]).toBe(n)
    rt.dispose()
  })

  it('refuses to free what it did not give, and to free twice', async () => {
    const { heap } = await createRuntime()
    const address = heap.alloc(100)
    expect(() => heap.free(address + 4)).toThrow(/free: /)
    const next = heap.alloc(100)
    heap.free(address)
    heap.free(next)
    expect(() => heap.free(address)).toThrow(/free: /)
    expect(() => heap.free(next)).toThrow(/free: /)
  })
})
