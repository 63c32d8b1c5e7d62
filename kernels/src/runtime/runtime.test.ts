import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { OutOfMemoryError } from './errors.ts'
import { LARGEST_MEMORY } from './memory.ts'
import { createRuntime, type Runtime } from './runtime.ts'

const MB = 1 << 20

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** WeakRefs are kept until the end of a turn of the event loop. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve))

function outOfMemory(rt: Runtime): Error {
  try {
    rt.heap.alloc(5e9)
  } catch (error) {
    return error as Error
  }
  throw new Error('5 GB fitted')
}

afterEach(() => vi.restoreAllMocks())

describe('Runtime.dispose', () => {
  it('leaves the memory to the next runtime of that build, which starts with all of it free', async () => {
    const first = await createRuntime({ variant: 'simd' })
    const { memory, heap } = first
    const { inUse } = heap
    heap.alloc(100 * MB)
    first.u8.fill(0xff, first.scratch)
    first.dispose()
    const second = await createRuntime({ variant: 'simd' })
    expect(second.memory).toBe(memory)
    expect(second.heap.inUse).toBe(inUse)
    const reserved = memory.buffer.byteLength
    second.heap.alloc(50 * MB)
    expect(memory.buffer.byteLength).toBe(reserved)
    second.dispose()
  })

  it('leaves it to none whose limit it is larger than', async () => {
    const first = await createRuntime({ variant: 'simd' })
    const { memory } = first
    first.heap.alloc(100 * MB)
    first.dispose()
    const small = await createRuntime({ variant: 'simd', maximumBytes: 64 * MB })
    expect(small.memory).not.toBe(memory)
    expect(() => small.heap.alloc(64 * MB)).toThrow(OutOfMemoryError)
    small.dispose()
  })

  it('gives the memory back to the engine where no other runtime takes it', async () => {
    const rt = await createRuntime()
    const memory = new WeakRef(rt.memory)
    rt.dispose()
    rt.dispose()
    await nextTurn()
    collectGarbage()
    expect(memory.deref()).toBeUndefined()
  })

  it('also while somebody keeps its OutOfMemoryError', async () => {
    const rt = await createRuntime()
    const memory = new WeakRef(rt.memory)
    const error = outOfMemory(rt)
    rt.dispose()
    await nextTurn()
    collectGarbage()
    expect(memory.deref()).toBeUndefined()
    expect(error.message).toMatch(/^Out of wasm memory: 5000000000 bytes asked/)
  })

  it('so that 200 runtimes, each of 64 MB, take no more than a few', async () => {
    const before = process.memoryUsage().rss
    for (let i = 0; i < 200; i++) {
      const rt = await createRuntime()
      const at = rt.heap.alloc(64 * MB)
      for (let byte = 0; byte < 64 * MB; byte += 4096) rt.u8[at + byte] = 1
      rt.dispose()
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MB)
  })

  it('ends what the runtime does', async () => {
    const rt = await createRuntime()
    rt.dispose()
    expect(() => rt.heap.alloc(1)).toThrow('This runtime was disposed')
    expect(() => rt.range(0, 0, 1)).toThrow('This runtime was disposed')
    expect(rt.u8).toHaveLength(0)
  })
})

it('an engine that can not reserve 4 GB gives what it can, and the limit says so', async () => {
  const { Memory } = WebAssembly
  const asked: number[] = []
  class SmallMemory extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      const { maximum = 0 } = descriptor
      asked.push(maximum)
      if (maximum > 1024) throw new RangeError('could not allocate memory')
      super(descriptor)
    }
  }
  vi.spyOn(WebAssembly, 'Memory', 'get').mockReturnValue(SmallMemory)
  collectGarbage()
  const rt = await createRuntime({ variant: 'simd', maximumBytes: LARGEST_MEMORY })
  expect(asked).toEqual([65536, 32768, 16384, 8192, 4096, 2048, 1024])
  expect(rt.heap.limit).toBe(64 * MB)
  expect(() => rt.heap.alloc(64 * MB)).toThrow(OutOfMemoryError)
  rt.heap.alloc(40 * MB)
  rt.dispose()
  const again = await createRuntime({ variant: 'simd' })
  expect(again.heap.limit).toBe(64 * MB)
  again.dispose()
})
