import { attentionNet, attentionScores } from '@lanewise/attention'
import { accelerate, acceleration } from '@lanewise/backend'
import { convNet, mobileNetV2, resNet50 } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it, vi } from 'vitest'

interface Seed {
  name: string
  build(options?: { accelerate: boolean }): tfl.LayersModel
  loss: string
  x: number[]
  classes: number
}

const seeds: Seed[] = [
  { name: 'the CNN', build: convNet, loss: 'sparseCategoricalCrossentropy', x: [28, 28, 1], classes: 10 },
  { name: 'the LSTM model', build: lstmNet, loss: 'meanSquaredError', x: [10, 1], classes: 0 },
  { name: 'the attention model', build: attentionNet, loss: 'meanSquaredError', x: [7, 100], classes: 0 },
]

function setKnownWeights(model: tfl.LayersModel): void {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map((weight, i) => {
        const fan = weight.shape.slice(0, -1).reduce((a, b) => a * b, 1)
        return weight.rank < 2 ? weight : tf.randomNormal(weight.shape, 0, Math.sqrt(1 / fan), 'float32', i + 1)
      }),
    ),
  )
}

/** Eager, accelerated when it is asked for, and by itself. */
const modelsOf = (build: Seed['build']) => [
  build({ accelerate: false }),
  accelerate(build(), { passes: { lean: false, fuse: false } }),
  build(),
]

const read = (tensors: tf.Tensor | tf.Tensor[]) => [tensors].flat().map((tensor) => tensor.dataSync())

describe('accelerated models', () => {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
  })

  it.each(seeds)('$name fits, is evaluated and predicts as it does eagerly, bit for bit', async (seed) => {
    const { build, loss, x, classes } = seed
    const warn = vi.spyOn(console, 'warn')
    const started = vi.spyOn(tf.backend() as tf.KernelBackend & { runNative(): unknown }, 'runNative')
    const xs = tf.randomUniform([22, ...x], 0, 1, 'float32', 1)
    const ys = tf.tidy(() => {
      const values = tf.randomUniform([22, 1], 0, classes || 1, 'float32', 2)
      return classes ? tf.floor(values) : values
    })
    const results = []
    for (const model of modelsOf(build)) {
      setKnownWeights(model)
      model.compile({ optimizer: 'adam', loss, metrics: classes ? ['accuracy'] : [] })
      const args = { epochs: 3, batchSize: 8, shuffle: false, validationSplit: 0.25, verbose: 0 }
      const { history } = await model.fit(xs, ys, args)
      const losses = []
      for (let i = 0; i < 2; i++) losses.push(await model.trainOnBatch(xs, ys))
      const ragged = read(model.predict(xs, { batchSize: 5 }) as tf.Tensor)
      const judged = read(model.evaluate(xs, ys, { batchSize: 5 }))
      const one = tf.slice(xs, 0, 1)
      for (let i = 0; i < 4; i++) model.predict(one)
      started.mockClear()
      const single = read(model.predict(one) as tf.Tensor)
      const launches = started.mock.calls.length
      results.push({ values: { history, losses, ragged, judged, single, weights: read(model.getWeights()) }, launches })
    }
    const [eager, ...accelerated] = results
    expect(eager.launches).toBeGreaterThan(0)
    for (const { values, launches } of accelerated) {
      expect(values).toEqual(eager.values)
      expect(launches).toBe(0)
    }
    expect(warn).not.toHaveBeenCalled()
    started.mockRestore()
    warn.mockRestore()
  })

  const dropping: Seed[] = [
    { ...seeds[0], build: () => convNet({ dropout: 0.4 }) },
    { ...seeds[1], build: () => lstmNet({ dropout: 0.4 }) },
    { ...seeds[2], build: () => attentionNet({ dropout: 0.4 }) },
    { ...seeds[2], name: 'attention of two heads', build: () => attentionNet({ dropout: 0.4, heads: 2 }) },
  ]

  it.each(dropping)('$name with dropout fits in replays, and drops others in each', async (seed) => {
    const { build, loss, x, classes } = seed
    const warn = vi.spyOn(console, 'warn')
    const model = accelerate(build())
    model.compile({ optimizer: tf.train.sgd(0), loss })
    const xs = tf.randomUniform([8, ...x], 0, 1, 'float32', 1)
    const ys = classes ? tf.zeros([8, 1]) : tf.randomUniform([8, 1], 0, 1, 'float32', 2)
    const losses = new Set<unknown>()
    for (let i = 0; i < 4; i++) losses.add(await model.trainOnBatch(xs, ys))
    expect(losses.size).toBe(4)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
    model.dispose()
    tf.dispose([xs, ys])
  })

  const small = { inputShape: [32, 32, 3], classes: 3 }
  const classifier = { outputs: 3, outputActivation: 'softmax' } as const
  it.each<[string, (options: { accelerate?: boolean }) => tfl.LayersModel, number[]]>([
    ['convNet', (options) => convNet({ ...small, ...options }), [2, 32, 32, 3]],
    ['mobileNetV2', (options) => mobileNetV2({ ...small, alpha: 0.35, ...options }), [2, 32, 32, 3]],
    ['resNet50', (options) => resNet50({ ...small, ...options }), [1, 32, 32, 3]],
    ['lstmNet', (options) => lstmNet({ ...classifier, ...options }), [2, 10, 1]],
    [
      'attentionNet',
      (options) => attentionNet({ ...classifier, masking: true, units: [8, 8], ...options }),
      [2, 5, 100],
    ],
    ['attentionNet of heads', (options) => attentionNet({ ...classifier, heads: 2, ...options }), [2, 5, 100]],
  ])('%s replays all that it does by itself, unless it is told not to', async (_, build, shape) => {
    const x = tf.randomUniform(shape, 0, 1, 'float32', 1)
    const y = tf.zeros([shape[0]], 'int32')
    for (const [options, mode, steps] of [
      [{}, 'automatic', 3],
      [{ accelerate: true }, 'automatic', 3],
      [{ accelerate: false }, 'off', 0],
    ] as const) {
      const model = build(options)
      model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy', 'ce'] })
      for (let time = 0; time < 4; time++) {
        if (time < 2) await model.trainOnBatch(x, y)
        tf.dispose([model.predict(x), model.evaluate(x, y)].flat(2) as tf.Tensor[])
      }
      expect(acceleration(model)).toMatchObject({ mode, steps, reasons: [] })
      model.dispose()
    }
    tf.dispose([x, y])
  })

  it('still tell their attention', () => {
    const model = attentionNet()
    const x = tf.randomUniform([2, 7, 100])
    const expected = attentionScores(model, x).dataSync()
    accelerate(model).predict(x)
    expect(attentionScores(model, x).dataSync()).toEqual(expected)
  })
})
