import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accelerate, acceleration, configure, eagerly, info } from '../index.ts'
import { registerLayer } from '../layers/index.ts'
import { saved } from '../layers/save.testing.ts'
import { batch, eachTest, inUse, launches, optimizers, read, target } from './accelerate.testing.ts'
import { built, compiled, PREDICTS, small, TRAINS, times } from './automatic.testing.ts'

const { batchNormalization, conv2d, dense, dropout, flatten, leakyReLU } = tfl.layers

const warnings = eachTest()
afterEach(() => {
  configure({ accelerate: true })
  vi.unstubAllEnvs()
})

async function train(model: tfl.LayersModel, count = TRAINS + 1): Promise<unknown[]> {
  const losses = []
  for (let i = 0; i < count; i++) losses.push(await model.trainOnBatch(batch(4), target(4)))
  return losses
}

describe('a model that a package has built', () => {
  it(`replays what came ${PREDICTS} times in predict and evaluate, ${TRAINS} times in training`, async () => {
    const model = compiled()
    const x = batch(4)
    const y = target(4)
    const acts: [count: number, run: () => unknown][] = [
      [PREDICTS, () => model.predict(x)],
      [PREDICTS, () => model.evaluate(x, y, { batchSize: 4 })],
      [TRAINS, () => model.trainOnBatch(x, y)],
    ]
    for (const [count, run] of acts) {
      const { steps } = acceleration(model)
      for (let i = 1; i < count; i++) await run()
      expect(acceleration(model).steps).toBe(steps)
      const eager = await launches(() => eagerly(run))
      await run()
      expect(acceleration(model).steps).toBe(steps + 1)
      expect(await launches(run)).toBeLessThan(eager / 2)
    }
    expect(acceleration(model)).toMatchObject({ mode: 'automatic', steps: 3, reasons: [] })
    expect(acceleration(model).bytes).toBeGreaterThan(0)
    expect(await launches(() => model.predict(x))).toBe(0)
  })

  it('takes no memory for shapes that come once', () => {
    const held = [{ accelerate: false }, {}].map((options) => {
      const model = small(options)
      const before = inUse()
      for (let size = 1; size <= 32; size++) tf.tidy(() => void model.predict(batch(size)))
      const { tensors, bytes } = inUse()
      expect(acceleration(model).steps).toBe(0)
      return [tensors - before.tensors, bytes - before.bytes]
    })
    expect(held[1]).toEqual(held[0])
  })

  it('gives the bits that it gives eagerly, for each size of a batch and after each step of training', async () => {
    const build = (options: { accelerate?: boolean }) =>
      built(
        [
          conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
          batchNormalization(),
          flatten(),
          dense({ units: 5, activation: 'tanh' }),
          dense({ units: 3, activation: 'softmax' }),
        ],
        options,
        [6, 6, 2],
      )
    for (const [name, optimizer] of Object.entries(optimizers)) {
      const models = [build({ accelerate: false }), build({})]
      for (const model of models)
        model.compile({ optimizer: optimizer(), loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] })
      for (const size of [1, 2, 3, 7, 8, 24, 33]) {
        const x = tf.randomNormal([size, 6, 6, 2], 0, 1, 'float32', size)
        const y = tf.tensor1d(Int32Array.from({ length: size }, (_, i) => i % 3))
        const [expected, actual] = await Promise.all(
          models.map(async (model) => {
            const seen: unknown[] = []
            for (let step = 0; step < 4; step++) seen.push(await model.trainOnBatch(x, y))
            times(PREDICTS, () => model.predict(x, { batchSize: size }))
            times(PREDICTS, () => tf.tidy(() => model.evaluate(x, y, { batchSize: size })))
            seen.push(read(model.predict(x, { batchSize: size }) as tf.Tensor))
            seen.push(read(model.evaluate(x, y, { batchSize: size })), read(model.getWeights()))
            return seen
          }),
        )
        expect(actual, `${name}, ${size}`).toEqual(expected)
      }
      expect(acceleration(models[0])).toEqual({ mode: 'off', steps: 0, bytes: 0, reasons: [] })
      expect(acceleration(models[1])).toMatchObject({ mode: 'automatic', steps: 21, reasons: [] })
      for (const model of models) model.dispose()
    }
  })

  it('replays dropout, which drops others in each step', async () => {
    const model = small({}, [dropout({ rate: 0.5 })])
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const { history } = await model.fit(batch(8), target(8), { epochs: 6, batchSize: 8, verbose: 0 })
    expect(new Set(history.loss).size).toBe(6)
    expect(warnings()).toEqual([])
    expect(acceleration(model)).toMatchObject({ steps: 1, reasons: [] })
  })

  it('takes the caller at her word after `accelerate`: at first use, with a warning', async () => {
    const losses = vi.fn((y: tf.Tensor, p: tf.Tensor) => tf.losses.meanSquaredError(y, p))
    const model = compiled({}, losses)
    times(PREDICTS, () => model.predict(batch(2)))
    expect(acceleration(model).mode).toBe('automatic')
    expect(accelerate(model, { limit: 2 })).toBe(model)
    expect(acceleration(model)).toEqual({ mode: 'asked', steps: 0, bytes: 0, reasons: [] })
    model.predict(batch(3))
    expect(await launches(() => model.predict(batch(3)))).toBe(0)
    await train(model, 5)
    expect(losses).toHaveBeenCalledTimes(1)
    expect(accelerate(model)).toBe(model)
    model.compile({ optimizer: new (class Mine extends tf.SGDOptimizer {})(0.1), loss: losses })
    await train(model, 2)
    expect(warnings()).toEqual([expect.stringContaining('the optimizer Mine')])
  })
})

