import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { accelerate, acceleration } from '../index.ts'
import {
  batch,
  compiled,
  eachTest,
  launches,
  optimizers,
  pair,
  read,
  setKnownWeights,
  target,
  weightsOf,
} from './accelerate.testing.ts'

const warnings = eachTest()

describe('what changes between steps is seen', () => {
  it.each(Object.keys(optimizers))('the learning rate of %s, without a new recording', async (name) => {
    const x = batch(8)
    const y = target(8)
    const models = pair(compiled())
    const histories: unknown[] = []
    const started: number[] = []
    for (const model of models) {
      const optimizer = optimizers[name]()
      model.compile({ optimizer, loss: 'meanSquaredError' })
      const rated = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void }
      await model.trainOnBatch(x, y)
      await model.trainOnBatch(x, y)
      let steps = 0
      const callbacks = {
        onBatchBegin: async () => {
          const rate = 0.03 / ++steps
          if (rated.setLearningRate) rated.setLearningRate(rate)
          else rated.learningRate = rate
        },
      }
      started.push(
        await launches(async () => {
          const { history } = await model.fit(x, y, { batchSize: 2, epochs: 3, shuffle: false, verbose: 0, callbacks })
          histories.push(history)
        }),
      )
      expect(rated.learningRate).toBe(0.03 / 12)
    }
    expect(histories[1]).toEqual(histories[0])
    expect(weightsOf(models[1])).toEqual(weightsOf(models[0]))
    expect(started[1]).toBeLessThan(started[0] / 2)
  })

  it("an optimizer's other numbers, its variables and the optimizer itself", async () => {
    const x = batch(8)
    const y = target(8)
    const models = pair(compiled())
    const results = await Promise.all(
      models.map(async (model) => {
        const losses: unknown[] = []
        const steps = async () => {
          for (let i = 0; i < 3; i++) losses.push(await model.trainOnBatch(x, y))
        }
        const adam = tf.train.adam(0.01)
        model.compile({ optimizer: adam, loss: 'meanSquaredError' })
        await steps()
        ;(adam as unknown as { beta1: number }).beta1 = 0.5
        await steps()
        const slots = (await adam.getWeights()).map(({ name, tensor }) => ({ name, tensor: tf.mul(tensor, 0.5) }))
        slots[0].tensor = tf.scalar(3, 'int32')
        await adam.setWeights(slots)
        await steps()
        model.optimizer = tf.train.rmsprop(0.01)
        await steps()
        model.compile({ optimizer: 'adam', loss: 'meanAbsoluteError' })
        await steps()
        losses.push(read(model.evaluate(x, y)))
        model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['mae'] })
        losses.push(read(model.evaluate(x, y)))
        await steps()
        return losses
      }),
    )
    expect(results[1]).toEqual(results[0])
    expect(weightsOf(models[1])).toEqual(weightsOf(models[0]))
    expect(warnings()).toEqual([])
  })

  it('weights that are set, frozen and thawed', async () => {
    const x = batch(8)
    const y = target(8)
    const models = pair(compiled())
    const results = []
    for (const model of models) {
      model.compile({ optimizer: tf.train.momentum(0.1, 0.9), loss: 'meanSquaredError' })
      const losses: unknown[] = []
      const steps = async () => {
        for (let i = 0; i < 3; i++) losses.push(await model.trainOnBatch(x, y), read(model.predict(x) as tf.Tensor))
      }
      await steps()
      setKnownWeights(model)
      await steps()
      model.layers[0].trainable = false
      await steps()
      model.layers[0].trainable = true
      await steps()
      results.push(losses)
    }
    expect(results[1]).toEqual(results[0])
  })

  it('a rate that changes every step recaptures nothing, other numbers that do are left to TensorFlow.js', async () => {
    const x = batch(8)
    const y = target(8)
    const adam = tf.train.adam(0.01)
    const model = accelerate(setKnownWeights(compiled(adam)()))
    const step = () => model.trainOnBatch(x, y)
    await step()
    const replayed = await launches(step)
    const counts: number[] = []
    for (let i = 0; i < 6; i++) {
      Object.assign(adam, { beta1: 0.5 + i / 100 })
      counts.push(await launches(step))
    }
    expect(Math.min(...counts.slice(2))).toBeGreaterThan(replayed + 10)
    await step()
    await step()
    expect(await launches(step)).toBe(replayed)
    expect(warnings()).toEqual([])
  })

  it('the backend, there and back', async () => {
    const [eager, model] = pair(compiled())
    const x = batch(3)
    const expected = read(eager.predict(x) as tf.Tensor)
    tf.env().set('IS_TEST', false)
    for (const name of ['lanewise', 'cpu', 'lanewise', 'cpu', 'lanewise']) {
      await tf.setBackend(name)
      for (let time = 0; time < 2; time++) {
        const actual = read(model.predict(x) as tf.Tensor)
        for (const [i, value] of actual[0].entries()) expect(value).toBeCloseTo(expected[0][i], 5)
      }
    }
    expect(await launches(() => model.predict(x))).toBe(0)
  })
})

