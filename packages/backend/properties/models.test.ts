import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { setKnownWeights } from '../src/accelerate/accelerate.testing.ts'
import { acceleration } from '../src/index.ts'
import { buildModel } from '../src/layers/index.ts'

const { LANEWISE_FUZZ, LANEWISE_SEED } = process.env
const RUNS = Number(LANEWISE_FUZZ ?? 40)
const SEED = Number(LANEWISE_SEED ?? (LANEWISE_FUZZ === undefined ? 1 : Date.now() >>> 0))

type Layers = tfl.layers.Layer[]
const { layers } = tfl
const l2 = () => tfl.regularizers.l2({ l2: 0.01 })

/** The shape of an example, and the layers before the last one, which is dense. */
const bodies: { [name: string]: [shape: number[], body: (variant: number) => Layers] } = {
  dense: [
    [5],
    (variant) => [
      layers.dense({
        units: 6,
        activation: variant ? 'relu' : 'tanh',
        kernelRegularizer: variant > 1 ? l2() : undefined,
      }),
      ...(variant > 2 ? [layers.batchNormalization()] : []),
    ],
  ],
  images: [
    [8, 7, 2],
    (variant) => [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', padding: variant ? 'same' : 'valid' }),
      ...(variant > 1 ? [layers.batchNormalization()] : []),
      variant > 2 ? layers.averagePooling2d({ poolSize: 2 }) : layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
    ],
  ],
  sequences: [
    [4, 3],
    (variant) => [
      [layers.lstm, layers.gru, layers.simpleRNN, layers.lstm][variant]({
        units: 5,
        returnSequences: variant === 3,
      }) as tfl.RNN,
      ...(variant === 3 ? [layers.globalAveragePooling1d({})] : []),
    ],
  ],
}

const counts = fc.constantFrom(1, 2, 3, 4, 7, 8)
const losses = ['meanSquaredError', 'meanAbsoluteError', 'categoricalCrossentropy'] as const
const optimizers = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.01),
}
const compiled = fc.record({
  optimizer: fc.constantFrom(...(Object.keys(optimizers) as (keyof typeof optimizers)[])),
  loss: fc.constantFrom(...losses),
  metrics: fc.constantFrom([], ['accuracy'], ['mse']),
})
type Compiled = typeof compiled extends fc.Arbitrary<infer T> ? T : never

interface Data {
  x: (count: number) => tf.Tensor
  y: (count: number) => tf.Tensor
}
interface Step {
  text: string
  run: (model: tfl.LayersModel, data: Data) => unknown
}

const compile = (model: tfl.LayersModel, { optimizer, loss, metrics }: Compiled) =>
  model.compile({ optimizer: optimizers[optimizer](), loss, metrics: [...metrics] })

const step = <T>(
  name: string,
  drawn: fc.Arbitrary<T>,
  run: (drawn: T, model: tfl.LayersModel, data: Data) => unknown,
) =>
  drawn.map(
    (value): Step => ({
      text: `${name} ${JSON.stringify(value)}`,
      run: (model, data) => run(value, model, data),
    }),
  )

