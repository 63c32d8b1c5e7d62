import { expect, it } from 'vitest'
import { keptByPredict } from './steady.ts'

/** What the engine itself still gathers for each predict, after the warm-up: two bytes or less. */
const NOISE = 4

it(`a predict leaves less than ${NOISE} bytes of JavaScript's heap behind, and no byte of wasm memory`, async () => {
  const { heap, wasm } = await keptByPredict(36_000, 48_000)
  expect(wasm).toBe(0)
  expect(heap).toBeLessThan(NOISE)
})

it('so a leak of 8 bytes a predict is found', async () => {
  const kept: number[] = []
  const { heap } = await keptByPredict(3000, 24_000, () => kept.push(kept.length))
  expect(kept).toHaveLength(27_000)
  expect(heap).toBeGreaterThan(NOISE)
})