it('the backend, set up anew: what steps held there is made again', async () => {
  const factory = tf.findBackendFactory('lanewise') as NonNullable<ReturnType<typeof tf.findBackendFactory>>
  const inputs = tfl.input({ shape: [3] })
  const outputs = tfl.layers.dense({ units: 2 }).apply(inputs) as tfl.SymbolicTensor
  const model = accelerate(tfl.model({ inputs, outputs }))
  const losses: unknown[] = []
  for (let i = 0; i < 2; i++) {
    tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.fill(shape, 0.1 + i / 20))))
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    for (let step = 0; step < 3; step++) losses.push(await model.trainOnBatch(tf.ones([4, 3]), tf.ones([4, 2])))
    expect(acceleration(model)).toMatchObject({ steps: 1, reasons: [] })
    tf.removeBackend('lanewise')
    tf.registerBackend('lanewise', factory, 4)
    await tf.setBackend('lanewise')
  }
  expect(losses.slice(3)).toEqual(losses.slice(0, 3))
})

it('what layers do by numbers, once the model is compiled anew, even by the same optimizer', async () => {
  const models = pair(() => {
    const inputs = tfl.input({ shape: [4] })
    const dense = tfl.layers.dense({ units: 2, useBias: false }).apply(inputs)
    return tfl.model({ inputs, outputs: tfl.layers.leakyReLU({ alpha: 0.1 }).apply(dense) as tfl.SymbolicTensor })
  })
  const optimizer = tf.train.sgd(0.1)
  const results = []
  for (const model of models) {
    const all: unknown[] = []
    for (const alpha of [0.1, 0.7]) {
      Object.assign(model.layers[2], { alpha })
      setKnownWeights(model)
      model.compile({ optimizer, loss: 'meanSquaredError' })
      for (let i = 0; i < 3; i++) {
        all.push(
          read(model.predict(batch(5)) as tf.Tensor),
          read(model.evaluate(batch(5), tf.ones([5, 2])) as tf.Tensor),
        )
        all.push(await model.trainOnBatch(batch(5), tf.ones([5, 2])))
      }
    }
    results.push(all)
  }
  expect(results[1]).toEqual(results[0])
})

it.each(Object.keys(optimizers))('%s, when it is disposed: an error, as eagerly', async (name) => {
  const errors = []
  for (const model of pair(compiled())) {
    const optimizer = optimizers[name]()
    model.compile({ optimizer, loss: 'meanSquaredError' })
    const train = () => model.trainOnBatch(batch(8), target(8))
    for (let i = 0; i < 3; i++) await train()
    optimizer.dispose()
    errors.push(
      await train().then(
        () => 'none',
        (error: Error) => error.message,
      ),
    )
  }
  expect(errors[0]).toMatch(/disposed/)
  expect(errors[1]).toBe(errors[0])
})