describe('what may do more than compute tensors runs each time', () => {
  const seen = vi.fn()
  afterEach(() => seen.mockClear())

  it('a loss and a metric of the caller', async () => {
    const loss = (y: tf.Tensor, p: tf.Tensor) => {
      seen()
      return tf.losses.meanSquaredError(y, p)
    }
    for (const [model, reason] of [
      [compiled({}, loss), /a loss or a metric/],
      [compiled({}, 'mse', [loss]), /a loss or a metric/],
      [compiled({}, ['mse'], { [compiled().outputNames[0]]: 'mae' }), undefined],
      [compiled({}, tf.losses.meanSquaredError, [tfl.metrics.meanAbsoluteError, 'mae']), undefined],
    ] as const) {
      seen.mockClear()
      await train(model, 5)
      expect(seen).toHaveBeenCalledTimes(reason === undefined ? 0 : 5)
      expect(acceleration(model).reasons).toEqual(reason === undefined ? [] : [expect.stringMatching(reason)])
      expect(acceleration(model).steps).toBe(reason === undefined ? 1 : 0)
    }
  })

  it('a loss that is put in the place of one that is known', async () => {
    const model = compiled()
    await train(model)
    const { lossFunctions } = model as unknown as { lossFunctions: ((y: tf.Tensor, p: tf.Tensor) => tf.Tensor)[] }
    const [known] = lossFunctions
    lossFunctions[0] = (y, p) => {
      seen()
      return known(y, p)
    }
    await train(model, 5)
    expect(seen).toHaveBeenCalledTimes(5)
  })

  class Counting extends tfl.layers.Layer {
    static readonly className: string = 'CountingForTests'
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const [x] = [inputs].flat()
      if (x instanceof tf.Tensor) seen()
      return tf.neg(x)
    }
  }
  class Known extends Counting {
    static override readonly className = 'KnownForTests'
  }
  registerLayer(Known as never)

  it('a layer of the caller, until one says that it is none', () => {
    const predicts = (layer: tfl.layers.Layer) => {
      const model = small({}, [layer])
      seen.mockClear()
      times(PREDICTS + 3, () => model.predict(batch(2)))
      return { calls: seen.mock.calls.length, ...acceleration(model) }
    }
    expect(predicts(new Counting({}))).toMatchObject({
      calls: PREDICTS + 3,
      steps: 0,
      reasons: [expect.stringContaining('an object of Counting is not of TensorFlow.js')],
    })
    expect(predicts(new Known({}))).toMatchObject({ calls: PREDICTS, steps: 1, reasons: [] })
  })

  it('a regularizer of the caller', async () => {
    class Mine extends (tfl.regularizers.l1l2().constructor as new () => { apply(): tf.Tensor }) {}
    const model = built([dense({ units: 1, kernelRegularizer: new Mine() as never })])
    model.compile({ optimizer: 'sgd', loss: 'mse' })
    await train(model)
    expect(acceleration(model)).toMatchObject({ steps: 0, reasons: [expect.stringContaining('an object of Mine')] })
  })

  it.each<[string, (layer: tfl.layers.Layer) => () => void]>([
    [
      'a hook that watches the calls of a layer',
      (layer) => {
        layer.setCallHook(() => seen())
        return () => layer.clearCallHook()
      },
    ],
    [
      'a call that was replaced',
      (layer) => {
        const { call } = layer
        layer.call = (...args) => {
          seen()
          return call.apply(layer, args)
        }
        return () => Reflect.deleteProperty(layer, 'call')
      },
    ],
  ])('%s, as long as it is there', async (_, watch) => {
    const model = compiled()
    times(PREDICTS, () => model.predict(batch(2)))
    await train(model)
    const unwatch = watch(model.layers[1])
    times(5, () => model.predict(batch(2)))
    await train(model, 5)
    expect(seen).toHaveBeenCalledTimes(10)
    expect(acceleration(model).reasons).toEqual(Array(2).fill(expect.stringMatching(/watched or was replaced$/)))
    unwatch()
    times(2 * PREDICTS, () => model.predict(batch(2)))
    await train(model, 5)
    expect(seen).toHaveBeenCalledTimes(10)
    expect(acceleration(model)).toMatchObject({ steps: 2, reasons: [] })
  })

  it('a loss that is added to a layer, and numbers of a layer that change', async () => {
    const models = [{ accelerate: false }, {}].map((options) => {
      const model = small(options, [dropout({ rate: 0.5, seed: 3 })])
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'mse' })
      return model
    })
    const losses = []
    for (const model of models) {
      const each = await train(model, 4)
      ;(model.layers[2] as unknown as { rate: number }).rate = 0.1
      each.push(...(await train(model, 4)))
      model.layers[1].addLoss(() => {
        seen()
        return tf.scalar(0.5)
      })
      each.push(...(await train(model, 4)))
      losses.push(each)
    }
    expect(losses[1]).toEqual(losses[0])
    expect(seen).toHaveBeenCalledTimes(8)
  })

  it('numbers, activations and constraints that change, of predictions and of train steps', async () => {
    const results = []
    for (const options of [{ accelerate: false }, {}]) {
      const model = small(options, [leakyReLU({ alpha: 0.1 }), dense({ units: 3, kernelConstraint: 'maxNorm' })])
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'mse' })
      const [leaky, constrained] = model.layers.slice(-3) as unknown as [
        { alpha: number },
        { activation: object; kernelConstraint: { maxValue: number } },
      ]
      const all: unknown[] = []
      const turn = async () => {
        for (let i = 0; i < PREDICTS + 2; i++) all.push(read(model.predict(batch(2)) as tf.Tensor))
        all.push(await train(model, 4))
      }
      await turn()
      leaky.alpha = 0.7
      await turn()
      constrained.kernelConstraint.maxValue = 0.2
      await turn()
      constrained.activation = (dense({ units: 1, activation: 'relu' }) as unknown as { activation: object }).activation
      await turn()
      if (options.accelerate === undefined) expect(acceleration(model).steps).toBe(2)
      results.push(all)
    }
    expect(results[1]).toEqual(results[0])
  })
})

