import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { accelerate, eagerly } from '../index.ts'
import { withKerasNames } from '../layers/index.ts'
import { saved } from '../layers/save.testing.ts'
import { batch, compiled, eachTest, launches, pair, read, small, target } from './accelerate.testing.ts'

const warnings = eachTest()

describe('beside the rest of TensorFlow.js', () => {
  it('gives the model back, once accelerated, with its class', () => {
    const model = small()
    expect(accelerate(model)).toBe(model)
    const { predictLoop } = (model as unknown as { model: { predictLoop: unknown } }).model ?? {}
    expect(accelerate(model)).toBe(model)
    expect((model as unknown as { model?: { predictLoop: unknown } }).model?.predictLoop).toBe(predictLoop)
    expect(model).toBeInstanceOf(tfl.LayersModel)
    expect(Object.keys(model)).toEqual(Object.keys(small()))
  })

  it('saves what it saved', async () => {
    const [eager, accelerated] = await Promise.all(
      pair(compiled('adam')).map(async (model) => {
        await model.trainOnBatch(batch(4), target(4))
        return saved(model, { includeOptimizer: true })
      }),
    )
    expect(accelerated.weightData).toEqual(eager.weightData)
    expect(accelerated.trainingConfig).toEqual(eager.trainingConfig)
  })

  it('gradients go through a prediction; profiles and `eagerly` see its kernels', async () => {
    const [eager, model] = pair(compiled())
    const x = batch(3)
    model.predict(x)
    const through = (each: tfl.LayersModel) => tf.grad((input) => tf.sum(each.predict(input) as tf.Tensor))(x)
    expect(read(through(model))).toEqual(read(through(eager)))
    const { kernelNames } = await tf.profile(() => model.predict(x) as tf.Tensor)
    expect(kernelNames).toContain('_FusedMatMul')
    expect(await launches(() => eagerly(() => model.predict(x)))).toBeGreaterThan(0)
    expect(await launches(() => eagerly(async () => model.predict(x)))).toBeGreaterThan(0)
    expect(() =>
      eagerly(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(await launches(() => model.predict(x))).toBe(0)
  })

  it('trains and is evaluated on data sets', async () => {
    const set = {
      iterator: async () => {
        let given = 0
        return {
          next: async () => {
            if (given === 3) return { done: true, value: null }
            given++
            return { done: false, value: { xs: batch(given < 3 ? 4 : 2, given), ys: target(given < 3 ? 4 : 2, given) } }
          },
        }
      },
    } as never
    const results = []
    for (const model of pair(compiled('adam'))) {
      const { history } = await model.fitDataset(set, { epochs: 3, verbose: 0 as never, validationData: set })
      results.push(history, read((await model.evaluateDataset(set, {})) as tf.Tensor))
    }
    expect(results.slice(2)).toEqual(results.slice(0, 2))
    expect(warnings()).toEqual([])
  })

  it("stops where a callback says so, and takes Keras's names", async () => {
    const epochs = []
    for (const model of pair(() => withKerasNames(small()))) {
      model.compile({ optimizer: 'adam', loss: 'mean_squared_error' })
      const { epoch } = await model.fit(batch(8), target(8), {
        epochs: 9,
        batchSize: 3,
        verbose: 0,
        callbacks: {
          onEpochEnd: async (at) => {
            if (at === 2) model.stopTraining = true
          },
        },
      })
      epochs.push(epoch)
    }
    expect(epochs).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
    expect(warnings()).toEqual([])
  })
})

describe('arguments', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a model that is none',
      () => accelerate({}),
      'accelerate: model: expected a tf.LayersModel or a tf.GraphModel, got an object of Object',
    ],
    [
      'no model',
      () => accelerate(undefined as never),
      'accelerate: model: expected a tf.LayersModel or a tf.GraphModel, got undefined',
    ],
    ['an unknown option', () => accelerate(small(), { shapes: 2 } as never), "accelerate: there is no option 'shapes'"],
    ['a limit', () => accelerate(small(), { limit: 0 }), 'accelerate: limit: 0 is not a whole number, 1 or more'],
    ['a pass', () => accelerate(small(), { passes: { no: true } as never }), "accelerate: there is no pass 'no'"],
    ['eagerly', () => eagerly(1 as never), 'eagerly: run: expected a function, got 1'],
  ])('%s', (_, run, message) => expect(run).toThrow(message))
})
