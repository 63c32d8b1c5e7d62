import { attentionNet } from '@lanewise/attention'
import { configure, info } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** What the stock layers of the three models launch, initialisers and metrics included. */
const SEED_KERNELS = `Abs Add ArgMax BatchMatMul Cast ClipByValue Concat Conv2D Conv2DBackpropFilter Conv2DBackpropInput
  Equal Floor FusedConv2D GatherV2 Greater GreaterEqual Identity LessEqual Log LogicalAnd MaxPool MaxPoolGrad Mean
  Multiply Neg OneHot Pack PadV2 Pow RealDiv Relu Reshape Select Sign Slice Softmax SplitV Sqrt Square Step StridedSlice
  Sub Sum Tanh Tile Transpose Unpack ZerosLike _FusedMatMul`.split(/\s+/)

interface Seed {
  name: string
  build(options?: { accelerate: boolean }): tfl.LayersModel
  /** Of layers that TensorFlow.js has, and so never accelerated by itself. */
  isStock?: boolean
  x: number[]
  y: number[]
  classes?: number
  loss: string
}

const dense = (args: Parameters<typeof tfl.layers.dense>[0]) => tfl.layers.dense(args)

/** Takes chance out of a model whose initializers have run. */
function seedWeights(model: tfl.LayersModel): void {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map((weight, i) => {
        const fan = weight.shape.slice(0, -1).reduce((a, b) => a * b, 1)
        return weight.rank < 2 ? weight : tf.randomNormal(weight.shape, 0, Math.sqrt(1 / fan), 'float32', i + 1)
      }),
    ),
  )
}

const seeds: Seed[] = [
  {
    name: 'the CNN',
    build: convNet,
    x: [8, 28, 28, 1],
    y: [8],
    classes: 10,
    loss: 'sparse_categorical_crossentropy',
  },
  { name: 'the LSTM model', build: lstmNet, x: [8, 10, 1], y: [8, 1], loss: 'mean_squared_error' },
  { name: 'the attention model', build: attentionNet, x: [8, 7, 100], y: [8, 1], loss: 'mean_squared_error' },
  {
    name: 'the CNN in stock layers',
    isStock: true,
    build: () =>
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.flatten(),
          dense({ units: 128, activation: 'relu' }),
          dense({ units: 10, activation: 'softmax' }),
        ],
      }),
    x: [8, 28, 28, 1],
    y: [8],
    classes: 10,
    loss: 'sparseCategoricalCrossentropy',
  },
  {
    name: 'the LSTM model in stock layers',
    isStock: true,
    build: () =>
      tfl.sequential({
        layers: [
          tfl.layers.lstm({ units: 64, returnSequences: true, inputShape: [10, 1] }),
          tfl.layers.lstm({ units: 64 }),
          dense({ units: 1 }),
        ],
      }),
    x: [8, 10, 1],
    y: [8, 1],
    loss: 'meanSquaredError',
  },
]

describe('the kernels of the three models', () => {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
    configure({ fallback: 'error' })
  })
  afterAll(() => configure({ fallback: 'silent' }))

  it('are 49, all with SIMD versions', () => {
    const native = new Set(info().kernels.native)
    expect(SEED_KERNELS).toHaveLength(49)
    expect(SEED_KERNELS.filter((name) => !native.has(name))).toEqual([])
  })

  const modes = seeds.flatMap((seed) =>
    (seed.isStock ? [false] : [true, false]).map((accelerate) => ({ ...seed, accelerate })),
  )

  it.each(modes)('$name trains and predicts without falling back, accelerate: $accelerate', async (mode) => {
    const { build, accelerate, x, y, classes, loss } = mode
    const model = build({ accelerate })
    seedWeights(model)
    model.compile({ optimizer: 'adam', loss, metrics: classes ? ['accuracy'] : [] })
    const xs = tf.randomUniform(x, 0, 1, 'float32', 1)
    const ys = tf.tidy(() => {
      const values = tf.randomUniform(y, 0, classes ?? 1, 'float32', 2)
      return classes ? tf.floor(values) : values
    })
    const history = await model.fit(xs, ys, {
      epochs: 5,
      batchSize: 4,
      shuffle: false,
      validationSplit: 0.25,
      verbose: 0,
    })
    const losses = history.history.loss as number[]
    expect(losses.every(Number.isFinite)).toBe(true)
    expect(losses.at(-1)).toBeLessThan(losses[0])
    const out = model.predict(xs) as tf.Tensor
    expect((await out.data()).every(Number.isFinite)).toBe(true)
  })
})