describe('what else of a layer changes between predictions is seen', () => {
  const { averagePooling2d, cropping2D, permute, reLU, zeroPadding2d } = tfl.layers
  const images = () => tf.reshape(tf.linspace(-1, 1, 2 * 5 * 5 * 2), [2, 5, 5, 2])

  it.each<[string, () => tfl.layers.Layer, (layer: Record<string, never>) => void]>([
    ['a number that was not there', () => reLU(), (layer) => Object.assign(layer, { maxValue: 0.5 })],
    ['a name that was not there', () => flatten(), (layer) => Object.assign(layer, { dataFormat: 'channelsFirst' })],
    [
      'a number in a list',
      () => averagePooling2d({ poolSize: [2, 2] }),
      ({ poolSize }) => Object.assign(poolSize, { 0: 1 }),
    ],
    [
      'an axis in a list',
      () => permute({ dims: [2, 1, 3] }),
      ({ dimsIncludingBatch }) => Object.assign(dimsIncludingBatch, [0, 1, 2, 3]),
    ],
    [
      'a list of lists',
      () =>
        cropping2D({
          cropping: [
            [1, 1],
            [0, 0],
          ],
        }),
      (layer) =>
        Object.assign(layer, {
          cropping: [
            [0, 2],
            [0, 0],
          ],
        }),
    ],
    [
      'a number in a list of lists',
      () =>
        zeroPadding2d({
          padding: [
            [1, 1],
            [2, 2],
          ],
        }),
      ({ padding }) => Object.assign(padding[0], [0, 2]),
    ],
    [
      'a weight put in the place of another',
      () => dense({ units: 2 }),
      (layer) => {
        const other = dense({ units: 2, kernelInitializer: 'ones' })
        other.build([null, 5, 5, 2])
        Object.assign(layer, { kernel: (other as unknown as Record<string, unknown>).kernel })
      },
    ],
  ])('%s', (_, layer, change) => {
    const results = [{ accelerate: false }, {}].map((options) => {
      const model = built([layer()], options, [5, 5, 2])
      const predict = () => read(model.predict(images()) as tf.Tensor)
      times(PREDICTS + 1, () => model.predict(images()))
      change(model.layers[1] as unknown as Record<string, never>)
      return [predict(), predict()]
    })
    expect(results[1]).toEqual(results[0])
  })
})

