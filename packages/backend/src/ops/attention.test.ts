import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { configure, info, scaledDotProductAttention } from '../index.ts'
import { compareWithCpu } from '../testing.ts'

const VALUES = 1e-5
const GRADIENTS = 2e-5

interface Case {
  batch?: number
  heads?: number
  queries?: number
  keys?: number
  dim?: number
  valueDim?: number
  /** [batch, heads * dim] side by side; else heads first. */
  sideBySide?: boolean
  causal?: boolean
  scale?: number
  /** The mask's shape as a picture: which of its axes are not 1. */
  mask?: string
  add?: boolean
  returnScores?: boolean
}

function tensors(c: Case): tf.Tensor[] {
  const { batch = 2, heads = 2, queries = 5, keys = 7, dim = 4, valueDim = 6 } = c
  const shape = (steps: number, width: number) =>
    c.sideBySide ? [batch, steps, heads * width] : [batch, heads, steps, width]
  return [shape(queries, dim), shape(keys, dim), shape(keys, valueDim)].map((s, i) =>
    tf.randomUniform(s, -2, 2, 'float32', i + 1),
  )
}

function maskOf(c: Case): tf.Tensor | undefined {
  const { batch = 2, heads = 2, queries = 5, keys = 7, mask } = c
  if (mask === undefined) return undefined
  const sizes: Record<string, number> = { b: batch, h: heads, q: queries, k: keys, '1': 1 }
  const shape = [...mask].map((axis) => sizes[axis])
  const values = tf.randomUniform(shape, -1, 1, 'float32', 9)
  return c.add ? values : tf.greater(values, -0.3)
}

/** The formula, written with what backend-cpu has; a row that sees no key is uniform. */
function formula([q, k, v]: tf.Tensor[], c: Case): tf.Tensor[] {
  const { heads = 2, keys = 7, queries = 5, dim = 4 } = c
  const split = (x: tf.Tensor) =>
    c.sideBySide ? tf.transpose(tf.reshape(x, [x.shape[0], x.shape[1] as number, heads, -1]), [0, 2, 1, 3]) : x
  let scores: tf.Tensor = tf.mul(tf.matMul(split(q), split(k), false, true), c.scale ?? 1 / Math.sqrt(dim))
  const mask = maskOf(c)
  const rank4 = mask && (mask.rank === 4 ? mask : tf.expandDims(mask.rank === 2 ? tf.expandDims(mask, 1) : mask, 1))
  if (rank4)
    scores = c.add
      ? tf.add(scores, rank4)
      : tf.where(
          tf.cast(tf.add(tf.zerosLike(scores), tf.cast(rank4, 'float32')), 'bool'),
          scores,
          tf.fill(scores.shape, -1e9),
        )
  if (c.causal) {
    const seen = tf.tensor(
      Array.from({ length: queries * keys }, (_, i) => i % keys <= Math.floor(i / keys)),
      [queries, keys],
      'bool',
    )
    scores = tf.where(
      tf.tile(tf.reshape(seen, [1, 1, queries, keys]), [scores.shape[0], heads, 1, 1]),
      scores,
      tf.fill(scores.shape, -1e9),
    )
  }
  const weights = tf.softmax(scores)
  const out = tf.matMul(weights, split(v))
  const joined = c.sideBySide ? tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [q.shape[0], queries, -1]) : out
  return c.returnScores ? [joined, weights] : [joined]
}

function fused([q, k, v]: tf.Tensor[], c: Case): tf.Tensor[] {
  const { causal, scale, returnScores } = c
  const options = { causal, scale, mask: maskOf(c), ...(c.sideBySide ? { numHeads: c.heads ?? 2 } : {}) }
  if (returnScores) return scaledDotProductAttention(q, k, v, { ...options, returnScores })
  return [scaledDotProductAttention(q, k, v, options)]
}

type Model = (inputs: tf.Tensor[], c: Case) => tf.Tensor[]

