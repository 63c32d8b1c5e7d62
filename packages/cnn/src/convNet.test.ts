import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { reloaded } from '../../backend/src/layers/save.testing.ts'
import { example as digits } from '../examples/digits.ts'
import { type ConvNetOptions, convNet } from './index.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const stockSeed = digits.workload.stock
const described = (model: tfl.LayersModel) =>
  model.layers.map((layer) => `${layer.getClassName()} ${JSON.stringify(layer.outputShape)}`)
const small: ConvNetOptions = { inputShape: [12, 12, 2], classes: 3, filters: [4, 6], units: 5 }
const images = (count: number) => tf.randomNormal([count, 12, 12, 2], 0, 1, 'float32', 7)

describe('convNet', () => {
  test('comes with the backend', () => {
    expect(tf.getBackend()).toBe('lanewise')
  })

  test('with its defaults is the seed CNN', () => {
    const model = convNet({ inputShape: [28, 28, 1], classes: 10 })
    expect(model).toBeInstanceOf(tfl.LayersModel)
    expect(described(model).slice(1)).toEqual(described(stockSeed()))
    expect(model.countParams()).toBe(stockSeed().countParams())
    expect(described(convNet())).toEqual(described(model))
  })

  test('predicts and trains as the stock layers do on backend-cpu, to 1e-4 of the largest value', async () => {
    const weights = stockSeed()
      .getWeights()
      .map((weight) => ({ values: weight.dataSync(), shape: weight.shape }))
    const run = async (backend: string, model: tfl.LayersModel) => {
      await tf.setBackend(backend)
      model.setWeights(weights.map(({ values, shape }) => tf.tensor(values, shape)))
      const x = tf.randomUniform([3, 28, 28, 1], 0, 1, 'float32', 3)
      const predicted = (model.predict(x) as tf.Tensor).dataSync() as Float32Array
      model.compile({ optimizer: tf.train.sgd(1), loss: 'sparseCategoricalCrossentropy' })
      await model.trainOnBatch(x, tf.tensor1d([3, 0, 9]))
      const trained = model.getWeights().map((weight) => weight.dataSync() as Float32Array)
      await tf.setBackend('lanewise')
      // With a step of 1 the change of a weight is its gradient.
      return [predicted, ...trained.map((values, i) => values.map((value, at) => value - weights[i].values[at]))]
    }
    const expected = await run('cpu', stockSeed())
    const actual = await run('lanewise', convNet())
    for (const [i, values] of expected.entries()) {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const apart = values.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[i][at])), 0)
      expect(largest).toBeGreaterThan(0)
      expect(apart / largest).toBeLessThan(1e-4)
    }
  })

  test.each(['relu6', 'elu', 'selu', 'sigmoid', 'tanh', 'gelu', 'swish', 'mish', 'linear'] as const)(
    'with %s predicts and trains, replayed, as on backend-cpu, to 1e-4 of the largest change',
    async (activation) => {
      // Given ones: of those that a model begins with, all units can be 0 for all images.
      const initial = convNet({ ...small, activation })
        .getWeights()
        .map(({ shape }, seed) => tf.randomNormal(shape, 0, 0.3, 'float32', seed + 1))
        .map((weight) => ({ values: weight.dataSync(), shape: weight.shape }))
      const run = async (backend: string) => {
        await tf.setBackend(backend)
        const model = convNet({ ...small, activation })
        model.setWeights(initial.map(({ values, shape }) => tf.tensor(values, shape)))
        model.compile({ optimizer: tf.train.sgd(0.1), loss: 'sparseCategoricalCrossentropy' })
        const x = images(3)
        const predicted = () => (model.predict(x) as tf.Tensor).dataSync() as Float32Array
        // A step is captured when it is used the fourth time.
        const answers = Array.from({ length: 5 }, predicted)
        for (let step = 0; step < 5; step++) await model.trainOnBatch(x, tf.tensor1d([0, 1, 2]))
        const results = [answers[4], predicted().map((value, i) => value - answers[0][i])]
        await tf.setBackend('lanewise')
        return results
      }
      const expected = await run('cpu')
      const actual = await run('lanewise')
      for (const [i, values] of expected.entries()) {
        const largest = Math.max(...values.map(Math.abs))
        expect(largest).toBeGreaterThan(0)
        for (const [at, value] of values.entries()) expect(Math.abs(value - actual[i][at]) / largest).toBeLessThan(1e-4)
      }
    },
  )

  test('takes every size', () => {
    const model = convNet({
      inputShape: [30, 40, 3],
      classes: 4,
      filters: [8, 8, 16],
      kernelSize: 5,
      poolSize: 3,
      padding: 'same',
      units: [32, 16],
      activation: 'elu',
      dropout: 0.25,
      name: 'wide_net',
    })
    expect(model.name).toBe('wide_net')
    expect(described(model).slice(1)).toEqual([
      'Conv2D [null,30,40,8]',
      'MaxPooling2D [null,10,13,8]',
      'Conv2D [null,10,13,8]',
      'MaxPooling2D [null,3,4,8]',
      'Conv2D [null,3,4,16]',
      'MaxPooling2D [null,1,1,16]',
      'Flatten [null,16]',
      'Dropout [null,16]',
      'Dense [null,32]',
      'Dropout [null,32]',
      'Dense [null,16]',
      'Dropout [null,16]',
      'Dense [null,4]',
    ])
  })

  test('has a linear classifier where units is []', () => {
    expect(described(convNet({ units: [] })).slice(-2)).toEqual(['Flatten [null,1600]', 'Dense [null,10]'])
  })

  test('learns, saves and loads', async () => {
    const model = convNet(small)
    model.setWeights(model.getWeights().map(({ shape }, seed) => tf.randomNormal(shape, 0, 0.2, 'float32', seed + 1)))
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] })
    const y = tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2], 'int32')
    const brightness = tf.reshape(tf.cast(y, 'float32'), [9, 1, 1, 1])
    const x = tf.add(tf.mul(images(9), 0.1), tf.sub(brightness, 1))
    const { history } = await model.fit(x, y, { epochs: 40, shuffle: false })
    expect(history.acc.at(-1)).toBe(1)

    const loaded = await reloaded(model)
    expect(loaded.predict(x).toString()).toBe(model.predict(x).toString())
  })

  test.each([
    [{ filter: [3] }, "convNet: unknown option 'filter'; allowed are inputShape, classes, filters"],
    [{ inputShape: [28, 28] }, 'convNet: inputShape: [28, 28] is not [height, width, channels] of positive integers'],
    [{ inputShape: [28, 28, 0] }, 'convNet: inputShape: [28, 28, 0] is not'],
    [{ classes: 1.5 }, 'convNet: classes: 1.5 is not a positive integer'],
    [{ filters: [] }, 'convNet: filters: [] needs at least 1 entry'],
    [{ kernelSize: 0 }, 'convNet: kernelSize: 0 is not a positive integer'],
    [{ activation: 'rleu' }, "convNet: activation: 'rleu' is not one of relu, relu6"],
    [{ dropout: 1 }, 'convNet: dropout: 1 is not in [0, 1)'],
    [
      { inputShape: [8, 28, 1] },
      "convNet: inputShape: [8,28,1] is too small for 2 blocks of kernelSize 3, poolSize 2 and padding 'valid': nothing is left of the 3x13 that reach block 2",
    ],
  ])('refuses %j', (options, message) => {
    expect(() => convNet(options as ConvNetOptions)).toThrow(message)
    expect(convNet(small).outputs[0].shape).toEqual([null, 3])
  })

  test('names the shape that it wants, and the next call works', async () => {
    const model = convNet(small)
    expect(() => model.predict(tf.zeros([1, 12, 12, 3]))).toThrow('[null,12,12,2]')
    expect(() => model.predict(tf.zeros([0, 12, 12, 2]))).toThrow('x: a tensor of shape [0,12,12,2] holds no examples')
    expect((model.predict(images(2)) as tf.Tensor).shape).toEqual([2, 3])
  })
})