const fits = fc.record({
  count: counts,
  batchSize: fc.constantFrom(1, 2, 3, 8),
  epochs: fc.constantFrom(1, 2),
  validation: fc.constantFrom(0, 0, 2, 5),
  weights: fc.boolean(),
  stop: fc.constantFrom(false, false, false, true),
})

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: step(
      'predict',
      fc.record({ count: counts, times: fc.constantFrom(1, 5) }),
      ({ count, times }, model, { x }) =>
        tf.tidy(() => Array.from({ length: times }, () => model.predict(x(count)) as tf.Tensor).at(-1)),
    ),
  },
  {
    weight: 1,
    arbitrary: step('predict by', fc.tuple(counts, fc.constantFrom(1, 3)), ([count, batchSize], model, { x }) =>
      model.predict(x(count), { batchSize }),
    ),
  },
  { weight: 1, arbitrary: step('predictOnBatch', counts, (count, model, { x }) => model.predictOnBatch(x(count))) },
  {
    weight: 4,
    arbitrary: step(
      'trainOnBatch',
      fc.record({ count: counts, times: fc.constantFrom(1, 3) }),
      async ({ count, times }, model, { x, y }) => {
        const results = []
        for (let i = 0; i < times; i++) results.push(await model.trainOnBatch(x(count), y(count)))
        return results.flat()
      },
    ),
  },
  {
    weight: 3,
    arbitrary: step('fit', fits, async ({ count, batchSize, epochs, validation, weights, stop }, model, { x, y }) => {
      const { history } = await model.fit(x(count), y(count), {
        batchSize,
        epochs,
        shuffle: false,
        verbose: 0,
        validationData: validation ? [x(validation), y(validation)] : undefined,
        classWeight: weights && model.loss === 'categoricalCrossentropy' ? { 0: 1, 1: 2, 2: 0.5 } : undefined,
        callbacks: stop
          ? {
              onBatchEnd: async () => {
                model.stopTraining = true
              },
            }
          : undefined,
      })
      return Object.entries(history).flatMap(([name, values]) => [name, ...values])
    }),
  },
  {
    weight: 1,
    arbitrary: step('fitDataset', fc.tuple(counts, counts), async ([a, b], model, { x, y }) => {
      const batches = [a, b, a].map((count) => ({ xs: x(count), ys: y(count) }))
      const iterator = async () => {
        let i = 0
        return {
          next: async () => (i < batches.length ? { value: batches[i++], done: false } : { value: null, done: true }),
        }
      }
      const { history } = await model.fitDataset({ iterator } as never, { epochs: 1, verbose: 0 })
      return Object.values(history).flat()
    }),
  },
  {
    weight: 2,
    arbitrary: step('evaluate', fc.tuple(counts, fc.constantFrom(2, 8)), ([count, batchSize], model, { x, y }) =>
      model.evaluate(x(count), y(count), { batchSize }),
    ),
  },
  { weight: 1, arbitrary: step('compile', compiled, (values, model) => compile(model, values)) },
  {
    weight: 1,
    arbitrary: step(
      'freeze',
      fc.record({ layer: fc.nat(3), again: fc.constantFrom(undefined, ...losses) }),
      ({ layer, again }, model) => {
        const changed = model.layers[layer % model.layers.length]
        changed.trainable = !changed.trainable
        if (again) compile(model, { optimizer: 'sgd', loss: again, metrics: [] })
      },
    ),
  },
  {
    weight: 1,
    arbitrary: step('scale weights', fc.constantFrom(0.5, 1.5), (by, model) =>
      tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, by)))),
    ),
  },
  {
    weight: 1,
    arbitrary: step('one layer', fc.nat(3), (layer, model) => {
      const changed = model.layers[layer % model.layers.length]
      tf.tidy(() => changed.setWeights(changed.getWeights().map((weight) => tf.add(weight, 0.1))))
    }),
  },
  {
    weight: 1,
    arbitrary: step('rate', fc.constantFrom(0.001, 0.03), (rate, model) => {
      ;(model.optimizer as unknown as { learningRate: number }).learningRate = rate
    }),
  },
  {
    weight: 1,
    arbitrary: step('elsewhere', counts, async (count, model, { x }) => {
      const values = await (model.predict(x(count)) as tf.Tensor).data()
      await tf.setBackend('cpu')
      const other = model.predict(x(count)) as tf.Tensor
      const cpu = Array.from(other.dataSync())
      await tf.setBackend('lanewise')
      return [...values, ...cpu]
    }),
  },
  { weight: 1, arbitrary: step('grow', fc.constantFrom(2e7, 5e7), (count) => tf.tidy(() => tf.sum(tf.ones([count])))) },
)

/** Numbers, or what was thrown. */
async function outcome(run: () => unknown): Promise<unknown> {
  try {
    const result = await run()
    return [result]
      .flat()
      .flatMap((part) => (part instanceof tf.Tensor ? [part.shape.join(), ...part.dataSync()] : part))
  } catch (error) {
    return (error as Error).message.replace(/_\d+/g, '')
  }
}

describe('models that replay by themselves', () => {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
    // TensorFlow.js warns of layers that are frozen without compiling again.
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  })

  it('give the bits of those that do not, whatever is called in whatever order', async () => {
    const plans = fc.record({
      body: fc.constantFrom(...Object.keys(bodies)),
      variant: fc.nat(3),
      compiled,
      steps: fc.array(steps, { minLength: 3, maxLength: 14 }),
    })
    let replaying = 0
    const property = fc.asyncProperty(plans, async (plan) => {
      const [shape, body] = bodies[plan.body]
      tf.engine().startScope()
      const data: Data = {
        x: (count) => tf.randomNormal([count, ...shape], 0, 1, 'float32', count),
        y: (count) =>
          tf.oneHot(
            tf.tensor1d(
              Array.from({ length: count }, (_, i) => i % 3),
              'int32',
            ),
            3,
          ),
      }
      const models = [false, true].map((accelerate) => {
        const inputs = tfl.input({ shape })
        const stack = [...body(plan.variant), layers.dense({ units: 3, activation: 'softmax' })]
        const outputs = stack.reduce<tfl.SymbolicTensor>((x, layer) => layer.apply(x) as tfl.SymbolicTensor, inputs)
        const model = setKnownWeights(buildModel({ inputs, outputs, accelerate }))
        compile(model, plan.compiled)
        return model
      })
      for (const { text, run } of plan.steps) {
        const [expected, actual] = [
          await outcome(() => run(models[0], data)),
          await outcome(() => run(models[1], data)),
        ]
        expect(actual, text).toEqual(expected)
        const [before, after] = models.map((model) => model.getWeights().map((weight) => weight.dataSync()))
        expect(after, `weights after ${text}`).toEqual(before)
      }
      if (acceleration(models[1]).steps > 0) replaying++
      for (const model of models) model.dispose()
      tf.engine().endScope()
    })
    await fc.assert(property, { numRuns: RUNS, seed: SEED })
    console.log(`${RUNS} models, ${replaying} of which replay at the end, seed ${SEED}`)
    expect(replaying).toBeGreaterThan(RUNS / 2)
  }, 3_600_000)
})
