import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { eachTest, launches, optimizers, pair, read, weightsOf } from './accelerate.testing.ts'

const { batchNormalization, bidirectional, concatenate, conv2d, dense, embedding, flatten, lstm } = tfl.layers

const warnings = eachTest()

/** Relative to the first loss. */
const ROUNDING = 1e-5

interface Network {
  build(): tfl.LayersModel
  x: number[][]
  /** Whether x are whole numbers below 10. */
  isText?: boolean
  /** Classes of each output; 0 for a regression. */
  classes: number[]
}

const networks: { [name: string]: Network } = {
  'convolution with batch normalization': {
    build: () =>
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [9, 9, 2], filters: 4, kernelSize: 3, activation: 'relu' }),
          batchNormalization(),
          flatten(),
          dense({ units: 3, activation: 'softmax', kernelRegularizer: 'l1l2' }),
        ],
      }),
    x: [[9, 9, 2]],
    classes: [3],
  },
  'a stock LSTM in both directions': {
    build: () =>
      tfl.sequential({
        layers: [
          bidirectional({
            layer: lstm({ units: 4, recurrentInitializer: 'glorotNormal' }) as tfl.RNN,
            mergeMode: 'concat',
            inputShape: [5, 3],
          }),
          dense({ units: 1 }),
        ],
      }),
    x: [[5, 3]],
    classes: [0],
  },
  'embedded words of which some are masked': {
    build: () =>
      tfl.sequential({
        layers: [
          embedding({ inputDim: 10, outputDim: 4, maskZero: true, inputLength: 5 }),
          lstm({ units: 3, recurrentInitializer: 'glorotNormal', kernelConstraint: 'nonNeg' }),
          dense({ units: 2, activation: 'softmax' }),
        ],
      }),
    x: [[5]],
    isText: true,
    classes: [2],
  },
  'two inputs and two outputs': {
    build: () => {
      const inputs = [tfl.input({ shape: [4] }), tfl.input({ shape: [3, 2] })]
      const both = concatenate().apply([inputs[0], flatten().apply(inputs[1]) as tfl.SymbolicTensor])
      const hidden = dense({ units: 6, activation: 'tanh' }).apply(both) as tfl.SymbolicTensor
      const outputs = [
        dense({ units: 2, activation: 'softmax', name: 'kind' }).apply(hidden) as tfl.SymbolicTensor,
        dense({ units: 1, name: 'size' }).apply(hidden) as tfl.SymbolicTensor,
      ]
      return tfl.model({ inputs, outputs })
    },
    x: [[4], [3, 2]],
    classes: [2, 0],
  },
}

function dataOf({ x, isText, classes }: Network, samples: number): { x: tf.Tensor[]; y: tf.Tensor[] } {
  return {
    x: x.map((shape, i) =>
      isText
        ? tf.floor(tf.randomUniform([samples, ...shape], 0, 10, 'float32', i + 50))
        : tf.randomNormal([samples, ...shape], 0, 1, 'float32', i + 50),
    ),
    y: classes.map((count, i) =>
      count === 0
        ? tf.randomNormal([samples, 1], 0, 1, 'float32', i + 60)
        : (tf.oneHot(
            tf.tensor1d(
              Float32Array.from({ length: samples }, (_, s) => (s * 7) % count),
              'int32',
            ),
            count,
          ) as tf.Tensor),
    ),
  }
}

const lossesOf = ({ classes }: Network) =>
  classes.map((count) => (count === 0 ? 'meanSquaredError' : 'categoricalCrossentropy'))

describe.each(Object.entries(networks))('a network of %s', (_, network) => {
  it.each(Object.keys(optimizers))('fits with %s as it does eagerly, bit for bit', async (name) => {
    const { x, y } = dataOf(network, 22)
    const told: string[][] = [[], []]
    const models = pair(network.build)
    const histories = []
    for (const [i, model] of models.entries()) {
      model.compile({ optimizer: optimizers[name](), loss: lossesOf(network), metrics: ['accuracy'] })
      const tell = (event: string) => async (at: unknown, logs?: unknown) => {
        told[i].push(`${event} ${at} ${Object.keys((logs as object) ?? {})} ${Object.values((logs as object) ?? {})}`)
      }
      const { history, epoch } = await model.fit(x, y, {
        batchSize: 8,
        epochs: 3,
        shuffle: false,
        verbose: 0,
        yieldEvery: 'batch',
        validationData: [x.map((part) => part.slice(0, 5)), y.map((part) => part.slice(0, 5))] as never,
        callbacks: {
          onTrainBegin: tell('train begins'),
          onEpochBegin: tell('epoch begins'),
          onBatchBegin: tell('batch begins'),
          onBatchEnd: tell('batch ends'),
          onEpochEnd: tell('epoch ends'),
          onTrainEnd: tell('train ends'),
        } as never,
      })
      histories.push({ history, epoch })
    }
    expect(histories[1]).toEqual(histories[0])
    expect(told[1]).toEqual(told[0])
    expect(weightsOf(models[1])).toEqual(weightsOf(models[0]))
    expect(warnings()).toEqual([])
    const [eager, accelerated] = await Promise.all(models.map((model) => launches(() => model.trainOnBatch(x, y))))
    expect(accelerated).toBeLessThan(eager / 5)
  })

  it('predicts and is evaluated as it is eagerly, in batches whole and ragged', async () => {
    const { x, y } = dataOf(network, 22)
    const models = pair(network.build)
    for (const model of models) model.compile({ optimizer: 'sgd', loss: lossesOf(network), metrics: ['accuracy'] })
    const [eager, accelerated] = models
    for (const batchSize of [22, 32, 8, 1]) {
      for (let time = 0; time < 2; time++) {
        expect(read(accelerated.predict(x, { batchSize }))).toEqual(read(eager.predict(x, { batchSize })))
        expect(read(accelerated.evaluate(x, y, { batchSize }))).toEqual(read(eager.evaluate(x, y, { batchSize })))
      }
    }
    expect(read(accelerated.predictOnBatch(x))).toEqual(read(eager.predictOnBatch(x)))
    expect(await launches(() => accelerated.predict(x))).toBe(0)
    expect(warnings()).toEqual([])
  })

  it('keeps its class weights', async () => {
    const { x, y } = dataOf(network, 22)
    const models = pair(network.build)
    const classWeight = network.classes.map((count) => (count === 0 ? null : { 0: 0.5, 1: 2, 2: 3 }))
    const results = []
    for (const model of models) {
      model.compile({ optimizer: 'sgd', loss: lossesOf(network) })
      const args = { batchSize: 8, epochs: 2, shuffle: false, verbose: 0, classWeight: classWeight as never }
      results.push(
        (await model.fit(x, y, args)).history,
        (await model.fit(x, y, { ...args, classWeight: undefined })).history,
      )
    }
    expect(results.slice(2)).toEqual(results.slice(0, 2))
    expect(weightsOf(models[1])).toEqual(weightsOf(models[0]))
    expect(warnings()).toEqual([])
  })

  it(`fits with all passes as it does eagerly, but for rounding: losses within ${ROUNDING}`, async () => {
    const { x, y } = dataOf(network, 22)
    const losses = []
    for (const model of pair(network.build, {})) {
      model.compile({ optimizer: 'adam', loss: lossesOf(network) })
      losses.push(
        (await model.fit(x, y, { batchSize: 8, epochs: 5, shuffle: false, verbose: 0 })).history.loss as number[],
      )
    }
    for (const [i, loss] of losses[1].entries())
      expect(Math.abs(loss - losses[0][i])).toBeLessThan(ROUNDING * losses[0][0])
  })
})