/** A sum in which each element weighs something else. */
function loss(outputs: tf.Tensor[]): tf.Scalar {
  return tf.addN(
    outputs.map((y, i) => tf.sum(tf.mul(y, tf.randomUniform(y.shape, -1, 1, 'float32', 20 + i)))),
  ) as tf.Scalar
}

/** Outputs and gradients. */
function all(model: Model, c: Case): tf.Tensor[] {
  const inputs = tensors(c)
  return [...model(inputs, c), ...tf.grads((...xs: tf.Tensor[]) => loss(model(xs, c)))(inputs)]
}

/** |actual - expected|, relative to the largest expected magnitude of the tensor. */
function close(
  actual: tf.Tensor[],
  expected: { shape: number[]; values: ArrayLike<number> }[],
  tolerance: number,
): void {
  expect(actual.map((t) => t.shape)).toEqual(expected.map((t) => t.shape))
  for (const [i, { values }] of expected.entries()) {
    const got = actual[i].dataSync()
    const floor = Array.from(values).reduce((max, x) => Math.max(max, Math.abs(x)), 0.1)
    for (let j = 0; j < values.length; j++) {
      const error = Math.abs(got[j] - values[j]) / floor
      if (!(error <= tolerance)) throw new Error(`output ${i}[${j}] is ${got[j]}, expected ${values[j]}`)
    }
  }
}

async function compare(c: Case): Promise<void> {
  await tf.setBackend('cpu')
  const expected = tf.tidy(() => all(formula, c).map((t) => ({ shape: t.shape, values: t.dataSync().slice() })))
  for (const backend of ['lanewise', 'cpu']) {
    await tf.setBackend(backend)
    const { bytesInUse } = info().memory
    const { numDataBuffers } = tf.memory()
    tf.tidy(() => close(all(fused, c), expected, GRADIENTS))
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers)
    expect(info().memory.bytesInUse).toBe(bytesInUse)
  }
  await tf.setBackend('lanewise')
}

beforeAll(async () => {
  await tf.setBackend('lanewise')
  tf.env().set('IS_TEST', true)
})

describe(`scaledDotProductAttention and its gradients agree with the formula on backend-cpu to ${GRADIENTS}, on both backends`, () => {
  const cases: Case[] = [
    {},
    { sideBySide: true },
    { sideBySide: true, heads: 1 },
    { sideBySide: true, heads: 3, returnScores: true },
    { returnScores: true },
    { scale: 1 },
    { batch: 1, heads: 1, queries: 1, keys: 1, dim: 1, valueDim: 1 },
    { queries: 13, keys: 9, dim: 8, valueDim: 8 },
    { queries: 50, keys: 33, dim: 17, valueDim: 3 },
    { causal: true },
    { causal: true, queries: 20, keys: 20, returnScores: true },
    { causal: true, queries: 9, keys: 4, sideBySide: true },
    ...['bk', '1k', 'bqk', '1qk', 'bhqk', 'b11k', '1hq1', 'bhq1', '11qk', 'bq1'].flatMap((mask) => [
      { mask },
      { mask, add: true, sideBySide: true },
    ]),
    { mask: 'bk', causal: true, queries: 7 },
    { mask: 'bqk', causal: true, queries: 7, returnScores: true },
  ]
  it.each(cases)('%j', compare)
})

