import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { gemm } from '../gemm/gemm.ts'
import { runUnary } from '../generated/commands.ts'
import { UNARY_BLOCK } from '../unary/command.ts'
import { unary } from '../unary/unary.ts'
import { randomF32 } from './lab.ts'
import type { Pool } from './pool.ts'
import { createRuntime, type Runtime } from './runtime.ts'

const MB = 1 << 20
const N = 1_000_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The workers that were started, while the process was listened to. */
const workers: Worker[] = []
const listen = (worker: Worker) => workers.push(worker)

async function start(threads: number): Promise<Runtime> {
  workers.length = 0
  process.on('worker', listen)
  try {
    const rt = await createRuntime({ threads })
    expect(rt.threadsReason).toBeUndefined()
    expect(rt.threads).toBe(threads)
    expect(workers).toHaveLength(threads - 1)
    return rt
  } finally {
    process.off('worker', listen)
  }
}

/** Squares N numbers, which is enough to be shared, and checks them. */
function compute(rt: Runtime): void {
  const x = rt.heap.alloc(N * 4)
  rt.f32.fill(3, x >>> 2, (x >>> 2) + N)
  rt.f32[(x >>> 2) + N - 1] = 5
  try {
    unary(rt, 'square_f32', x, x, N)
    const y = rt.f32.subarray(x >>> 2, (x >>> 2) + N)
    if (y[N - 1] !== 25 || y.subarray(0, N - 1).some((value) => value !== 9)) throw new Error('wrong numbers')
  } finally {
    rt.heap.free(x)
  }
}

const bytes = (x: Float32Array) => Buffer.from(x.buffer)

const poolOf = (rt: Runtime) => (rt as unknown as { pool: Pool }).pool

afterEach(() => vi.unstubAllGlobals())