it('a train step that would tell of an index out of range only at its end runs each time', async () => {
  const layers = [tfl.layers.embedding({ inputDim: 10, outputDim: 4 }), flatten(), dense({ units: 1 })]
  const model = built(layers, {}, [3])
  model.compile({ optimizer: 'sgd', loss: 'mse' })
  const x = tf.tensor2d([[1, 2, 3]])
  for (let i = 0; i < 4; i++) await model.trainOnBatch(x, tf.ones([1, 1]))
  expect(acceleration(model)).toMatchObject({ steps: 0, reasons: [expect.stringContaining('index out of range')] })
  const before = read(model.getWeights())
  await expect(model.trainOnBatch(tf.tensor2d([[1, 2, 10]]), tf.ones([1, 1]))).rejects.toThrow('10')
  expect(read(model.getWeights())).toEqual(before)
  times(PREDICTS, () => model.predict(x))
  expect(acceleration(model).steps).toBe(1)
  expect(() => model.predict(tf.tensor2d([[1, 2, 10]]))).toThrow('10')
})

describe('is switched off', () => {
  it('for a model, by an option', () => {
    const model = small({ accelerate: false })
    times(2 * PREDICTS, () => model.predict(batch(2)))
    expect(acceleration(model)).toEqual({ mode: 'off', steps: 0, bytes: 0, reasons: [] })
    expect(() => small({ accelerate: 1 as never })).toThrow('buildModel: accelerate: 1 is not true or false')
  })

  it('for all models that nobody asked to, by configure, which gives the memory back', async () => {
    const models = [small(), accelerate(small())]
    for (const model of models) times(PREDICTS, () => model.predict(batch(2)))
    expect(info().accelerate).toBe(true)
    configure({ accelerate: false })
    expect(info().accelerate).toBe(false)
    const [automatic, asked] = await Promise.all(models.map((model) => launches(() => model.predict(batch(2)))))
    expect([automatic > 0, asked]).toEqual([true, 0])
    expect(models.map((model) => acceleration(model).steps)).toEqual([0, 1])
    configure({ accelerate: true })
    times(PREDICTS, () => models[0].predict(batch(2)))
    expect(acceleration(models[0]).steps).toBe(1)
    expect(() => configure({ accelerate: 'no' as never })).toThrow("accelerate is 'no'; it may be true or false")
  })

  it.each([
    ['0', false],
    ['1', true],
    ['', true],
  ])('by LANEWISE_ACCELERATE=%s, unless configure says otherwise', async (text, expected) => {
    vi.stubEnv('LANEWISE_ACCELERATE', text)
    vi.resetModules()
    const { acceleratesByItself, configure } = await import('../configure.ts')
    expect(acceleratesByItself()).toBe(expected)
    configure({ accelerate: !expected })
    expect(acceleratesByItself()).toBe(!expected)
  })

  it('and refuses other texts', async () => {
    vi.stubEnv('LANEWISE_ACCELERATE', 'off')
    vi.resetModules()
    const { acceleratesByItself } = await import('../configure.ts')
    expect(() => acceleratesByItself()).toThrow("LANEWISE_ACCELERATE is 'off'; it may be 0 or 1")
  })

  it('where it has no effect: on another backend', async () => {
    const model = small()
    tf.env().set('IS_TEST', false)
    await tf.setBackend('cpu')
    times(2 * PREDICTS, () => model.predict(batch(2)))
    await tf.setBackend('lanewise')
    expect(acceleration(model).steps).toBe(0)
  })
})

