import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { reloaded } from '../../backend/src/layers/save.testing.ts'
import { MultiHeadAttention, type MultiHeadAttentionArgs, multiHeadAttention } from './index.ts'
import { close, evaluate, formula, onBackend, random, read, setWeights, TOLERANCE, variablesOf } from './testing.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const inputs = () => [random([2, 5, 6], 1), random([2, 7, 8], 2), random([2, 7, 10], 3)]
const small: MultiHeadAttentionArgs = { numHeads: 3, keyDim: 4 }
const seen = (rows: number[], steps: number) =>
  tf.tensor2d(
    rows.flatMap((length) => Array.from({ length: steps }, (_, i) => i < length)),
    [rows.length, steps],
    'bool',
  )

/** The layer out of stock ops, from its weights in Keras's order. */
function stock(
  [query, value, key = value]: tf.Tensor[],
  weights: tf.Tensor[],
  useBias: boolean,
  visible?: tf.Tensor,
): tf.Tensor {
  const step = useBias ? 2 : 1
  const heads = (x: tf.Tensor, at: number) => {
    const [dim, count, size] = weights[at * step].shape as number[]
    const [batch, steps] = x.shape as number[]
    let y: tf.Tensor = tf.matMul(
      tf.reshape(x, [batch * steps, dim]),
      tf.reshape(weights[at * step], [dim, count * size]) as tf.Tensor2D,
    )
    if (useBias) y = tf.add(y, tf.reshape(weights[at * 2 + 1], [count * size]))
    return tf.transpose(tf.reshape(y, [batch, steps, count, size]), [0, 2, 1, 3])
  }
  const q = heads(query, 0)
  const out = formula(q, heads(key, 1), heads(value, 2), 1 / Math.sqrt(q.shape[3] as number), visible)
  const [batch, count, steps, size] = out.shape as number[]
  const kernel = tf.reshape(weights[3 * step], [count * size, -1]) as tf.Tensor2D
  const joined = tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [batch * steps, count * size])
  const y = tf.reshape(tf.matMul(joined, kernel), [batch, steps, -1])
  return useBias ? tf.add(y, weights[7]) : y
}

for (const backend of ['lanewise', 'cpu'])
  describe(`MultiHeadAttention on ${backend} has the numbers and gradients of stock ops on backend-cpu to ${TOLERANCE}`, () => {
    const both = async (
      args: MultiHeadAttentionArgs,
      count: number,
      call: () => object = () => ({}),
      visible?: () => tf.Tensor,
    ) => {
      const given = () => inputs().slice(0, count)
      const layer = multiHeadAttention(args)
      layer.apply(given())
      setWeights(layer)
      const weights = layer.getWeights().map((w) => ({ values: w.dataSync().slice(), shape: w.shape }))
      const wanted = await onBackend('cpu', () => {
        const variables = weights.map(({ values, shape }) => tf.variable(tf.tensor(values, shape)))
        const result = evaluate((xs) => stock(xs, variables, args.useBias !== false, visible?.()), given(), variables)
        tf.dispose(variables)
        return result
      })
      close(
        await onBackend(backend, () =>
          evaluate((xs) => layer.apply(xs, call()) as tf.Tensor, given(), variablesOf(layer)),
        ),
        wanted,
      )
      layer.dispose()
    }

    test.each([
      [small, 2],
      [small, 3],
      [{ ...small, valueDim: 5 }, 3],
      [{ ...small, outputShape: 9 }, 3],
      [{ ...small, useBias: false }, 2],
      [{ numHeads: 1, keyDim: 1 }, 2],
    ])('%j of %i inputs', (args, count) => both(args, count))

    test('causal', () => {
      const visible = () => tf.lessEqual(tf.reshape(tf.range(0, 7), [1, 7]), tf.reshape(tf.range(0, 5), [5, 1]))
      return both({ ...small, causal: true }, 3, () => ({}), visible)
    })

    test('with masks', async () => {
      const value = () => seen([7, 3], 7)
      await both(
        small,
        3,
        () => ({ mask: [null, value()] }),
        () => tf.reshape(value(), [2, 1, 1, 7]),
      )
      const each = () => tf.greater(random([2, 5, 7], 9), -0.5)
      await both(
        small,
        3,
        () => ({ attentionMask: each() }),
        () => tf.expandDims(each(), 1),
      )
    })

    test('with a mask of query, whose hidden rows weigh all keys alike', async () => {
      const query = () => seen([5, 2], 5)
      await both(
        small,
        3,
        () => ({ mask: [query()] }),
        () => tf.reshape(query(), [2, 1, 5, 1]),
      )
    })

    test('and drops weights in training only', async () => {
      await onBackend(backend, () =>
        tf.tidy(() => {
          const layer = multiHeadAttention({ ...small, dropout: 0.5 })
          const plain = read([layer.apply(inputs()) as tf.Tensor])
          expect(read([layer.apply(inputs()) as tf.Tensor])).toEqual(plain)
          const dropped = () => evaluate((xs) => layer.apply(xs, { training: true }) as tf.Tensor, inputs())
          expect(dropped()[0]).not.toEqual(plain[0])
          expect(dropped().flat().every(Number.isFinite)).toBe(true)
        }),
      )
    })
  })

