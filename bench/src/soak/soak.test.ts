import { info } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { cycleBackend } from './cycles.ts'
import { grown } from './flat.ts'
import { fillMemory } from './full.ts'
import { soakPredicts } from './predicts.ts'

// `npm run soak` does the same at length.

const MB = 1 << 20

it('12,000 predicts with random batch sizes and shapes: wasm memory and JavaScript heap are flat, tf.memory() is right', async () => {
  // By the fourth sample each model has captured as many shapes as it keeps.
  expect(grown(await soakPredicts(12_000, 6), 3)).toEqual([])
})

it('1,000 times set up and removed', async () => {
  const { rssGrowth } = await cycleBackend(1000, 4 * MB)
  expect(rssGrowth).toBeLessThan(400 * MB)
})

it('20 times with 200 MB in use: the memory is given back or used again', async () => {
  const { rssGrowth } = await cycleBackend(20, 200 * MB)
  expect(rssGrowth).toBeLessThan(700 * MB)
})

it('with the 4 GB full: a typed error, then smaller work goes on', async () => {
  const { error, inUse } = await fillMemory(60 * MB, false)
  expect(error.name).toBe('OutOfMemoryError')
  expect(inUse).toBeGreaterThan(info().memory.bytesLimit - 61 * MB)
  expect(tf.memory().unreliable).toBe(false)
})
