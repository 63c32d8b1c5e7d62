import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { saved } from '../../backend/src/layers/save.testing.ts'
import { Attention, type AttentionArgs, attention } from './index.ts'
import { close, evaluate, formula, onBackend, random, read, setWeights, TOLERANCE, variablesOf } from './testing.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const BATCH = 3
const QUERIES = 5
const KEYS = 7
const inputs = (count = 3) =>
  [random([BATCH, QUERIES, 6], 1), random([BATCH, KEYS, 6], 2), random([BATCH, KEYS, 6], 3)].slice(0, count)
const mask = (rows: number[], steps: number) =>
  tf.tensor2d(
    rows.flatMap((length) => Array.from({ length: steps }, (_, i) => i < length)),
    [rows.length, steps],
    'bool',
  )

/** The layer in stock ops. */
function stock(
  [q, v, k = v]: tf.Tensor[],
  scale: number,
  more: { value?: tf.Tensor; query?: tf.Tensor; causal?: boolean } = {},
) {
  const shape = [1, q.shape[1] as number, k.shape[1] as number]
  let visible: tf.Tensor = tf.ones(shape, 'bool')
  if (more.causal)
    visible = tf.tensor3d(
      Array.from({ length: shape[1] * shape[2] }, (_, i) => i % shape[2] <= Math.floor(i / shape[2])),
      shape as [number, number, number],
      'bool',
    )
  if (more.value) visible = tf.logicalAnd(visible, tf.expandDims(more.value, 1))
  const out = formula(q, k, v, scale, visible)
  return more.query ? tf.mul(out, tf.cast(tf.expandDims(more.query, 2), 'float32')) : out
}

for (const backend of ['lanewise', 'cpu'])
  describe(`Attention on ${backend} has the numbers and gradients of stock ops on backend-cpu to ${TOLERANCE}`, () => {
    const both = async (
      args: AttentionArgs,
      count: number,
      call: () => object,
      expected: (xs: tf.Tensor[]) => tf.Tensor,
    ) => {
      const layer = attention(args)
      layer.apply(inputs(count))
      setWeights(layer)
      const wanted = await onBackend('cpu', () => tf.tidy(() => evaluate(expected, inputs(count))))
      const got = await onBackend(backend, () =>
        tf.tidy(() => evaluate((xs) => layer.apply(xs, call()) as tf.Tensor, inputs(count), variablesOf(layer))),
      )
      close(got.slice(0, wanted.length), wanted)
      return got.slice(wanted.length)
    }

    test('of query and value, and of query, value and key', async () => {
      await both(
        {},
        2,
        () => ({}),
        (xs) => stock(xs, 1),
      )
      await both(
        {},
        3,
        () => ({}),
        (xs) => stock(xs, 1),
      )
    })

    test('with a scale, and its gradient', async () => {
      const scale = random([], 50).dataSync()[0]
      const [[gradient]] = await both(
        { useScale: true },
        3,
        () => ({}),
        (xs) => stock(xs, scale),
      )
      const loss = (s: number) =>
        tf.tidy(() => tf.sum(tf.mul(stock(inputs(), s), random([BATCH, QUERIES, 6], 80))).dataSync()[0])
      const numeric = await onBackend('cpu', () => (loss(scale + 0.01) - loss(scale - 0.01)) / 0.02)
      expect(gradient).toBeCloseTo(numeric, 2)
    })

    test('causal, as an option and in the call', async () => {
      await both(
        { causal: true },
        3,
        () => ({}),
        (xs) => stock(xs, 1, { causal: true }),
      )
      await both(
        {},
        3,
        () => ({ useCausalMask: true }),
        (xs) => stock(xs, 1, { causal: true }),
      )
    })

    test('with masks of query and value', async () => {
      const [query, value] = [() => mask([5, 2, 0], QUERIES), () => mask([7, 1, 4], KEYS)]
      await both(
        {},
        3,
        () => ({ mask: [null, value()] }),
        (xs) => stock(xs, 1, { value: value() }),
      )
      await both(
        { causal: true },
        2,
        () => ({ mask: [query(), value()] }),
        (xs) => stock(xs, 1, { query: query(), value: value(), causal: true }),
      )
    })

    test('in a model, with the mask of a layer Masking', async () => {
      const model = () => {
        const x = tfl.input({ shape: [QUERIES, 6] })
        const shown = tfl.layers.masking({ maskValue: 0 }).apply(x) as tfl.SymbolicTensor
        return tfl.model({ inputs: x, outputs: new Attention().apply([shown, shown]) as tfl.SymbolicTensor })
      }
      const padded = () => tf.mul(inputs()[0], tf.cast(tf.expandDims(mask([5, 3, 0], QUERIES), 2), 'float32'))
      const m = () => mask([5, 3, 0], QUERIES)
      const wanted = await onBackend('cpu', () =>
        tf.tidy(() => read([stock([padded(), padded()], 1, { query: m(), value: m() })])),
      )
      close(await onBackend(backend, () => tf.tidy(() => read([model().predict(padded()) as tf.Tensor]))), wanted)
    })

    test('and drops weights in training only', async () => {
      await onBackend(backend, () =>
        tf.tidy(() => {
          const layer = attention({ dropout: 0.5, seed: 3 })
          const ones = [tf.zeros([1, 40, 2]), tf.ones([1, 50, 2])]
          const dropped = Array.from((layer.apply(ones, { training: true }) as tf.Tensor).dataSync())
          // Half of 50 weights of 1/50, doubled.
          expect(Math.max(...dropped)).toBeGreaterThan(1)
          expect(dropped.reduce((a, b) => a + b) / dropped.length).toBeCloseTo(1, 1)
          close(read([layer.apply(ones) as tf.Tensor]), [new Array(80).fill(1)])
          const gradient = tf.grad((v: tf.Tensor) => tf.sum(layer.apply([ones[0], v], { training: true }) as tf.Tensor))
          expect(
            gradient(ones[1])
              .dataSync()
              .some((g) => g !== 0),
          ).toBe(true)
        }),
      )
    })
  })