it(`has gradients that central differences of the formula in double precision confirm to ${VALUES}`, () => {
  const sizes = { batch: 1, heads: 2, queries: 3, keys: 4, dim: 3, valueDim: 2 }
  const c: Case = { ...sizes, causal: true, mask: 'bk' }
  tf.tidy(() => {
    const inputs = tensors(c)
    const analytic = tf.grads((...xs: tf.Tensor[]) => loss(fused(xs, c)))(inputs)
    const weights = tf.randomUniform([1, 2, 3, 2], -1, 1, 'float32', 20).dataSync()
    const mask = (maskOf(c) as tf.Tensor).dataSync()
    const values = inputs.map((t) => Float64Array.from(t.dataSync()))
    const f = () => {
      const [q, k, v] = values
      let sum = 0
      for (let h = 0; h < 2; h++)
        for (let i = 0; i < 3; i++) {
          const seen = [0, 1, 2, 3].filter((j) => j <= i && mask[j])
          if (seen.length === 0) seen.push(0, 1, 2, 3)
          const score = seen.map((j) =>
            j <= i && mask[j]
              ? [0, 1, 2].reduce((s, p) => s + q[(h * 3 + i) * 3 + p] * k[(h * 4 + j) * 3 + p], 0) / Math.sqrt(3)
              : 0,
          )
          const exps = score.map(Math.exp)
          const total = exps.reduce((a, b) => a + b)
          seen.forEach((j, at) => {
            for (let d = 0; d < 2; d++)
              sum += (exps[at] / total) * v[(h * 4 + j) * 2 + d] * weights[(h * 3 + i) * 2 + d]
          })
        }
      return sum
    }
    for (const [which, gradient] of analytic.entries()) {
      const got = gradient.dataSync()
      for (let i = 0; i < got.length; i++) {
        const x = values[which][i]
        values[which][i] = x + 1e-5
        const above = f()
        values[which][i] = x - 1e-5
        const below = f()
        values[which][i] = x
        expect(Math.abs(got[i] - (above - below) / 2e-5)).toBeLessThan(VALUES)
      }
    }
  })
})

it('does not overflow on scores of 1e4, and weighs all keys alike where none is seen', async () => {
  const make = () => {
    const q = tf.mul(tf.randomUniform([1, 1, 3, 4], -1, 1, 'float32', 1), 1e4)
    const [k, v] = [2, 3].map((seed) => tf.randomUniform([1, 1, 5, 4], -1, 1, 'float32', seed))
    return [q, k, v] as const
  }
  tf.tidy(() => {
    const [q, k, v] = make()
    const out = scaledDotProductAttention(q, k, v, { scale: 1 }).dataSync()
    expect(out.every((x) => Math.abs(x) <= 1)).toBe(true)
    const mean = tf.tile(tf.mean(v, 2, true), [1, 1, 3, 1])
    for (const mask of [tf.zeros([1, 5], 'bool'), tf.fill([1, 5], Number.NEGATIVE_INFINITY)]) {
      const [blind, scores] = scaledDotProductAttention(q, k, v, { mask, returnScores: true })
      close(
        [blind, scores],
        [
          { shape: mean.shape, values: mean.dataSync() },
          { shape: [1, 1, 3, 5], values: new Float32Array(15).fill(0.2) },
        ],
        VALUES,
      )
    }
  })
  await compareWithCpu(() => scaledDotProductAttention(...make(), { mask: tf.zeros([1, 5], 'bool') }), VALUES, {
    fallback: 'silent',
  })
})

it('runs on its SIMD kernels, without any other', () => {
  const inputs = tensors({ sideBySide: true })
  const dy = tf.ones([2, 5, 12])
  configure({ fallback: 'error' })
  try {
    tf.dispose(tf.grads((q, k, v) => scaledDotProductAttention(q, k, v, { numHeads: 2 }))(inputs, dy))
  } finally {
    configure({ fallback: 'silent' })
    tf.dispose([inputs, dy])
  }
  expect(info().kernels.native).toEqual(expect.arrayContaining(['LanewiseAttention', 'LanewiseAttentionGrad']))
})

it('takes sizes of zero', () => {
  tf.tidy(() => {
    for (const [c, shape] of [
      [{ batch: 0 }, [0, 2, 5, 6]],
      [{ queries: 0 }, [2, 2, 0, 6]],
      [{ keys: 0 }, [2, 2, 5, 6]],
      [{ dim: 0 }, [2, 2, 5, 6]],
      [{ valueDim: 0 }, [2, 2, 5, 0]],
    ] as const) {
      const inputs = tensors(c)
      const [out] = fused(inputs, c)
      expect(out.shape).toEqual(shape)
      expect(Array.from(out.dataSync()).every(Number.isFinite)).toBe(true)
      const gradients = tf.grads((...xs: tf.Tensor[]) => tf.sum(fused(xs, c)[0]))(inputs)
      expect(gradients.map((g) => g.shape)).toEqual(inputs.map((t) => t.shape))
      for (const g of gradients) expect(Array.from(g.dataSync()).every(Number.isFinite)).toBe(true)
    }
  })
})

