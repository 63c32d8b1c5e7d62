import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { reloaded } from '../../backend/src/layers/save.testing.ts'
import { LSTM, type LstmNetOptions, lstmNet } from './index.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

function stockSeed(): tfl.LayersModel {
  const { lstm, dense } = tfl.layers
  // The stock orthogonal initializer takes seconds.
  const args = { units: 64, recurrentInitializer: 'glorotNormal' } as const
  return tfl.sequential({
    layers: [lstm({ ...args, returnSequences: true, inputShape: [10, 1] }), lstm({ ...args }), dense({ units: 1 })],
  })
}

const described = (model: tfl.LayersModel) =>
  model.layers.map((layer) => `${layer.getClassName()} ${JSON.stringify(layer.outputShape)}`)

describe('lstmNet', () => {
  test('with its defaults is the seed RNN, of fused layers', () => {
    const model = lstmNet({ inputShape: [10, 1], units: [64, 64] })
    expect(model).toBeInstanceOf(tfl.LayersModel)
    expect(model.layers.filter((layer) => layer instanceof LSTM)).toHaveLength(2)
    expect(described(model).slice(1)).toEqual(described(stockSeed()))
    expect(described(lstmNet())).toEqual(described(model))
  })

  test('predicts what the stock layers predict, to 1e-5', () => {
    const stock = stockSeed()
    const model = lstmNet()
    model.setWeights(stock.getWeights())
    const x = tf.randomUniform([4, 10, 1], -1, 1, 'float32', 3)
    const difference = tf.sub(model.predict(x) as tf.Tensor, stock.predict(x) as tf.Tensor)
    expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-5)
  })

  test('takes every size, and sequences of any length', () => {
    const model = lstmNet({
      inputShape: [null, 3],
      units: [8, 4, 2],
      outputs: 5,
      outputActivation: 'softmax',
      activation: 'relu',
      recurrentActivation: 'sigmoid',
      returnSequences: true,
      dropout: 0.25,
      name: 'deep_lstm',
    })
    expect(model.name).toBe('deep_lstm')
    expect(described(model)).toEqual([
      'InputLayer [null,null,3]',
      'LSTM [null,null,8]',
      'LSTM [null,null,4]',
      'LSTM [null,null,2]',
      'Dense [null,null,5]',
    ])
    expect(model.layers[1].getConfig()).toMatchObject({
      activation: 'relu',
      recurrentActivation: 'sigmoid',
      dropout: 0.25,
    })
    for (const steps of [1, 7])
      expect((model.predict(tf.ones([2, steps, 3])) as tf.Tensor).shape).toEqual([2, steps, 5])
    expect(described(lstmNet({ units: 7 })).slice(1)).toEqual(['LSTM [null,7]', 'Dense [null,1]'])
  })

  test("learns with Keras's names, saves and loads", async () => {
    const model = lstmNet({ inputShape: [5, 1], units: [8, 8] })
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'mean_squared_error' })
    const x = tf.randomUniform([32, 5, 1], -1, 1, 'float32', 5)
    const y = tf.mean(x, 1)
    const { history } = await model.fit(x, y, { epochs: 40 })
    expect(history.loss.at(-1)).toBeLessThan((history.loss[0] as number) / 20)

    const loaded = await reloaded(model)
    expect(loaded.layers[1]).toBeInstanceOf(LSTM)
    expect(loaded.predict(x).toString()).toBe(model.predict(x).toString())
  })

  it('classifies with int32 labels', async () => {
    const model = lstmNet({ inputShape: [4, 2], units: 6, outputs: 3, outputActivation: 'softmax' })
    model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] })
    await model.fit(tf.ones([6, 4, 2]), tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'))
  })

  it.each([
    [{ unit: 4 }, "lstmNet: unknown option 'unit'; allowed are inputShape, units, outputs"],
    [{ inputShape: [10] }, 'lstmNet: inputShape: [10] is not [steps or null, features] of positive integers'],
    [{ inputShape: [10, null] }, 'lstmNet: inputShape: [10, null] is not'],
    [{ units: [] }, 'lstmNet: units: [] needs at least 1 entry'],
    [{ units: [64, 0] }, 'lstmNet: units: [64, 0] is not a positive integer'],
    [{ outputs: Number.NaN }, 'lstmNet: outputs: NaN is not a positive integer'],
    [{ activation: 'elu' }, "lstmNet: activation: 'elu' is not one of hardSigmoid, sigmoid"],
    [{ dropout: 1 }, 'lstmNet: dropout: 1 is not in [0, 1)'],
    [{ returnSequences: 'yes' }, "lstmNet: returnSequences: 'yes' is not true or false"],
  ])('refuses %j', (options, message) => {
    expect(() => lstmNet(options as LstmNetOptions)).toThrow(message)
    expect(lstmNet({ units: 2 }).outputs[0].shape).toEqual([null, 1])
  })

  it('names the shape that it wants, and the next call works', () => {
    const model = lstmNet({ units: 4 })
    expect(() => model.predict(tf.zeros([1, 10, 2]))).toThrow('[null,10,1]')
    expect(() => model.predict(tf.zeros([0, 10, 1]))).toThrow('x: a tensor of shape [0,10,1] holds no examples')
    expect((model.predict(tf.zeros([2, 10, 1])) as tf.Tensor).shape).toEqual([2, 1])
  })
})
