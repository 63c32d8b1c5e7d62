import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accelerate, eagerly, info } from '../index.ts'
import { withKerasNames } from '../layers/index.ts'
import { inUse, launches, pair, read, setKnownWeights, weightsOf } from './accelerate.testing.ts'

const { batchNormalization, bidirectional, concatenate, conv2d, dense, dropout, flatten, lstm } = tfl.layers

interface Network {
  build(): tfl.LayersModel
  x: number[][]
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

const optimizers: { [name: string]: () => tf.Optimizer } = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  rmsprop: () => tf.train.rmsprop(0.005, 0.9, 0.1),
  adam: () => tf.train.adam(0.01),
  adagrad: () => tf.train.adagrad(0.05),
  adamax: () => tf.train.adamax(0.01),
}

function dataOf({ x, classes }: Network, samples: number): { x: tf.Tensor[]; y: tf.Tensor[] } {
  return {
    x: x.map((shape, i) => tf.randomNormal([samples, ...shape], 0, 1, 'float32', i + 50)),
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

let warn: ReturnType<typeof vi.spyOn>

beforeEach(async () => {
  await tf.setBackend('lanewise')
  tf.env().set('IS_TEST', true)
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
  warn.mockRestore()
})

const small = () =>
  tfl.sequential({ layers: [dense({ units: 3, inputShape: [4], activation: 'tanh' }), dense({ units: 1 })] })

function compiled(optimizer: string | tf.Optimizer = 'sgd'): () => tfl.LayersModel {
  return () => {
    const model = small()
    model.compile({ optimizer, loss: 'meanSquaredError' })
    return model
  }
}

const batch = (size: number, seed = 1) => tf.randomNormal([size, 4], 0, 1, 'float32', seed)
const target = (size: number, seed = 9) => tf.randomNormal([size, 1], 0, 1, 'float32', seed)

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
    expect(warn).not.toHaveBeenCalled()
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
    expect(warn).not.toHaveBeenCalled()
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
    expect(warn).not.toHaveBeenCalled()
  })
})

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
    expect(warn).not.toHaveBeenCalled()
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
    expect(warn).not.toHaveBeenCalled()
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