it('uses the mask that a layer left on value', () => {
  tf.tidy(() => {
    const value = tf.mul(inputs()[1], tf.cast(tf.expandDims(mask([7, 2, 4], KEYS), 2), 'float32'))
    const shown = tfl.layers.masking({ maskValue: 0 }).apply(value) as tf.Tensor
    const [q] = inputs()
    close(
      read([attention().apply([q, shown]) as tf.Tensor]),
      read([stock([q, value], 1, { value: mask([7, 2, 4], KEYS) })]),
    )
  })
})

describe('configuration', () => {
  const args: AttentionArgs = { useScale: true, dropout: 0.25, seed: 4, causal: true, name: 'a' }

  test('comes back from getConfig', () => {
    const config = attention(args).getConfig()
    expect(config).toMatchObject({ ...args, scoreMode: 'dot' })
    expect(new Attention(structuredClone(config) as AttentionArgs).getConfig()).toEqual(config)
    expect(attention().getConfig()).not.toHaveProperty('causal')
  })

  test('saves and loads with the model, under the name Attention', async () => {
    const x = tfl.input({ shape: [null, 6] })
    const layer = attention({ useScale: true, causal: true })
    const model = tfl.model({ inputs: x, outputs: layer.apply([x, x]) as tfl.SymbolicTensor })
    setWeights(layer)
    const artifacts = await saved(model)
    expect(JSON.stringify(artifacts.modelTopology)).toContain('"class_name":"Attention"')
    expect(artifacts.weightSpecs?.map(({ name, shape }) => [name, shape])).toEqual([[`${layer.name}/scale`, []]])
    const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifacts))
    const [q] = inputs()
    expect(read([loaded.predict(q) as tf.Tensor])).toEqual(read([model.predict(q) as tf.Tensor]))
  })
})

describe('refuses', () => {
  test.each([
    [{ use_scale: true }, "Attention: unknown option 'use_scale'; allowed are useScale, scoreMode, dropout"],
    [{ scoreMode: 'concat' }, "Attention: scoreMode: 'concat' is not one of dot"],
    [{ dropout: 1 }, 'Attention: dropout: 1 is not in [0, 1)'],
    [{ useScale: 1 }, 'Attention: useScale: 1 is not true or false'],
    [{ seed: 0.5 }, 'Attention: seed: 0.5 is not an integer'],
  ])('%j', (args, message) => {
    expect(() => attention(args as never)).toThrow(message)
  })

  test.each([
    [
      () => [random([2, 5, 6], 1)],
      'Attention: inputs of shapes [2, 5, 6]; expected [query, value] or [query, value, key]',
    ],
    [() => [random([2, 5], 1), random([2, 5], 2)], 'each of shape [batch, steps, dim]'],
    [
      () => [random([2, 5, 6], 1), random([2, 5, 7], 2)],
      'query of shape [2, 5, 6] and key of shape [2, 5, 7] differ in their last size',
    ],
    [
      () => [random([2, 5, 6], 1), random([2, 5, 6], 2), random([2, 4, 6], 3)],
      'value of shape [2, 5, 6] and key of shape [2, 4, 6] differ in their steps',
    ],
    [() => [random([2, 5, 6], 1), random([3, 5, 6], 2)], 'inputs[1] of shape [3,5,6] has another batch than [2,5,6]'],
  ])('inputs that do not fit, and the next call works', (make, message) => {
    tf.tidy(() => {
      expect(() => attention().apply(make())).toThrow(message)
      expect((attention().apply(inputs()) as tf.Tensor).shape).toEqual([BATCH, QUERIES, 6])
    })
  })

  test('masks that do not fit', () => {
    tf.tidy(() => {
      const call = (given: unknown) => () => attention().apply(inputs(), { mask: given } as never)
      expect(call([null, mask([5, 2, 0], QUERIES)])).toThrow(
        "Attention: mask[1]: expected a tensor of shape [3,7], the input's batch and steps, got one of shape [3,5]",
      )
      expect(call([null, null, null, null])).toThrow('Attention: mask: 4 masks for 3 inputs')
    })
  })
})