describe('configuration', () => {
  test('names and shapes of weights are those of Keras', () => {
    const layer = multiHeadAttention({ ...small, valueDim: 5, name: 'mha' })
    layer.apply(inputs())
    expect(layer.weights.map(({ originalName, shape }) => [originalName, shape])).toEqual([
      ['mha/query/kernel', [6, 3, 4]],
      ['mha/query/bias', [3, 4]],
      ['mha/key/kernel', [10, 3, 4]],
      ['mha/key/bias', [3, 4]],
      ['mha/value/kernel', [8, 3, 5]],
      ['mha/value/bias', [3, 5]],
      ['mha/attention_output/kernel', [3, 5, 6]],
      ['mha/attention_output/bias', [6]],
    ])
  })

  test('comes back from getConfig', () => {
    const layer = multiHeadAttention({
      ...small,
      outputShape: [7],
      dropout: 0.1,
      kernelInitializer: 'heNormal',
      biasRegularizer: 'l1l2',
      kernelConstraint: 'nonNeg',
    })
    const config = layer.getConfig()
    expect(config).toMatchObject({
      ...small,
      outputShape: [7],
      kernelInitializer: { className: 'VarianceScaling' },
      biasRegularizer: { className: 'L1L2' },
      kernelConstraint: { className: 'NonNeg' },
    })
    expect(new MultiHeadAttention(structuredClone(config) as unknown as MultiHeadAttentionArgs).getConfig()).toEqual(
      config,
    )
  })

  test('saves, loads and trains on in a model', async () => {
    const x = tfl.input({ shape: [null, 6] })
    const y = multiHeadAttention(small).apply([x, x]) as tfl.SymbolicTensor
    const model = tfl.model({ inputs: x, outputs: tfl.layers.globalAveragePooling1d().apply(y) as tfl.SymbolicTensor })
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const [data] = inputs()
    const first = (await model.trainOnBatch(data, tf.zeros([2, 6]))) as number
    expect((await model.trainOnBatch(data, tf.zeros([2, 6]))) as number).toBeLessThan(first)
    const loaded = await reloaded(model)
    expect(read([loaded.predict(data) as tf.Tensor])).toEqual(read([model.predict(data) as tf.Tensor]))
  })

  test('apply(query, { value, key }) is apply([query, value, key])', () => {
    tf.tidy(() => {
      const layer = multiHeadAttention(small)
      const [query, value, key] = inputs()
      const listed = read([layer.apply([query, value, key]) as tf.Tensor])
      expect(read([layer.apply(query, { value, key }) as tf.Tensor])).toEqual(listed)
    })
  })
})

describe('refuses', () => {
  test.each([
    [{ keyDim: 4 }, 'MultiHeadAttention: numHeads: missing'],
    [{ numHeads: 2.5, keyDim: 4 }, 'MultiHeadAttention: numHeads: 2.5 is not a positive integer'],
    [{ ...small, valueDim: 0 }, 'MultiHeadAttention: valueDim: 0 is not a positive integer'],
    [{ ...small, outputShape: [3, 4] }, 'MultiHeadAttention: outputShape: [3, 4] is not a positive integer'],
    [{ ...small, attentionAxes: [2] }, 'MultiHeadAttention: attentionAxes: [2] is not 1, the axis of steps'],
    [{ ...small, heads: 2 }, "MultiHeadAttention: unknown option 'heads'; allowed are numHeads, keyDim"],
    [{ ...small, kernelInitializer: 'glorot' }, 'glorot'],
  ])('%j', (args, message) => {
    expect(() => multiHeadAttention(args as never)).toThrow(message)
  })

  test.each([
    [() => [random([2, 5, 6], 1)], 'MultiHeadAttention: inputs of shapes [2, 5, 6]; expected [query, value]'],
    [
      () => [random([2, 5, 6], 1), random([2, 5, 6], 2), random([2, 4, 6], 3)],
      'value of shape [2, 5, 6] and key of shape [2, 4, 6] differ in their steps',
    ],
  ])('inputs that do not fit, and the next call works', (make, message) => {
    tf.tidy(() => {
      expect(() => multiHeadAttention(small).apply(make())).toThrow(message)
      expect((multiHeadAttention(small).apply(inputs()) as tf.Tensor).shape).toEqual([2, 5, 6])
    })
  })
})
