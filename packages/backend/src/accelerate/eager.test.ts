import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { accelerate } from '../index.ts'
import { batch, compiled, eachTest, pair, read, small, target, weightsOf } from './accelerate.testing.ts'

const { dense, lstm } = tfl.layers

const warnings = eachTest()

describe('what can not be captured runs eagerly, with one warning that says why', () => {
  it('states, which go on from batch to batch', async () => {
    const models = pair(() =>
      tfl.sequential({
        layers: [
          lstm({
            units: 4,
            stateful: true,
            recurrentInitializer: 'glorotNormal',
            batchInputShape: [2, 3, 4],
            name: 'memory',
          }),
          dense({ units: 1 }),
        ],
      }),
    )
    const x = tf.randomNormal([2, 3, 4], 0, 1, 'float32', 1)
    const y = tf.randomNormal([2, 1], 0, 1, 'float32', 2)
    const results = []
    for (const model of models) {
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      const result: unknown[] = []
      for (let i = 0; i < 3; i++) result.push(read(model.predict(x) as tf.Tensor), await model.trainOnBatch(x, y))
      model.resetStates()
      result.push(read(model.predict(x) as tf.Tensor))
      results.push(result)
    }
    expect(results[1]).toEqual(results[0])
    expect(warnings()).toEqual([expect.stringContaining("the layer 'memory' keeps states from call to call")])
  })

  it('an optimizer of the caller', async () => {
    class Shrinking extends tf.SGDOptimizer {
      private rate = 1
      override applyGradients(gradients: never) {
        this.rate /= 2
        this.setLearningRate(this.rate)
        super.applyGradients(gradients)
      }
    }
    const models = pair(compiled())
    for (const model of models) {
      model.compile({ optimizer: new Shrinking(1), loss: 'meanSquaredError' })
      await model.fit(batch(8), target(8), { batchSize: 2, epochs: 2, shuffle: false, verbose: 0 })
    }
    expect(weightsOf(models[1])).toEqual(weightsOf(models[0]))
    expect(warnings()).toEqual([expect.stringContaining('the optimizer Shrinking')])
  })

  it("an optimizer with the caller's methods", async () => {
    const models = pair(compiled())
    for (const model of models) {
      const optimizer = tf.train.adam(1)
      const { applyGradients } = optimizer
      optimizer.applyGradients = (gradients) => {
        ;(optimizer as unknown as { learningRate: number }).learningRate /= 2
        applyGradients.call(optimizer, gradients)
      }
      model.compile({ optimizer, loss: 'meanSquaredError' })
      await model.fit(batch(8), target(8), { batchSize: 2, epochs: 2, shuffle: false, verbose: 0 })
    }
    expect(weightsOf(models[1])).toEqual(weightsOf(models[0]))
    expect(warnings()).toEqual([expect.stringContaining('a method of the optimizer was replaced')])
  })

  class Reading extends tfl.layers.Layer {
    static readonly className = 'Reading'
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const [x] = [inputs].flat()
      return tf.mul(x, tf.max(x).dataSync()[0])
    }
  }
  class ArcTangent extends tfl.layers.Layer {
    static readonly className = 'ArcTangent'
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.atan2([inputs].flat()[0], 1)
    }
  }

  it.each([
    ['reads values', 'values are read', () => new Reading({})],
    ['needs a kernel without a SIMD version', 'kernel Atan2 has no SIMD version', () => new ArcTangent({})],
  ])('a layer that %s', async (_, reason, layer) => {
    const models = pair(() =>
      tfl.sequential({ layers: [dense({ units: 3, inputShape: [4] }), layer(), dense({ units: 1 })] }),
    )
    const results = []
    for (const model of models) {
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
      const { history } = await model.fit(batch(9), target(9), { batchSize: 4, epochs: 2, shuffle: false, verbose: 0 })
      results.push([history, read(model.predict(batch(9)) as tf.Tensor), read(model.evaluate(batch(9), target(9)))])
    }
    expect(results[1]).toEqual(results[0])
    expect(warnings()).toEqual([expect.stringContaining(reason)])
  })
})

describe('errors are those of TensorFlow.js, and there is no warning', () => {
  it.each<[string, (model: tfl.LayersModel) => unknown]>([
    ['data of a wrong shape', (model) => model.predict(tf.zeros([2, 5]))],
    [
      'data that is disposed',
      (model) => {
        const x = batch(2)
        model.predict(x)
        x.dispose()
        return model.predict(x)
      },
    ],
    ['labels of a wrong shape', (model) => model.trainOnBatch(batch(2), tf.zeros([2, 7]))],
    ['weights of samples', (model) => model.fit(batch(2), target(2), { sampleWeight: tf.ones([2]) })],
    [
      'nothing to train',
      (model) => {
        for (const layer of model.layers) layer.trainable = false
        return model.trainOnBatch(batch(2), target(2))
      },
    ],
    [
      'a disposed model',
      (model) => {
        model.predict(batch(2))
        model.dispose()
        return model.predict(batch(2))
      },
    ],
    [
      'a disposed optimizer',
      async (model) => {
        const optimizer = tf.train.sgd(0.1)
        model.compile({ optimizer, loss: 'meanSquaredError' })
        for (let step = 0; step < 3; step++) await model.trainOnBatch(batch(2), target(2))
        optimizer.dispose()
        return model.trainOnBatch(batch(2), target(2))
      },
    ],
    ['no training configuration', () => accelerate(small()).evaluate(batch(2), target(2))],
  ])('%s', async (_, act) => {
    const said = []
    for (const model of pair(compiled()))
      said.push(
        await (async () => act(model))().then(
          () => 'no error',
          (error: Error) => error.message,
        ),
      )
    expect(said[1].replace(/\d+/g, '#')).toBe(said[0].replace(/\d+/g, '#'))
    expect(said[0]).not.toBe('no error')
    expect(warnings()).toEqual([])
  })
})