describe('beside the rest of TensorFlow.js', () => {
  it('copies, saved models and gradients are as ever', async () => {
    const model = compiled()
    times(PREDICTS, () => model.predict(batch(3)))
    await train(model)
    const copy = tfl.LayersModel.fromConfig(tfl.LayersModel as never, model.getConfig() as never) as tfl.LayersModel
    copy.setWeights(model.getWeights())
    expect(acceleration(copy).mode).toBe('off')
    expect(Object.keys(model)).toEqual(Object.keys(compiled({ accelerate: false })))
    const [x] = [batch(3)]
    const through = (each: tfl.LayersModel) => tf.grad((input) => tf.sum(each.predict(input) as tf.Tensor))(x)
    // The second time, weights are packed.
    through(copy)
    expect(read(through(model))).toEqual(read(through(copy)))
    const artifacts = await saved(model)
    expect(JSON.stringify(artifacts.modelTopology)).not.toContain('accelerate')
    const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifacts))
    expect(acceleration(loaded).mode).toBe('off')
    times(1, () => loaded.predict(x))
    expect(read(loaded.predict(x) as tf.Tensor)).toEqual(read(model.predict(x) as tf.Tensor))
  })

  it('predicts that wait for each other give each its own', async () => {
    const model = small()
    const x = [1, 2, 3].map((seed) => batch(2, seed))
    const expected = x.map((each) => read(eagerly(() => model.predict(each)) as tf.Tensor))
    times(PREDICTS, () => model.predict(x[0]))
    const actual = await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        await null
        const y = model.predict(x[i % 3]) as tf.Tensor
        await null
        return [Array.from(await y.data())]
      }),
    )
    for (const [i, values] of actual.entries()) expect(values).toEqual(expected[i % 3])
  })
})

it('refuses what is no model', () => {
  expect(() => acceleration(3 as never)).toThrow('acceleration: model: expected a model, got 3')
})