describe('a runtime with threads', () => {
  it('has as many as were asked for, more than there are cores, too', async () => {
    for (const threads of [2, 3, 9]) {
      const rt = await start(threads)
      for (let i = 0; i < 20; i++) compute(rt)
      rt.dispose()
    }
    await expect(createRuntime({ threads: 0 })).rejects.toThrow('threads: 0 is not a whole number in [1, 256]')
    await expect(createRuntime({ threads: 1.5 })).rejects.toThrow('threads: 1.5')
  })

  it('gives the same bits in every run', async () => {
    const size = { m: 500, n: 300, k: 400 }
    const results: Float32Array[] = []
    for (const threads of [1, 2, 3, 4]) {
      const rt = threads === 1 ? await createRuntime() : await start(threads)
      for (let run = 0; run < 3; run++) {
        for (const flags of [{}, { transposeA: true }, { transposeB: true }]) {
          const [a, b, c] = [200_000, 120_000, 150_000].map((n, seed) => {
            const at = rt.heap.alloc(n * 4)
            rt.f32.set(randomF32(n, seed), at >>> 2)
            return at
          })
          gemm(rt, { ...size, a, b, c, ...flags })
          results.push(rt.f32.slice(c >>> 2, (c >>> 2) + 150_000))
          for (const at of [a, b, c]) rt.heap.free(at)
        }
      }
      rt.dispose()
    }
    for (const [i, result] of results.entries())
      expect(Buffer.compare(bytes(result), bytes(results[i - (i % 9) + (i % 3)]))).toBe(0)
  })

  it('sees memory that came after its threads', async () => {
    const rt = await start(3)
    const before = rt.memory.buffer.byteLength
    rt.heap.alloc(300 * MB)
    expect(rt.memory.buffer.byteLength).toBeGreaterThan(before)
    for (let i = 0; i < 20; i++) compute(rt)
    rt.dispose()
  })

  it('shares out commands with any number of items', async () => {
    const rt = await start(4)
    rt.share = (at) => {
      rt.i32[at + 2] = Math.max(1, Math.min(rt.i32[at + 1], 50))
      rt.i32[at + 3] = 1e9
    }
    const x = rt.heap.alloc(70 * UNARY_BLOCK * 4)
    for (let round = 0; round < 20; round++)
      for (let items = 0; items < 70; items++) {
        rt.f32.fill(2, x >>> 2, (x >>> 2) + 70 * UNARY_BLOCK)
        unary(rt, 'square_f32', x, x, items * UNARY_BLOCK)
        for (let item = 0; item < 70; item++) expect(rt.f32[(x >>> 2) + item * UNARY_BLOCK]).toBe(item < items ? 4 : 2)
      }
    rt.dispose()
  })

  it('runs tapes', async () => {
    const rt = await start(2)
    const x = rt.heap.alloc(N * 4)
    const list = rt.heap.alloc(3 * 4)
    rt.f32.fill(2, x >>> 2, (x >>> 2) + N)
    const end = vi.spyOn(rt, 'end').mockImplementation(() => {})
    unary(rt, 'square_f32', x, x, N)
    const [at] = end.mock.calls[0]
    end.mockRestore()
    for (let i = 0; i < 3; i++) rt.i32[(list >>> 2) + i] = at << 2
    rt.runTape(list, 3)
    expect(rt.f32[x >>> 2]).toBe(256)
    expect(rt.f32[(x >>> 2) + N - 1]).toBe(256)
    rt.dispose()
  })

  it('uses no CPU while it has nothing to do, and wakes up', async () => {
    const rt = await start(4)
    for (let i = 0; i < 3; i++) {
      compute(rt)
      await pause(50)
      // Several times, for what V8 compiles or collects meanwhile counts as well.
      const idle: number[] = []
      while (idle.length < 4 && Math.min(...idle) >= 40) {
        const before = process.cpuUsage()
        await pause(400)
        const { user, system } = process.cpuUsage(before)
        idle.push((user + system) / 1000)
      }
      expect(Math.min(...idle)).toBeLessThan(40)
    }
    rt.dispose()
  })

  it('ends its threads with dispose, and then leaves its memory to the next one', async () => {
    const rt = await start(3)
    const { memory } = rt
    const gone = Promise.all(workers.map((worker) => once(worker, 'exit')))
    rt.dispose()
    expect(() => rt.range(0, 0, 1)).toThrow('disposed')
    await gone
    await pause(0)
    const next = await createRuntime()
    expect(next.memory).toBe(memory)
    next.dispose()
  })

  const cycles = Number(process.env.LANEWISE_CYCLES ?? 40)
  it(`${cycles} times made and disposed, it leaves nothing behind`, async () => {
    let before = 0
    for (let cycle = 0; cycle < cycles; cycle++) {
      const rt = await createRuntime({ threads: 3 })
      expect(rt.threads).toBe(3)
      compute(rt)
      rt.dispose()
      if (cycle === 9) before = process.memoryUsage().rss
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB)
  }, 600_000)
})

