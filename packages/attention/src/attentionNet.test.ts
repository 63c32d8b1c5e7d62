import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { reloaded } from '../../backend/src/layers/save.testing.ts'
import { type AttentionNetOptions, attentionNet, attentionScores } from './index.ts'
import { close, formula, onBackend, random, read, TOLERANCE } from './testing.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const described = (model: tfl.LayersModel) =>
  model.layers.map((layer) => `${layer.getClassName()} ${JSON.stringify(layer.outputShape)}`)
const small: AttentionNetOptions = { inputShape: [null, 4], units: 6 }
const sequences = () => random([5, 7, 4], 7)
const lengths = [7, 3, 1, 6, 2]
const shown = () =>
  tf.tensor2d(
    lengths.flatMap((length) => Array.from({ length: 7 }, (_, i) => i < length)),
    [5, 7],
    'bool',
  )
const padded = () => tf.mul(sequences(), tf.cast(tf.expandDims(shown(), 2), 'float32'))

/** The network out of stock layers and ops. */
function stock(weights: tf.Tensor[], x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const layer = tfl.layers.lstm({ units: 6, returnSequences: true })
  const h = layer.apply(x) as tf.Tensor
  layer.setWeights(weights.slice(0, 3))
  const sequence = tf.expandDims(mask ? (layer.apply(x, { mask }) as tf.Tensor) : (layer.apply(x) as tf.Tensor), 1)
  const attended = tf.squeeze(formula(sequence, sequence, sequence, 1, mask && tf.reshape(mask, [5, 1, 1, 7])), [1])
  const weight = mask ? tf.cast(tf.expandDims(mask, 2), 'float32') : tf.ones([5, 7, 1])
  const pooled = tf.div(tf.sum(tf.mul(attended, weight), 1), tf.sum(weight, 1)) as tf.Tensor2D
  tf.dispose(h)
  return tf.add(tf.matMul(pooled, weights[3] as tf.Tensor2D), weights[4])
}

describe('attentionNet', () => {
  test('with its defaults is LSTM(64), attention, pooling, Dense(1)', () => {
    const model = attentionNet({ inputShape: [null, 100], units: 64 })
    expect(model).toBeInstanceOf(tfl.LayersModel)
    expect(described(model)).toEqual([
      'InputLayer [null,null,100]',
      'LSTM [null,null,64]',
      'Attention [null,null,64]',
      'GlobalAveragePooling1D [null,64]',
      'Dense [null,1]',
    ])
    expect(described(attentionNet())).toEqual(described(model))
    expect(model.countParams()).toBe(4 * 64 * (100 + 64 + 1) + 65)
  })

  test.each([false, true])(`predicts what stock layers and ops do to ${TOLERANCE}, masking: %s`, async (masking) => {
    const model = attentionNet({ ...small, masking })
    const weights = model.getWeights().map((w) => ({ values: w.dataSync().slice(), shape: w.shape }))
    const x = masking ? padded : sequences
    const wanted = await onBackend('cpu', () =>
      tf.tidy(() =>
        read([
          stock(
            weights.map(({ values, shape }) => tf.tensor(values, shape)),
            x(),
            masking ? shown() : undefined,
          ),
        ]),
      ),
    )
    for (const backend of ['lanewise', 'cpu'])
      close(await onBackend(backend, () => tf.tidy(() => read([model.predict(x()) as tf.Tensor]))), wanted)
  })

  test.each([
    { masking: true },
    { heads: 2, masking: true },
    { pooling: 'max', masking: true },
  ] as AttentionNetOptions[])('with %j does not see how long the padding is', (more) => {
    tf.tidy(() => {
      const model = attentionNet({ ...small, ...more })
      const longer = tf.concat([padded(), tf.zeros([5, 3, 4])], 1)
      close(read([model.predict(longer) as tf.Tensor]), read([model.predict(padded()) as tf.Tensor]))
    })
  })

  test('trains as on backend-cpu', async () => {
    const model = attentionNet({ ...small, masking: true })
    const weights = model.getWeights().map((w) => ({ values: w.dataSync().slice(), shape: w.shape }))
    const train = async () => {
      const other = attentionNet({ ...small, masking: true })
      tf.tidy(() => other.setWeights(weights.map(({ values, shape }) => tf.tensor(values, shape))))
      other.compile({ optimizer: tf.train.sgd(0.1), loss: 'mean_squared_error' })
      const losses: number[] = []
      for (let step = 0; step < 4; step++)
        losses.push((await other.trainOnBatch(padded(), tf.tensor2d(lengths, [5, 1]))) as number)
      return [losses]
    }
    const wanted = await onBackend('cpu', train)
    expect(wanted[0][3]).toBeLessThan(wanted[0][0])
    close(await train(), wanted)
  })

  test('takes every size', () => {
    const model = attentionNet({
      ...{ inputShape: [9, 5], units: [8, 7], heads: 3, causal: true, pooling: 'max', masking: true },
      ...{ outputs: 4, outputActivation: 'softmax', recurrentActivation: 'sigmoid', dropout: 0.2, name: 'net' },
    })
    expect(model.name).toBe('net')
    expect(described(model)).toEqual([
      'InputLayer [null,9,5]',
      'Masking [null,9,5]',
      'LSTM [null,9,8]',
      'LSTM [null,9,7]',
      'MultiHeadAttention [null,9,7]',
      'GlobalMaxPooling1D [null,7]',
      'Dense [null,4]',
    ])
    expect(model.layers[4].getConfig()).toMatchObject({ numHeads: 3, keyDim: 3, causal: true, dropout: 0.2 })
  })

  test("compiles with Keras's names and int32 labels, saves and loads", async () => {
    const model = attentionNet({ ...small, outputs: 3, outputActivation: 'softmax', useScale: true, masking: true })
    model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] })
    await model.fit(padded(), tf.tensor1d([0, 1, 2, 0, 1], 'int32'), { epochs: 2, verbose: 0 })
    const loaded = await reloaded(model)
    expect(described(loaded)).toEqual(described(model))
    expect(read([loaded.predict(padded()) as tf.Tensor])).toEqual(read([model.predict(padded()) as tf.Tensor]))
  })

  test.each([
    [{ unit: 3 }, "attentionNet: unknown option 'unit'; allowed are inputShape, units, heads"],
    [{ inputShape: [100] }, 'attentionNet: inputShape: [100] is not [steps or null, features] of positive integers'],
    [{ units: 0 }, 'attentionNet: units: 0 is not a positive integer'],
    [{ heads: -1 }, 'attentionNet: heads: -1 is not a positive integer'],
    [{ keyDim: 4 }, 'attentionNet: keyDim: it needs heads'],
    [{ heads: 2, useScale: true }, 'attentionNet: useScale: it excludes heads'],
    [{ pooling: 'mean' }, "attentionNet: pooling: 'mean' is not one of average, max"],
    [{ dropout: 1 }, 'attentionNet: dropout: 1 is not in [0, 1)'],
    [{ outputs: 1.5 }, 'attentionNet: outputs: 1.5 is not a positive integer'],
  ])('refuses %j', (options, message) => {
    expect(() => attentionNet(options as AttentionNetOptions)).toThrow(message)
  })
})

