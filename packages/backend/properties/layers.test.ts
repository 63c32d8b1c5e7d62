import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { capture } from '../src/index.ts'

const { LANEWISE_FUZZ, LANEWISE_SEED } = process.env
const RUNS = Number(LANEWISE_FUZZ ?? 1000)
const SEED = Number(LANEWISE_SEED ?? (LANEWISE_FUZZ === undefined ? 1 : Date.now() >>> 0))
/** Of the largest number: some layers, each of which may round otherwise. */
const APART = 1e-5

/** One layer: what it makes of the shapes it gets, and of a tensor; `weight` makes its weights. */
type Layer = (shape: number[], weight: (shape: number[]) => tf.Tensor) => ((x: tf.Tensor) => tf.Tensor) | undefined

const four = (
  f: (shape: [number, number, number, number], weight: (shape: number[]) => tf.Tensor4D) => ReturnType<Layer>,
) => ((shape, weight) => (shape.length === 4 ? f(shape as never, weight as never) : undefined)) as Layer

const sides = fc.tuple(fc.constantFrom(1, 3, 3, 4, 5, 7), fc.constantFrom(1, 2, 2, 3))
const outs = fc.constantFrom(1, 3, 8, 16, 17, 32)
const convolution = fc.tuple(sides, outs, fc.boolean()).map(([[side, stride], out, transposed]) =>
  four(([batch, height, width, channels], weight) => {
    if (!transposed) {
      const filter = weight([side, side, channels, out])
      return (x) => tf.conv2d(x as tf.Tensor4D, filter, stride, 'same')
    }
    const filter = weight([side, side, out, channels])
    const shape: [number, number, number, number] = [batch, height * stride, width * stride, out]
    return height > 14 ? undefined : (x) => tf.conv2dTranspose(x as tf.Tensor4D, filter, shape, stride, 'same')
  }),
)
const depthwise = fc.tuple(sides, fc.constantFrom(1, 1, 2)).map(([[side, stride], multiplier]) =>
  four(([, , , channels], weight) => {
    const filter = weight([side, side, channels, multiplier])
    return channels > 32 ? undefined : (x) => tf.depthwiseConv2d(x as tf.Tensor4D, filter, stride, 'same')
  }),
)
const pooling = fc.constantFrom(
  four(() => (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'same')),
  four(() => (x) => tf.avgPool(x as tf.Tensor4D, 3, 1, 'same')),
  four(
    ([batch]) =>
      (x) =>
        tf.reshape(x, [batch, -1]),
  ),
)
const product = fc.tuple(outs, fc.boolean()).map(
  ([columns, transposed]): Layer =>
    (shape, weight) => {
      if (shape.length !== 2) return undefined
      const matrix = weight(transposed ? [columns, shape[1]] : [shape[1], columns])
      return (x) => tf.matMul(x, matrix, false, transposed)
    },
)
const bias = fc.tuple(fc.constantFrom(0, 1, 1, 1, 2, 3, 4), fc.boolean()).map(
  ([rank, left]): Layer =>
    (shape, weight) => {
      const values = weight(rank === 0 ? [1] : shape.slice(-rank))
      return (x) => (left ? tf.add(values, x) : tf.add(x, values))
    },
)
const normalization = fc.constant<Layer>((shape, weight) => {
  const channels = shape.slice(-1)
  const [mean, scale, offset] = [1, 2, 3].map(() => weight(channels) as tf.Tensor1D)
  const variance = tf.add(tf.abs(weight(channels)), 0.5) as tf.Tensor1D
  const image = [shape.slice(0, -1).reduce((a, b) => a * b, 1), 1, 1, ...channels] as [number, 1, 1, number]
  return (x) => tf.reshape(tf.batchNorm(tf.reshape(x, image), mean, variance, offset, scale, 1e-3), x.shape)
})
const activation = fc
  .constantFrom<((x: tf.Tensor) => tf.Tensor)[]>(
    tf.relu,
    (x) => tf.minimum(tf.relu(x), 6),
    tf.relu6,
    tf.sigmoid,
    tf.tanh,
    tf.elu,
    (x) => tf.leakyRelu(x, 0.3),
    (x) => tf.add(x, tf.mul(x, 0.5)),
  )
  .map(
    (f): Layer =>
      () =>
        f,
  )

/** What products and convolutions take over: none, some or all of it. */
const ends = fc
  .tuple(fc.option(bias), fc.option(normalization), fc.option(activation))
  .map((all) => all.filter((end) => end !== null))
const layers = fc
  .array(
    fc.record({
      layer: fc.oneof(convolution, convolution, convolution, depthwise, pooling, product, product, bias, activation),
      ends,
      /** Whether what it makes is a result, too. */
      kept: fc.nat(5).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) =>
    list.flatMap(({ layer, ends, kept }) => [{ layer, kept }, ...ends.map((end) => ({ layer: end, kept: false }))]),
  )
const input = fc.oneof(
  fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(5, 8, 14, 14), fc.constantFrom(5, 13, 14), outs),
  fc.tuple(fc.constantFrom(1, 2, 7, 30), outs),
)

/** Numbers in [-1, 1), the same for the same seed. */
const random = (shape: number[], seed: number) => tf.randomUniform(shape, -1, 1, 'float32', seed)

describe('captured layers', () => {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
  })

  it('give what they give eagerly, but for roundings', () => {
    const property = fc.property(input, layers, (shape, drawn) => {
      tf.engine().startScope()
      try {
        let seed = 1
        const weight = (size: number[]) => {
          const terms = size.length > 1 ? size.slice(0, -1).reduce((a, b) => a * b, 1) : 1
          return tf.div(random(size, seed++), Math.sqrt(terms))
        }
        const x = random(shape, 100)
        const steps: { run: (x: tf.Tensor) => tf.Tensor; kept: boolean }[] = []
        let made: tf.Tensor = x
        for (const { layer, kept } of drawn) {
          const run = layer(made.shape, weight)
          if (run === undefined) continue
          steps.push({ run, kept })
          made = run(made)
        }
        const fn = (from: tf.Tensor) => {
          const results: tf.Tensor[] = []
          let y = from
          for (const { run, kept } of steps) {
            y = run(y)
            if (kept) results.push(y)
          }
          return [...results, y]
        }
        const step = capture(fn, random(shape, 101))
        const expected = fn(x).map((y) => y.dataSync() as Float32Array)
        const actual = step(x).map((y) => y.dataSync() as Float32Array)
        step.dispose()
        for (const [i, values] of expected.entries()) {
          const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 1)
          const apart = values.reduce((most, v, j) => Math.max(most, Math.abs(v - actual[i][j])), 0)
          expect(apart / largest).toBeLessThan(APART)
        }
      } finally {
        tf.engine().endScope(undefined)
      }
    })
    fc.assert(property, { numRuns: RUNS, seed: SEED })
  }, 0)
})
