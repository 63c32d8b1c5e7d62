import { attentionNet } from '@lanewise/attention'
import { type CaptureOptions, capture, eagerly, info } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Seed {
  name: string
  build(): tfl.LayersModel
  /** Of a batch. */
  x: number[]
  y: number[]
  classes?: number
}

const stockLstm = () =>
  tfl.sequential({
    layers: [
      tfl.layers.lstm({
        units: 16,
        returnSequences: true,
        inputShape: [10, 1],
        recurrentInitializer: 'glorotNormal',
      }),
      tfl.layers.lstm({ units: 16, recurrentInitializer: 'glorotNormal' }),
      tfl.layers.dense({ units: 1 }),
    ],
  })

const seeds: Seed[] = [
  { name: 'the CNN', build: () => convNet(), x: [8, 28, 28, 1], y: [8], classes: 10 },
  { name: 'the LSTM model', build: () => lstmNet(), x: [8, 10, 1], y: [8, 1] },
  { name: 'the attention model', build: () => attentionNet(), x: [8, 7, 100], y: [8, 1] },
  { name: 'an LSTM model in stock layers', build: stockLstm, x: [4, 10, 1], y: [4, 1] },
]

/** Without this pass, the arithmetic of a replay is that of eager calls. */
const SAME: CaptureOptions = { passes: { lean: false, fuse: false } }
/** With it, biases are added in another order: of each number, relative to the largest. */
const FUSED = 1e-5

interface Training {
  makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[]
}

/** A sequential model has its own inside. */
function trainingOf(model: tfl.LayersModel): Training {
  return (model instanceof tfl.Sequential ? (model as unknown as { model: unknown }).model : model) as Training
}

describe('the three models, captured', () => {
  beforeAll(() => tf.setBackend('lanewise'))
  afterAll(() => tf.engine().disposeVariables())

  const numbers = (tensor: tf.Tensor) => tf.tidy(() => tensor.dataSync())
  const draw = (shape: number[], seed: number) => tf.randomUniform(shape, 0, 1, 'float32', seed)

  const distance = (a: tf.Tensor, b: tf.Tensor) =>
    tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0])

  it.each(seeds)('$name predicts, bit for bit', ({ build, x }) => {
    const model = build()
    const fn = (x: tf.Tensor) => model.apply(x) as tf.Tensor
    const step = capture(fn, { shape: x }, SAME)
    const fused = capture(fn, { shape: x })
    tf.tidy(() => {
      // The first calls look whether deriving pays.
      fn(draw(x, 1))
      for (let seed = 1; seed < 4; seed++) {
        const expected = fn(draw(x, seed))
        expect(numbers(step(draw(x, seed)))).toEqual(numbers(expected))
        expect(distance(fused(draw(x, seed)), expected)).toBeLessThan(FUSED)
      }
      model.setWeights(model.getWeights().map((weight, i) => draw(weight.shape, i + 10)))
      expect(numbers(step(draw(x, 4)))).toEqual(numbers(fn(draw(x, 4))))
    })
    step.dispose()
    fused.dispose()
    model.dispose()
  })

  it.each(seeds)('$name trains, bit for bit, and predicts with what it has learnt', ({ build, x, y, classes }) => {
    const models = [build(), build()]
    tf.tidy(() => models[1].setWeights(models[0].getWeights()))
    for (const model of models)
      model.compile({
        optimizer: 'adam',
        loss: classes ? 'sparseCategoricalCrossentropy' : 'meanSquaredError',
        metrics: classes ? ['accuracy'] : [],
      })
    const [eager, captured] = models.map((model) => trainingOf(model).makeTrainFunction())
    const step = capture((x: tf.Tensor, y: tf.Tensor) => captured([x, y]), [{ shape: x }, { shape: y }], SAME)
    const predict = capture((x: tf.Tensor) => models[1].apply(x) as tf.Tensor, { shape: x }, SAME)
    tf.tidy(() => {
      for (let seed = 1; seed < 8; seed++) {
        const xs = draw(x, seed)
        const ys = classes ? tf.floor(tf.mul(draw(y, seed + 100), classes)) : draw(y, seed + 100)
        expect(step(xs, ys).map(numbers)).toEqual(eagerly(() => eager([xs, ys])).map(numbers))
        for (const [i, weight] of models[0].getWeights().entries())
          expect(numbers(models[1].getWeights()[i])).toEqual(numbers(weight))
        // Eager calls pack a matrix when they meet it for the second time, so these are not the eager model's weights.
        models[1].apply(xs)
        expect(numbers(predict(xs))).toEqual(numbers(models[1].apply(xs) as tf.Tensor))
      }
    })
    const bytes = info().memory.bytesInUse
    step.dispose()
    predict.dispose()
    expect(step.bytes + predict.bytes).toBe(0)
    expect(info().memory.bytesInUse).toBeLessThan(bytes)
    for (const model of models) model.dispose()
  })
})
