import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attentionNet } from '@lanewise/attention'
import { info } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { engines } from './engines.ts'
import { root } from './packed.ts'
import { observe, settings } from './procedure.ts'
import { largestDifference, type Reference, readReference, TOLERANCE } from './reference.ts'
import { observeStock } from './stock.ts'

let reference: Reference

beforeAll(async () => {
  reference = await readReference()
})

afterAll(() => vi.unstubAllEnvs())

test('the stored reference is what stock layers give on backend-cpu, to its nine digits', async () => {
  const { value, at } = largestDifference(await observeStock(), reference)
  expect(value, at).toBeLessThan(1e-8)
})

test.each(['relaxed', 'simd'] as const)(
  `the three models are within ${TOLERANCE} of it on the build %s`,
  async (variant) => {
    vi.stubEnv('LANEWISE_VARIANT', variant)
    tf.engine().reset()
    expect(await tf.setBackend('lanewise')).toBe(true)
    expect(info().variant).toBe(variant)
    const observed = {
      cnn: await observe('cnn', convNet(settings.cnn)),
      lstm: await observe('lstm', lstmNet(settings.lstm)),
      attention: await observe('attention', attentionNet(settings.attention)),
    }
    const { value, at } = largestDifference(observed, reference)
    expect(value, at).toBeLessThanOrEqual(TOLERANCE)
  },
)

test('docs/engines.md tells of every engine', async () => {
  const page = await readFile(join(root, 'docs/engines.md'), 'utf8')
  for (const { name } of engines) expect(page).toContain(`| ${name} |`)
})

describe('largestDifference', () => {
  const given = { cnn: { losses: [1, 20] } } as unknown as Reference

  test.each([
    [[1, 20], 0],
    [[1.5, 20], 0.5],
    [[1, 30], 0.5],
    [[1, 20, 3], Number.NaN],
    [[1], Number.NaN],
    [[1, Number.NaN], Number.NaN],
    [[1, null], Number.NaN],
    [[1, Number.POSITIVE_INFINITY], Number.NaN],
    [undefined, Number.NaN],
  ])('of %j from [1, 20] is %d', (losses, expected) => {
    expect(largestDifference({ cnn: { losses } } as unknown as Reference, given).value).toBe(expected)
  })
})
