import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accelerate, configure } from '../index.ts'
import { batch, eachTest, launches, read, setKnownWeights, target, weightsOf } from './accelerate.testing.ts'

const { dense, dropout, lstm } = tfl.layers

const warnings = eachTest()
afterEach(() => vi.restoreAllMocks())

const small = () =>
  setKnownWeights(
    tfl.sequential({ layers: [dense({ units: 50, inputShape: [4] }), dropout({ rate: 0.5 }), dense({ units: 1 })] }),
  )

/** Uniform in [0, 1): Lehmer's generator. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

describe('accelerated models with dropout', () => {
  it('drop others in each step, and nothing without training', async () => {
    const model = accelerate(small())
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError', metrics: ['mae'] })
    const x = batch(8)
    const y = target(8)
    const { history } = await model.fit(x, y, { epochs: 5, batchSize: 8, validationSplit: 0.25, verbose: 0 })
    await model.trainOnBatch(x, y)
    expect(new Set(history.loss).size).toBe(5)
    expect(new Set(history.val_loss).size).toBe(1)
    expect(await launches(() => model.trainOnBatch(x, y))).toBe(0)
    expect(new Set([model.predict(x), model.predict(x)].map((tensor) => String(read(tensor as tf.Tensor)))).size).toBe(
      1,
    )
    expect(warnings()).toEqual([])
  })

  it('are the same after the same seed', async () => {
    const run = async (seed: number) => {
      configure({ seed })
      const model = accelerate(small())
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
      await model.fit(batch(8), target(8), { epochs: 3, batchSize: 4, verbose: 0, shuffle: false })
      return weightsOf(model)
    }
    const first = await run(1)
    expect(await run(1)).toEqual(first)
    expect(await run(2)).not.toEqual(first)
  })

  it("an LSTM's, of inputs and of states", async () => {
    const model = accelerate(
      tfl.sequential({
        layers: [
          lstm({
            units: 4,
            dropout: 0.3,
            recurrentDropout: 0.3,
            recurrentInitializer: 'glorotNormal',
            inputShape: [3, 4],
          }),
        ],
      }),
    )
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' })
    const x = tf.randomNormal([8, 3, 4])
    const y = tf.randomNormal([8, 4])
    const losses = new Set<unknown>()
    for (let i = 0; i < 5; i++) losses.add(await model.trainOnBatch(x, y))
    expect(losses.size).toBe(5)
    expect(read(model.predict(x) as tf.Tensor)[0].every(Number.isFinite)).toBe(true)
    expect(await launches(() => model.trainOnBatch(x, y))).toBe(0)
    expect(warnings()).toEqual([])
  })

  it('learn as eager ones do: losses of 8 runs each agree within 4 standard errors', async () => {
    const x = tf.randomNormal([64, 4], 0, 1, 'float32', 1)
    const y = tf.sum(tf.mul(x, [1, -2, 0.5, 0]), 1, true)
    const finals = async (wrap: (model: tfl.LayersModel) => tfl.LayersModel) => {
      const losses: number[] = []
      for (let i = 0; i < 8; i++) {
        configure({ seed: i })
        vi.spyOn(Math, 'random').mockImplementation(sequence(i + 1))
        const model = wrap(small())
        model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' })
        const { history } = await model.fit(x, y, { epochs: 10, batchSize: 16, verbose: 0, shuffle: false })
        losses.push((history.loss as number[]).slice(-4).reduce((a, b) => a + b) / 4)
        vi.mocked(Math.random).mockRestore()
      }
      const mean = losses.reduce((a, b) => a + b) / 8
      return { mean, error2: losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 7 / 8 }
    }
    const [eager, accelerated] = [await finals((model) => model), await finals((model) => accelerate(model))]
    expect(eager.error2).toBeGreaterThan(0)
    expect(Math.abs(accelerated.mean - eager.mean)).toBeLessThan(4 * Math.sqrt(eager.error2 + accelerated.error2))
    expect(accelerated.mean).toBeLessThan(2)
    expect(warnings()).toEqual([])
  })
})
