import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, it } from 'vitest'
import { buildModel } from '../layers/index.ts'
import { eachTest, optimizers, pair, read, setKnownWeights } from './accelerate.testing.ts'

const { batchNormalization, conv2d, dense, flatten } = tfl.layers

/** More where a step is captured only when a shape has come several times. */
const ACTS = { asked: 40, automatic: 120 }
/** Of the weights and of what an act gives, relative to 1: steps take packed weights where eager calls do not yet, and errors add up. */
const TOLERANCE = 3e-4

eachTest()

const layersOf = () => [
  conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
  batchNormalization(),
  flatten(),
  dense({ units: 5, activation: 'tanh' }),
  dense({ units: 3, activation: 'softmax' }),
]

function built(accelerate: boolean): tfl.LayersModel {
  const inputs = tfl.input({ shape: [6, 6, 2] })
  const outputs = layersOf().reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, inputs)
  return setKnownWeights(buildModel({ inputs, outputs, accelerate }))
}

/** A model twice: as it is, and accelerated. */
const pairs = {
  asked: () => pair(() => tfl.sequential({ layers: layersOf() })),
  automatic: () => [built(false), built(true)],
}

/** Numbers in [0, 1) that are the same at each call. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x80000000
  }
}

interface Turn {
  x: tf.Tensor
  y: tf.Tensor
  batchSize: number
  seed: number
  /** In [0, 1). */
  amount: number
  layer: tfl.layers.Layer
}

const compile = (model: tfl.LayersModel, { seed, amount }: Pick<Turn, 'seed' | 'amount'>) =>
  model.compile({
    optimizer: Object.values(optimizers)[seed % Object.keys(optimizers).length](),
    loss: amount < 0.5 ? 'categoricalCrossentropy' : 'meanSquaredError',
    metrics: [[], ['accuracy'], ['mae', 'accuracy']][seed % 3],
  })

const acts: { [name: string]: (model: tfl.LayersModel, turn: Turn) => unknown } = {
  train: (model, { x, y }) => model.trainOnBatch(x, y),
  predict: (model, { x, batchSize }) => read(model.predict(x, { batchSize }) as tf.Tensor),
  evaluate: (model, { x, y, batchSize }) => read(model.evaluate(x, y, { batchSize })),
  fit: async (model, { x, y, batchSize, amount }) => {
    const classWeight = amount < 0.5 ? { 0: 1, 1: 2, 2: 0.5 } : undefined
    const validationSplit = x.shape[0] > 4 ? 0.3 : 0
    const args = { epochs: 2, batchSize, shuffle: false, verbose: 0, validationSplit, classWeight } as const
    return (await model.fit(x, y, args)).history
  },
  'set weights': (model, { seed }) =>
    tf.tidy(() =>
      model.setWeights(
        model
          .getWeights()
          .map(({ shape }, i) =>
            tf.add(tf.randomNormal(shape, 0, 0.3, 'float32', seed + i), shape.length === 1 ? 1 : 0),
          ),
      ),
    ),
  assign: (_, { layer, amount }) =>
    tf.tidy(() => {
      const weight = layer.weights[0]?.read() as tf.Variable | undefined
      weight?.assign(tf.mul(weight, 0.9 + amount / 5))
    }),
  freeze: (model, { layer, amount }) => {
    layer.trainable = amount < 0.5 || model.trainableWeights.length <= 4
  },
  rate: (model, { amount }) => {
    const rated = model.optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void }
    if (rated.setLearningRate) rated.setLearningRate(amount / 20)
    else rated.learningRate = amount / 20
  },
  compile,
  'another backend': async (model, { x }) => {
    tf.env().set('IS_TEST', false)
    await tf.setBackend('cpu')
    model.predict(x)
    await tf.setBackend('lanewise')
  },
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : []
}

it.each(
  (['asked', 'automatic'] as const).flatMap((mode) =>
    [1, 2, 3, 4, 5, 6].map((start) => ({ mode, acts: ACTS[mode], start })),
  ),
)(
  'a model lives as it would eagerly, $mode: $acts acts by chance, from seed $start',
  async ({ mode, acts: count, start }) => {
    const next = chance(start)
    const models = pairs[mode]()
    for (const model of models) compile(model, { seed: start, amount: 0 })
    for (let act = 0; act < count; act++) {
      const names = ['train', 'train', 'predict', ...Object.keys(acts)]
      const name = names[Math.floor(next() * names.length)]
      const size = [1, 2, 5, 8, 9][Math.floor(next() * 5)]
      const batchSize = [1, 3, 8, 32][Math.floor(next() * 4)]
      const [seed, amount, at] = [1 + Math.floor(next() * 1000), next(), Math.floor(next() * 5)]
      const x = tf.randomNormal([size, 6, 6, 2], 0, 1, 'float32', seed)
      const labels = Int32Array.from({ length: size }, (_, i) => (i * seed) % 3)
      const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 3)
      const given: number[][] = []
      for (const model of models) {
        const result = await acts[name](model, { x, y, batchSize, seed, amount, layer: model.layers[at] })
        given.push(numbersIn([result, read(model.getWeights())]))
      }
      const [expected, actual] = given
      expect(actual).toHaveLength(expected.length)
      const off = actual.map((value, i) => Math.abs(value - expected[i]) / Math.max(1, Math.abs(expected[i])))
      expect(
        off.findIndex((error) => !(error <= TOLERANCE)),
        `act ${act}, ${name} of ${size}`,
      ).toBe(-1)
    }
    for (const model of models) model.dispose()
  },
)