describe('what can not be captured runs eagerly, with one warning that says why', () => {
  const warnings = () => warn.mock.calls.map(([text]: unknown[]) => String(text))

  it('dropout, drawn anew in each step; without training it is captured', async () => {
    const model = accelerate(
      setKnownWeights(
        tfl.sequential({
          layers: [dense({ units: 50, inputShape: [4] }), dropout({ rate: 0.5 }), dense({ units: 1 })],
        }),
      ),
    )
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError', metrics: ['mae'] })
    const x = batch(8)
    const y = target(8)
    const { history } = await model.fit(x, y, { epochs: 5, batchSize: 8, validationSplit: 0.25, verbose: 0 })
    await model.fit(x, y, { epochs: 2, batchSize: 8, verbose: 0 })
    expect(new Set(history.loss).size).toBe(5)
    expect(new Set(history.val_loss).size).toBe(1)
    model.predict(x)
    expect(await launches(() => model.predict(x))).toBe(0)
    expect(warnings()).toEqual([
      expect.stringMatching(/^lanewise: accelerate: .*training sequential_\d+: .*random numbers/),
    ])
  })

  it('an LSTM with dropout, which keeps its masks', async () => {
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
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const x = tf.randomNormal([8, 3, 4])
    const y = tf.randomNormal([8, 4])
    for (let i = 0; i < 3; i++) expect(await model.trainOnBatch(x, y)).toBeGreaterThan(0)
    expect(read(model.predict(x) as tf.Tensor)[0].every(Number.isFinite)).toBe(true)
    expect(warnings()).toHaveLength(1)
  })

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

  it('a layer that reads values, and one on a kernel without a SIMD version', async () => {
    class Reading extends tfl.layers.Layer {
      static readonly className = 'Reading'
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [x] = [inputs].flat()
        return tf.mul(x, tf.max(x).dataSync()[0])
      }
    }
    class Sine extends tfl.layers.Layer {
      static readonly className = 'Sine'
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.sin([inputs].flat()[0])
      }
    }
    for (const [layer, reason] of [
      [() => new Reading({}), 'values are read'],
      [() => new Sine({}), 'kernel Sin has no SIMD version'],
    ] as const) {
      const models = pair(() =>
        tfl.sequential({ layers: [dense({ units: 3, inputShape: [4] }), layer(), dense({ units: 1 })] }),
      )
      const results = []
      for (const model of models) {
        model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
        const { history } = await model.fit(batch(9), target(9), {
          batchSize: 4,
          epochs: 2,
          shuffle: false,
          verbose: 0,
        })
        results.push([history, read(model.predict(batch(9)) as tf.Tensor), read(model.evaluate(batch(9), target(9)))])
      }
      expect(results[1]).toEqual(results[0])
      expect(warnings()).toEqual([expect.stringContaining(reason)])
      warn.mockClear()
    }
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
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('memory', () => {
  it('is flat over 1,000 steps of training and predicting', async () => {
    const model = accelerate(compiled('adam')())
    const x = batch(4)
    const y = target(4)
    const at: object[] = []
    for (let i = 0; i < 1000; i++) {
      await model.trainOnBatch(x, y)
      tf.dispose(model.predict(x))
      tf.dispose(model.evaluate(x, y))
      at.push(inUse())
    }
    expect(at[999]).toEqual(at[1])
  })

  it('is given back by dispose, and by compile for what is stale', async () => {
    const before = inUse()
    const model = accelerate(compiled('adam')())
    const eager = compiled('adam')()
    const x = batch(4)
    const y = target(4)
    const fit = { batchSize: 3, epochs: 2, verbose: 0, validationSplit: 0.25 } as const
    for (let time = 0; time < 3; time++) {
      for (const each of [model, eager]) {
        await each.fit(x, y, fit)
        tf.dispose(each.predict(x))
      }
      const compile = { optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' } as const
      const used = info().memory.bytesInUse
      for (const each of [model, eager]) (each as unknown as { optimizer: tf.Optimizer }).optimizer.dispose()
      model.compile(compile)
      eager.compile(compile)
      expect(info().memory.bytesInUse).toBeLessThan(used)
    }
    for (const each of [model, eager]) {
      each.dispose()
      ;(each as unknown as { optimizer: tf.Optimizer }).optimizer.dispose()
    }
    tf.dispose([x, y])
    expect(inUse()).toEqual(before)
  })

  it('is held for as many shapes as `limit` says, and those that come once drive none out', async () => {
    const model = accelerate(small(), { limit: 2 })
    const predict = (size: number) => model.predict(batch(size))
    predict(1)
    predict(2)
    for (let size = 3; size < 9; size++) predict(size)
    const x = [1, 2, 3].map((size) => batch(size))
    expect(await launches(() => model.predict(x[0]))).toBe(0)
    expect(await launches(() => model.predict(x[1]))).toBe(0)
    // This one comes again.
    model.predict(x[2])
    expect(await launches(() => model.predict(x[2]))).toBe(0)
    expect(await launches(() => model.predict(x[0]))).toBeGreaterThan(0)
  })
})

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
    const saved = await Promise.all(
      pair(compiled('adam')).map(async (model) => {
        await model.trainOnBatch(batch(4), target(4))
        let artifacts: tf.io.ModelArtifacts = {}
        const handler = tf.io.withSaveHandler(async (given) => {
          artifacts = given
          return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
        })
        await model.save(handler, { includeOptimizer: true })
        return artifacts
      }),
    )
    expect(saved[1].weightData).toEqual(saved[0].weightData)
    expect(saved[1].trainingConfig).toEqual(saved[0].trainingConfig)
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
    expect(warn).not.toHaveBeenCalled()
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
    expect(warn).not.toHaveBeenCalled()
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
