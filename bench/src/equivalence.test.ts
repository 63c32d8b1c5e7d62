import { attentionNet } from '@lanewise/attention'
import { configure } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { example as digits } from '../../packages/cnn/examples/digits.ts'

const STEPS = 50
const IMAGE = [28, 28, 1]
/** Of the loss of each step, relative to the first loss. */
const LOSS = 2e-6
/** Of each weight array after the last step: the length of the difference, relative to that of what training changed. */
const WEIGHTS = 2e-5

/** softmax(x x^T) x, out of stock ops. */
class StockAttention extends tfl.layers.Layer {
  static readonly className = 'StockAttention'

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = [inputs].flat()[0]
      return tf.matMul(tf.softmax(tf.matMul(x, x, false, true)), x)
    })
  }
}

const { dense, globalAveragePooling1d, lstm } = tfl.layers
// The stock layers' orthogonal matrices take seconds, and are not used.
const stockLstm = (args: object) => lstm({ units: 64, recurrentInitializer: 'glorotNormal', ...args })

interface Seed {
  name: string
  lanewise(options: { accelerate: boolean }): tfl.LayersModel
  stock(): tfl.LayersModel
  loss: string
  /** Of a batch. */
  x: number[]
  y(x: tf.Tensor): tf.Tensor
}

/** What a regression is to find: the mean of each row. */
const meanOfRow = (x: tf.Tensor) => tf.expandDims(tf.mean(tf.reshape(x, [x.shape[0], -1]), 1), 1)

const seeds: Seed[] = [
  {
    name: 'the CNN',
    lanewise: (options) => convNet({ inputShape: IMAGE, ...options }),
    stock: digits.workload.stock,
    loss: 'sparseCategoricalCrossentropy',
    x: [2, ...IMAGE],
    // The first pixel says what it is.
    y: (x) => tf.floor(tf.mul(tf.reshape(tf.slice(x, 0, [-1, 1, 1, 1]), [-1]), 9.99)),
  },
  {
    name: 'the LSTM model',
    lanewise: lstmNet,
    stock: () =>
      tfl.sequential({
        layers: [stockLstm({ returnSequences: true, inputShape: [10, 1] }), stockLstm({}), dense({ units: 1 })],
      }),
    loss: 'meanSquaredError',
    x: [8, 10, 1],
    y: meanOfRow,
  },
  {
    name: 'the attention model',
    lanewise: attentionNet,
    stock: () =>
      tfl.sequential({
        layers: [
          stockLstm({ returnSequences: true, inputShape: [null, 100] }),
          new StockAttention(),
          globalAveragePooling1d({}),
          dense({ units: 1 }),
        ],
      }),
    loss: 'meanSquaredError',
    x: [6, 7, 100],
    y: meanOfRow,
  },
]

/** Weights of Glorot's size, the same at each call. */
function firstWeights(model: tfl.LayersModel): tf.Tensor[] {
  return model.getWeights().map(({ shape }, i) => {
    if (shape.length === 1) return tf.zeros(shape)
    const fan = tf.util.sizeFromShape(shape) / shape[shape.length - 1] + shape[shape.length - 1]
    const limit = Math.sqrt(6 / fan)
    return tf.randomUniform(shape, -limit, limit, 'float32', i + 1)
  })
}

interface Run {
  losses: number[]
  /** The weights before the first step, and after the last one. */
  first: Float32Array[]
  weights: Float32Array[]
}

const read = (model: tfl.LayersModel) => model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array)

async function train(backend: string, build: () => tfl.LayersModel, seed: Seed): Promise<Run> {
  await tf.setBackend(backend)
  const model = build()
  tf.tidy(() => model.setWeights(firstWeights(model)))
  const first = read(model)
  model.compile({ optimizer: 'adam', loss: seed.loss })
  const losses: number[] = []
  for (let step = 0; step < STEPS; step++) {
    // Three batches in turn.
    const x = tf.randomUniform(seed.x, 0, 1, 'float32', 100 + (step % 3))
    const y = tf.tidy(() => seed.y(x))
    losses.push((await model.trainOnBatch(x, y)) as number)
    tf.dispose([x, y])
  }
  const weights = read(model)
  model.dispose()
  return { losses, first, weights }
}

const length = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
const minus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value - b[i])

describe(`${STEPS} steps of training from the same weights, and on backend-cpu with stock layers`, () => {
  it.each(seeds)(
    `$name by adam: losses within ${LOSS}, weights within ${WEIGHTS} of their way, kernel by kernel as in replays`,
    async (seed) => {
      configure({ fallback: 'error' })
      const build = (accelerate: boolean) => () => seed.lanewise({ accelerate })
      const actual = await train('lanewise', build(true), seed)
      const eager = await train('lanewise', build(false), seed).finally(() => configure({ fallback: 'silent' }))
      expect(actual).toEqual(eager)
      const expected = await train('cpu', seed.stock, seed)
      await tf.setBackend('lanewise')
      const [start, end] = [expected.losses[0], expected.losses[STEPS - 1]]
      expect(end).toBeLessThan(start / 2)
      const losses = actual.losses.map((loss, i) => Math.abs(loss - expected.losses[i]) / start)
      const weights = actual.weights.map(
        (weight, i) =>
          length(minus(weight, expected.weights[i])) / length(minus(expected.weights[i], expected.first[i])),
      )
      const worst = [losses, weights].map((errors) => Math.max(...errors).toExponential(1))
      console.log(
        `${seed.name}: loss ${start.toFixed(4)} to ${end.toFixed(4)}, off by ${worst[0]}; weights by ${worst[1]}`,
      )
      expect(Math.max(...losses)).toBeLessThan(LOSS)
      expect(Math.max(...weights)).toBeLessThan(WEIGHTS)
    },
    600_000,
  )
})