describe('attentionScores', () => {
  test.each([{}, { heads: 2 }] as AttentionNetOptions[])(
    'with %j are the weights, which sum to 1 and leave padding out',
    (more) => {
      tf.tidy(() => {
        const model = attentionNet({ ...small, ...more, masking: true })
        const many = tf.tile(padded(), [10, 1, 1])
        const scores = attentionScores(model, many)
        expect(scores.shape).toEqual(more.heads ? [50, 2, 7, 7] : [50, 7, 7])
        const sums = tf.sum(scores, -1).dataSync()
        expect(sums.every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(true)
        // The second of the examples, whose length is 3.
        const head = more.heads
          ? tf.squeeze(tf.slice(scores, [1, 1, 0, 0], [1, 1, 3, 7]))
          : tf.squeeze(tf.slice(scores, [1, 0, 0], [1, 3, 7]))
        const word = head.arraySync() as number[][]
        for (const row of word) {
          expect(row.slice(0, 3).every((weight) => weight > 0)).toBe(true)
          expect(row.slice(3)).toEqual([0, 0, 0, 0])
        }
      })
    },
  )

  test('leak nothing, and the model predicts as before', () => {
    const model = attentionNet(small)
    const x = sequences()
    const predicted = () => tf.tidy(() => read([model.predict(x) as tf.Tensor]))
    const before = predicted()
    const { numTensors } = tf.memory()
    attentionScores(model, x).dispose()
    tf.tidy(() => read([attentionScores(model, x)]))
    const wrong = random([2, 7, 5], 1)
    expect(() => attentionScores(model, wrong)).toThrow('[null,null,4]')
    wrong.dispose()
    close(predicted(), before)
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  test('name what is wrong', () => {
    const x = sequences()
    const model = attentionNet(small)
    const name = model.layers[2].name
    expect(() => attentionScores(model, x, 'none')).toThrow(
      `attentionScores: layer: there is no 'none'; the model's attention layers are ${name}`,
    )
    const dense = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [4] })] })
    expect(() => attentionScores(dense, x)).toThrow(
      'attentionScores: layer: name one; the model has no attention layer',
    )
    expect(() => attentionScores({} as never, x)).toThrow('attentionScores: model: expected a tf.LayersModel')
    expect(attentionScores(model, x, name).shape).toEqual([5, 7, 7])
  })
})