it('serves vectors that the SIMD kernels have no room for with other ops', async () => {
  const make = () => [1, 2, 3].map((seed) => tf.randomUniform([1, 2, 20_000], -0.1, 0.1, 'float32', seed))
  await compareWithCpu(() => scaledDotProductAttention(...(make() as [tf.Tensor, tf.Tensor, tf.Tensor])), VALUES, {
    fallback: 'silent',
  })
})

describe('refuses', () => {
  const good = () => tensors({ sideBySide: true })
  const call = (inputs: unknown[], options?: object) =>
    scaledDotProductAttention(...([...inputs, options] as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, object]))
  const wrong: [string, number, () => unknown, string][] = [
    ['q of rank 2', 0, () => tf.zeros([5, 8]), 'q has shape [5,8]; expected [batch, heads, steps, dim]'],
    ['an int32 q', 0, () => tf.zeros([2, 5, 8], 'int32'), 'q is int32; expected float32'],
    ['no k', 1, () => undefined, 'k: expected a tf.Tensor, got undefined'],
    ['k of another dim', 1, () => tf.zeros([2, 7, 6]), 'k has shape [2,7,6]; expected [2, keys, 8] to suit q'],
    ['k of another batch', 1, () => tf.zeros([3, 7, 8]), 'k has shape [3,7,8]; expected [2, keys, 8] to suit q'],
    ['v of other steps', 2, () => tf.zeros([2, 6, 12]), 'v has shape [2,6,12]; expected [2, 7, dim] to suit k'],
    ['v of another rank', 2, () => tf.zeros([2, 7]), 'v has shape [2,7]; expected [2, 7, dim] to suit k'],
  ]
  it.each(wrong)('%s, and the next call works', (_, which, make, message) => {
    tf.tidy(() => {
      const given: unknown[] = good()
      given[which] = make()
      expect(() => call(given)).toThrow(`scaledDotProductAttention: ${message}`)
      call(good())
    })
  })

  it.each([
    [{ heads: 2 }, "unknown option 'heads'; allowed are mask, causal, scale, numHeads, returnScores"],
    [{ numHeads: 3 }, 'q has shape [2,5,8], whose last size is no multiple of 3 heads'],
    [{ numHeads: 0 }, 'numHeads: expected a positive integer, got 0'],
    [{ causal: 1 }, 'causal: expected true or false, got 1'],
    [{ scale: Number.NaN }, 'scale: expected a finite number, got NaN'],
    [{ mask: [true] }, 'mask: expected a tf.Tensor, got [true]'],
  ])('%j', (options, message) => {
    tf.tidy(() => {
      expect(() => call(good(), options)).toThrow(`scaledDotProductAttention: ${message}`)
    })
  })

  it('masks of other shapes and types, a disposed tensor, and the gradient of a mask', () => {
    tf.tidy(() => {
      expect(() => call(good(), { mask: tf.zeros([2, 6], 'bool') })).toThrow(
        'mask has shape [2,6]; expected [2, 7] or [2, 5, 7] or [2, 1, 5, 7], where any size may be 1',
      )
      expect(() => call(good(), { mask: tf.zeros([2, 7], 'int32') })).toThrow('mask is int32; expected bool or float32')
      const [q, k, v] = good()
      expect(() =>
        tf.grad((mask: tf.Tensor) => scaledDotProductAttention(q, k, v, { mask }))(tf.zeros([2, 7])),
      ).toThrow('mask: it has no gradient')
      q.dispose()
      expect(() => call([q, k, v])).toThrow('q is disposed')
    })
  })
})
