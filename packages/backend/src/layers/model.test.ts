import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { buildModel, withKerasNames } from './index.ts'
import { reloaded } from './save.testing.ts'

await tf.setBackend('cpu')

const CLASSES = 3
const weights = () => [tf.tensor2d([0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [2, CLASSES]), tf.zeros([CLASSES])]

function classifier(): tfl.LayersModel {
  const input = tfl.input({ shape: [2] })
  const output = tfl.layers.dense({ units: CLASSES, activation: 'softmax', name: 'kind' }).apply(input)
  const model = buildModel({ inputs: input, outputs: output as tfl.SymbolicTensor })
  model.setWeights(weights())
  return model
}

function stockClassifier(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [tfl.layers.dense({ units: CLASSES, activation: 'softmax', inputShape: [2] })],
  })
  model.setWeights(weights())
  return model
}

const x = () => tf.tensor2d([1, 2, 3, 4, -1, 0.5, 0, 2], [4, 2])
const labels = [0, 2, 1, 2]
const sparse = { optimizer: 'sgd', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] }

describe('compile', () => {
  test.each([
    ['mse', 'meanSquaredError'],
    ['mean_squared_error', 'meanSquaredError'],
    ['meanSquaredError', 'meanSquaredError'],
    ['MAE', 'meanAbsoluteError'],
    ['binary_crossentropy', 'binaryCrossentropy'],
    ['categorical_crossentropy', 'categoricalCrossentropy'],
    ['sparse_categorical_crossentropy', 'sparseCategoricalCrossentropy'],
    ['kl_divergence', 'kullbackLeiblerDivergence'],
    ['log_cosh', 'logcosh'],
  ])('loss %s is %s', (name, stock) => {
    const model = classifier()
    model.compile({ optimizer: 'adam', loss: name })
    expect(model.loss).toBe(stock)
  })

  test.each(['adam', 'Adam', 'RMSprop', 'rmsprop', 'sgd', 'SGD', 'adagrad', 'adadelta', 'adamax'])(
    'optimizer %s',
    (name) => {
      const model = classifier()
      model.compile({ optimizer: name, loss: 'mse' })
      expect(model.optimizer.getClassName().toLowerCase()).toBe(name.toLowerCase())
    },
  )

  test('takes an optimizer, functions, and one loss for each output', () => {
    const model = classifier()
    const optimizer = tf.train.sgd(0.5)
    model.compile({
      optimizer,
      loss: { kind: 'mse' },
      metrics: { kind: ['mae', (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.sub(yTrue, yPred)] as never },
    })
    expect(model.optimizer).toBe(optimizer)
    expect(model.metricsNames).toHaveLength(3)
  })

  test.each([
    [
      { optimizer: 'adam', loss: 'crossentropy' },
      "compile: loss: 'crossentropy' is unknown; allowed are binary_crossentropy",
    ],
    [{ optimizer: 'nadam', loss: 'mse' }, "compile: optimizer: 'nadam' is unknown; allowed are adam, adamax, adagrad"],
    [
      { optimizer: 'sgd', loss: 'mse', metrics: ['f1'] },
      "compile: metrics: 'f1' is unknown; allowed are accuracy, acc",
    ],
    [{ optimizer: 'sgd', loss: 'mse', lr: 1 }, "compile: unknown option 'lr'; allowed are optimizer, loss, metrics"],
    [{ optimizer: 'sgd' }, 'compile: loss: missing'],
    [{ loss: 'mse' }, 'compile: optimizer: missing'],
  ])('%j is refused, and the next call works', (args, message) => {
    const model = classifier()
    expect(() => model.compile(args as never)).toThrow(message)
    model.compile(sparse)
  })
})

describe('sparse labels', () => {
  const forms = [
    ['int32 [n]', () => tf.tensor1d(labels, 'int32')],
    ['int32 [n, 1]', () => tf.tensor2d(labels, [4, 1], 'int32')],
    ['float32 [n]', () => tf.tensor1d(labels)],
    ['float32 [n, 1]', () => tf.tensor2d(labels, [4, 1])],
  ] as const

  test.each(forms)('%s train and evaluate as stock float32 labels do, and leak nothing', async (_, form) => {
    const stock = stockClassifier()
    stock.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
    const model = classifier()
    model.compile({ ...sparse, metrics: ['accuracy', 'crossentropy', 'sparse_categorical_accuracy'] })
    const [xs, ys, floats] = [x(), form(), tf.tensor1d(labels)]

    const stockFit = await stock.fit(xs, floats, { epochs: 2, shuffle: false })
    await stock.trainOnBatch(xs, floats)
    const before = tf.memory().numTensors
    const fit = await model.fit(xs, ys, { epochs: 2, shuffle: false, validationData: [xs, ys] })
    await model.trainOnBatch(xs, ys)
    expect(tf.memory().numTensors).toBe(before)

    expect(fit.history.loss).toEqual(stockFit.history.loss)
    expect(fit.history.acc).toEqual(stockFit.history.acc)
    expect(fit.history.sparseCategoricalAccuracy).toEqual(stockFit.history.acc)
    const value = (scalars: tf.Scalar | tf.Scalar[]) => (scalars as tf.Scalar[]).map((scalar) => scalar.dataSync()[0])
    const [loss, accuracy, crossentropy] = value(model.evaluate(xs, ys))
    expect([loss, accuracy]).toEqual(value(stock.evaluate(xs, floats)))
    expect(crossentropy).toBeCloseTo(loss, 6)
  })

  test.each([
    [
      tf.tensor1d([0, 1, 3, 2], 'int32'),
      "y: label 3 at index 2 is no class of output 'kind'; allowed are integers from 0 to 2",
    ],
    [tf.tensor1d([0, -1, 1, 2], 'int32'), 'y: label -1 at index 1 is no class'],
    [tf.tensor1d([0.5, 1, 1, 2]), 'y: label 0.5 at index 0 is no class'],
    [tf.tensor1d([Number.NaN, 1, 1, 2]), 'y: label NaN at index 0 is no class'],
    [
      tf.tensor1d([true, true, true, true] as never, 'bool'),
      "y: labels of 'kind' are bool; allowed are int32 and float32",
    ],
    [tf.tensor1d([], 'int32'), 'y: a tensor of shape [0] holds no examples'],
    [tf.zeros([4, 3]), 'shape [1]'],
  ])('%s are refused, and the next call works', async (ys, message) => {
    const model = classifier()
    model.compile(sparse)
    const xs = x()
    const before = tf.memory().numTensors
    await expect(model.fit(xs, ys)).rejects.toThrow(message)
    await expect(model.trainOnBatch(xs, ys)).rejects.toThrow(message)
    expect(() => model.evaluate(xs, ys)).toThrow(message)
    if (ys.rank === 1) expect(tf.memory().numTensors).toBe(before)
    await model.fit(xs, tf.tensor1d(labels, 'int32'))
  })
})

describe('predict', () => {
  test.each([
    [tf.zeros([0, 2]), 'x: a tensor of shape [0,2] holds no examples'],
    [undefined, 'x: expected a tf.Tensor, got undefined'],
    [[[1, 2]], 'x: expected a tf.Tensor, got [[1, 2]]'],
    [tf.zeros([1, 3]), '[null,2]'],
  ])('%s is refused, and the next call works', (wrong, message) => {
    const model = classifier()
    expect(() => model.predict(wrong as never)).toThrow(message)
    expect((model.predict(x()) as tf.Tensor).shape).toEqual([4, CLASSES])
  })
})

describe('save and load', () => {
  test('stock TensorFlow.js loads a model compiled here, and training goes on with int32 labels', async () => {
    const model = classifier()
    model.compile({ ...sparse, metrics: ['accuracy', 'sparse_categorical_accuracy'] })
    await model.trainOnBatch(x(), tf.tensor1d(labels, 'int32'))
    const loaded = withKerasNames(await reloaded(model, { includeOptimizer: true }))
    expect(loaded.predict(x()).toString()).toBe(model.predict(x()).toString())
    const next = await loaded.trainOnBatch(x(), tf.tensor1d(labels, 'int32'))
    expect(next).toEqual(((await model.trainOnBatch(x(), tf.tensor1d(labels, 'int32'))) as number[]).slice(0, 2))
  })

  test('a Sequential takes the names and the labels too', async () => {
    const model = withKerasNames(withKerasNames(stockClassifier()))
    for (let compiled = 0; compiled < 2; compiled++) {
      model.compile(sparse)
      await model.fit(x(), tf.tensor1d(labels, 'int32'))
    }
    await expect(model.fit(x(), tf.tensor1d([0, 1, 2, 3], 'int32'))).rejects.toThrow('label 3 at index 3')
  })

  test('what is no model is refused', () => {
    expect(() => withKerasNames({} as never)).toThrow('model: expected a tf.LayersModel, got an object of Object')
  })
})
