import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LanewiseBackend } from './backend.ts'
import { configure, info } from './index.ts'

const workers: Worker[] = []
process.on('worker', (worker) => workers.push(worker))

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

async function removed(): Promise<void> {
  const gone = workers.splice(0).map((worker) => once(worker, 'exit'))
  tf.removeBackend('lanewise')
  await Promise.all(gone)
}

/** As the package registers it; `removeBackend` forgets that. */
const { factory } = tf.engine().registryFactory['lanewise']

async function restart(): Promise<boolean> {
  if (tf.engine().registryFactory['lanewise'] === undefined) tf.registerBackend('lanewise', factory, 4)
  return tf.setBackend('lanewise')
}

describe('threads', () => {
  it('are as many as the environment says', async () => {
    vi.stubEnv('LANEWISE_THREADS', 'many')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(await restart()).toBe(false)
    expect(String(warn.mock.calls)).toContain(
      "LANEWISE_THREADS is 'many'; it may be 'auto' or a whole number, 1 to 256",
    )
    vi.stubEnv('LANEWISE_THREADS', '3')
    expect(info()).toMatchObject({ ready: false, threads: 3 })
    expect(await restart()).toBe(true)
    expect(info()).toMatchObject({ ready: true, threads: 3, notes: [] })
    expect(workers).toHaveLength(2)
    await removed()
    vi.stubEnv('LANEWISE_THREADS', '')
    expect(await restart()).toBe(true)
    expect(info().threads).toBe(1)
    expect(workers).toHaveLength(0)
    expect(() => configure({ threads: 2 })).toThrow('threads can not change')
    await removed()
  })

  it('give what one thread gives, under 8 predicts at once, and 20 rounds leave nothing behind', async () => {
    vi.stubEnv('LANEWISE_THREADS', '2')
    expect(await restart()).toBe(true)
    const { rt } = tf.backend() as LanewiseBackend
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [32, 32, 3], filters: 32, kernelSize: 3, activation: 'relu' }),
        tfl.layers.maxPooling2d({ poolSize: 2 }),
        tfl.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'tanh' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 100, activation: 'softmax' }),
      ],
    })
    const inputs = Array.from({ length: 8 }, (_, i) => tf.randomUniform([4, 32, 32, 3], -1, 1, 'float32', i))
    const predict = async (x: tf.Tensor) => {
      const y = model.predict(x) as tf.Tensor
      const values = await y.data()
      y.dispose()
      return Array.from(values)
    }
    rt.threads = 1
    const expected = await Promise.all(inputs.map(predict))
    rt.threads = 2
    const state = () => ({ ...tf.memory(), bytes: rt.heap.inUse })
    const before = state()
    const first = await Promise.all(inputs.map(predict))
    for (const [i, values] of first.entries())
      for (const [j, value] of values.entries()) expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-6)
    for (let round = 0; round < 20; round++) expect(await Promise.all(inputs.map(predict))).toEqual(first)
    expect(state()).toEqual(before)
    tf.dispose(inputs)
    model.dispose()
    await removed()
  })

  it('make an error of a worker that dies, not a hang; a new backend works', async () => {
    vi.stubEnv('LANEWISE_THREADS', '2')
    expect(await restart()).toBe(true)
    const sum = () =>
      tf.tidy(
        () =>
          tf
            .ones([500, 500])
            .matMul(tf.ones([500, 500]))
            .sum()
            .dataSync()[0],
      )
    expect(sum()).toBe(500 ** 3)
    await workers[0].terminate()
    workers.length = 0
    expect(sum).toThrow('A thread of lanewise ended')
    tf.engine().reset()
    expect(await restart()).toBe(true)
    expect(sum()).toBe(500 ** 3)
    await removed()
  })

  it('are, for auto, the cores that the process may use', async () => {
    vi.stubEnv('LANEWISE_THREADS', 'auto')
    expect(info()).toMatchObject({ ready: false, threads: 'auto' })
    expect(await restart()).toBe(true)
    expect(info().threads).toBe(workers.length + 1)
    await removed()
  })

  it('are one where there is no shared memory, and info says so', async () => {
    vi.stubEnv('LANEWISE_THREADS', '2')
    vi.stubGlobal('crossOriginIsolated', false)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(await restart()).toBe(true)
    const reason = 'there is no shared memory: the page is not cross-origin isolated'
    expect(info()).toMatchObject({ threads: 1, notes: [`one thread computes: ${reason}`] })
    expect(warn.mock.calls).toEqual([[`lanewise: one thread computes, not 2: ${reason}`]])
    vi.unstubAllGlobals()
    await removed()
  })
})