describe('where something goes wrong', () => {
  it('a worker that dies is an error on the next call, and on those after it', async () => {
    const rt = await start(3)
    compute(rt)
    await workers[1].terminate()
    for (let i = 0; i < 2; i++) expect(() => compute(rt)).toThrow('A thread of lanewise ended: exit code 1')
    rt.dispose()
  })

  it('a worker that dies in the middle of work does not stop the others', async () => {
    for (let round = 0; round < 5; round++) {
      const rt = await start(3)
      poolOf(rt).patience = 300
      compute(rt)
      void workers[0].terminate()
      const fails = async () => {
        for (let i = 0; i < 1000; i++) {
          compute(rt)
          if (i % 10 === 0) await pause(0)
        }
      }
      await expect(fails()).rejects.toThrow(/A thread of lanewise (ended|has not finished its part)/)
      rt.dispose()
    }
  })

  it('a part that is never finished is an error', async () => {
    const rt = await start(2)
    const pool = poolOf(rt)
    pool.patience = 300
    compute(rt)
    const pending = (pool as unknown as { i32: Int32Array }).i32.subarray(16, 17)
    Atomics.store(pending, 0, 1)
    expect(() => pool.finish(0)).toThrow('has not finished its part')
    expect(() => compute(rt)).toThrow('has not finished its part')
    rt.dispose()
  })

  it('a trap is an error, on whichever thread', async () => {
    for (const [first, others] of [
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const rt = await start(3)
      compute(rt)
      // One chunk an item; those of a command that is shared begin with the last. An address outside of memory traps.
      rt.share = (at) => {
        rt.i32[at + 2] = rt.i32[at + 1]
        rt.i32[at + 3] = 1e9
      }
      const outside = rt.memory.buffer.byteLength
      const x = first ? outside : outside - 64 * UNARY_BLOCK * 4
      const y = others ? outside - 128 * UNARY_BLOCK * 4 : rt.heap.alloc(128 * UNARY_BLOCK * 4)
      const n = 128 * UNARY_BLOCK
      expect(() => runUnary(rt, 'square_f32', 128, { x, y, n, alpha: 0, beta: 0 })).toThrow()
      rt.dispose()
    }
  })

  it('one thread computes, and says why, where the memory is not shared', async () => {
    vi.stubGlobal('crossOriginIsolated', false)
    const rt = await createRuntime({ threads: 2 })
    expect(rt.threads).toBe(1)
    expect(rt.threadsReason).toBe('there is no shared memory: the page is not cross-origin isolated')
    compute(rt)
    rt.dispose()
  })

  it('one thread computes, and says why, where a worker does not start', async () => {
    const kill = (worker: Worker) => worker.terminate()
    process.on('worker', kill)
    const rt = await createRuntime({ threads: 3 })
    process.off('worker', kill)
    expect(rt.threads).toBe(1)
    expect(rt.threadsReason).toMatch('the workers did not start: the worker ended')
    const one = await createRuntime()
    expect(rt.heap.inUse).toBe(one.heap.inUse)
    one.dispose()
    compute(rt)
    rt.dispose()
  })
})

const script = `
  const { createRuntime } = await import('${pathToFileURL(`${import.meta.dirname}/runtime.ts`)}')
  const { unary } = await import('${pathToFileURL(`${import.meta.dirname}/../unary/unary.ts`)}')
  const rt = await createRuntime({ threads: 3 })
  if (rt.threads !== 3) throw new Error(rt.threadsReason)
  const x = rt.heap.alloc(${N * 4})
  rt.f32[(x >>> 2) + ${N - 1}] = 1.0001
  for (let i = 0; i < 10; i++) unary(rt, 'square_f32', x, x, ${N})`

describe('in a process', () => {
  it.each([
    ['that ends by itself', ''],
    ['that exits', 'process.exit()'],
    ['that exits at once while its threads look for work', 'unary(rt, "square_f32", x, x, 1e6); process.exit()'],
    ['that disposes', 'rt.dispose()'],
  ])('%s, the threads end with it', async (_, end) => {
    const args = ['--input-type=module', '-e', `${script}\nconsole.log(rt.f32[(x >>> 2) + ${N - 1}])\n${end}`]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 })
    expect(Number(stdout)).toBeCloseTo(1.0001 ** 1024, 2)
  })

  it('each of several worker threads has its own', async () => {
    const code = `(async () => {${script}
      require('node:worker_threads').parentPort.postMessage(rt.f32[(x >>> 2) + ${N - 1}])
    })()`
    const rt = await start(2)
    const others = [1, 2, 3].map(() => new Worker(code, { eval: true }))
    const answers = Promise.all(others.map((worker) => once(worker, 'message')))
    const ends = Promise.all(others.map((worker) => once(worker, 'exit')))
    for (let i = 0; i < 50; i++) {
      compute(rt)
      await pause(1)
    }
    for (const [value] of await answers) expect(value).toBeCloseTo(1.0001 ** 1024, 2)
    for (const [code] of await ends) expect(code).toBe(0)
    rt.dispose()
  })
})
