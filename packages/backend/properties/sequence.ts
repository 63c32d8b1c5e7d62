import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { info, type LstmOptions, lstm, scaledDotProductAttention } from '../src/index.ts'
import { composedLstm, type LstmTensors } from '../src/ops/lstm.testing.ts'
import { contentOf } from './call.ts'
import { type Drawn, tensorOf } from './draw.ts'
import type { Property } from './property.ts'
import { tolerances } from './tolerances.ts'

/** A model of inputs, on `lanewise` and out of stock ops on backend-cpu. */
interface Model {
  inputs: Drawn[]
  fused(inputs: tf.Tensor[]): tf.Tensor[]
  stock(inputs: tf.Tensor[]): tf.Tensor[]
}

/** Outputs, or the gradients of a sum of them in which each element has a weight of its own. */
function evaluate(model: Model['fused'], inputs: Drawn[], gradients: boolean): tf.Tensor[] {
  const xs = inputs.map((drawn) => {
    const { values, shape, dtype } = contentOf(drawn)
    return tf.tensor(values, shape, dtype)
  })
  if (!gradients) return model(xs)
  const loss = (...given: tf.Tensor[]) => {
    const sums = model(given).map((y, i) => tf.sum(tf.mul(y, tf.randomUniform(y.shape, -1, 1, 'float32', 20 + i))))
    return tf.addN(sums) as tf.Scalar
  }
  return tf.grads(loss)(xs)
}

async function compareModel(kernel: string, { inputs, fused, stock }: Model, gradients: boolean): Promise<boolean> {
  const run = async (backend: string, model: Model['fused']) => {
    await tf.setBackend(backend)
    const before = [tf.memory().numDataBuffers, info().memory.bytesInUse]
    const outputs = tf.tidy(() =>
      evaluate(model, inputs, gradients).map((y) => ({ shape: y.shape, values: y.dataSync().slice() })),
    )
    const after = [tf.memory().numDataBuffers, info().memory.bytesInUse]
    if (String(after) !== String(before)) throw new Error(`${after} buffers and bytes, and ${before} before`)
    return outputs
  }
  const actual = await run('lanewise', fused)
  const expected = await run('cpu', stock).finally(() => tf.setBackend('lanewise'))
  const { error } = tolerances[kernel] as { error: number }
  for (const [i, { shape, values }] of actual.entries()) {
    if (String(shape) !== String(expected[i].shape))
      throw new Error(`output ${i} has shape [${shape}], expected [${expected[i].shape}]`)
    const e = expected[i].values as Float32Array
    const most = e.reduce((max, x) => (Number.isFinite(x) ? Math.max(max, Math.abs(x)) : max), 1)
    for (let j = 0; j < e.length; j++)
      if (!(values[j] === e[j] || Object.is(values[j], e[j]) || Math.abs(values[j] - e[j]) <= error * most))
        throw new Error(`output ${i}[${j}] is ${values[j]}, expected ${e[j]} within ${error} of ${most}`)
  }
  return true
}

const size = (min: number, max: number) => fc.integer({ min, max })
const flag = fc.boolean()
/** Small enough for the recurrence to damp errors. */
const weights = (shape: number[]) =>
  tensorOf(shape, 'float32', { tame: true }).map((drawn): Drawn => ({ ...drawn, whole: false, scale: 0.25 }))
/** Now and then with a few numbers that are not finite, or denormal. */
const wild = (shape: number[]) =>
  fc
    .tuple(weights(shape), fc.oneof({ weight: 3, arbitrary: fc.constant<[number, number][]>([]) }, few))
    .map(([drawn, odd]): Drawn => ({ ...drawn, odd }))
const few = fc.array(fc.tuple(fc.nat(500), fc.constantFrom(NaN, Infinity, -Infinity, -0, 2 ** -149, -(2 ** -130))), {
  maxLength: 3,
})
type Numbers = typeof weights

interface LstmCase {
  options: Required<
    Pick<LstmOptions, 'activation' | 'recurrentActivation' | 'returnSequences' | 'goBackwards' | 'timeMajor'>
  >
  useBias: boolean
  useState: boolean
  /** [batch, steps] */
  mask: Drawn | null
  /** x, kernel, recurrent kernel, bias, h, c. */
  inputs: Drawn[]
}

const lstmCases = (numbers: Numbers): fc.Arbitrary<LstmCase> =>
  fc
    .record({ batch: size(0, 9), steps: size(1, 5), features: size(0, 9), units: size(1, 20), timeMajor: flag })
    .chain(({ batch, steps, features, units, timeMajor }) => {
      const x = timeMajor ? [steps, batch, features] : [batch, steps, features]
      const shapes = [x, [features, 4 * units], [units, 4 * units], [4 * units], [batch, units], [batch, units]]
      return fc.record({
        options: fc.record({
          activation: fc.constantFrom('tanh', 'tanh', 'relu', 'sigmoid', 'linear', 'hardSigmoid'),
          recurrentActivation: fc.constantFrom('sigmoid', 'hardSigmoid', 'hardSigmoid', 'tanh'),
          returnSequences: flag,
          goBackwards: flag,
          timeMajor: fc.constant(timeMajor),
        }),
        useBias: flag,
        useState: flag,
        mask: fc.option(tensorOf(x.slice(0, 2), 'bool')),
        // A first state of zeros is not multiplied by the recurrent kernel: there NaN would count later than in stock ops.
        inputs: fc.tuple(...shapes.map((shape, i) => (i === 2 ? weights(shape) : numbers(shape)))),
      })
    })

function lstmModel({ options, useBias, useState, mask, inputs }: LstmCase): Model {
  const isUsed = [true, true, true, useBias, useState, useState]
  const named = (given: tf.Tensor[]) => {
    const all = [...given]
    const [x, kernel, recurrentKernel, bias, h, c] = isUsed.map((used) => (used ? all.shift() : undefined))
    return { x, kernel, recurrentKernel, bias, h, c } as LstmTensors
  }
  const shown = mask === null ? undefined : contentOf(mask)
  const maskTensor = () => shown && tf.tensor(shown.values, shown.shape, 'bool')
  return {
    inputs: inputs.filter((_, i) => isUsed[i]),
    fused(given) {
      const { x, kernel, recurrentKernel, bias, h, c } = named(given)
      const state = useState ? { initialState: [h, c] as [tf.Tensor, tf.Tensor] } : {}
      const result = lstm(x, kernel, recurrentKernel, bias, { ...options, ...state, mask: maskTensor() })
      return [result.h, result.c, ...(result.sequences ? [result.sequences] : [])]
    },
    stock: (given) => composedLstm(named(given), options, maskTensor()),
  }
}

interface AttentionCase {
  options: { causal: boolean; scale?: number; numHeads?: number; returnScores: boolean }
  mask: Drawn | null
  /** q, k, v. */
  inputs: Drawn[]
}

const attentionCases = (numbers: Numbers): fc.Arbitrary<AttentionCase> =>
  fc
    .record({
      ...{ batch: size(0, 3), heads: size(1, 4), queries: size(0, 20), keys: size(1, 20) },
      ...{ dim: size(1, 18), valueDim: size(0, 18), rank: fc.constantFrom(3, 4), sideBySide: flag },
      maskRank: fc.constantFrom(0, 0, 2, 3, 4),
      ones: fc.array(flag, { minLength: 3, maxLength: 3 }),
      maskType: fc.constantFrom('bool' as const, 'float32' as const),
      causal: flag,
    })
    .chain(({ batch, heads, queries, keys, dim, valueDim, rank, sideBySide, maskRank, ones, maskType, causal }) => {
      const split = rank === 3 && sideBySide
      const count = rank === 3 && !split ? 1 : heads
      const shape = (steps: number, width: number) =>
        rank === 3 ? [batch, steps, split ? heads * width : width] : [batch, heads, steps, width]
      const [b, h, q] = [batch, count, queries].map((n, i) => (ones[i] ? 1 : n))
      // What is hidden still counts where it is not finite, in the composition: zero times NaN.
      const given = maskRank === 0 && !causal ? numbers : weights
      const maskShape = maskRank === 2 ? [b, keys] : maskRank === 3 ? [b, q, keys] : [b, h, q, keys]
      return fc.record({
        options: fc.record({
          causal: fc.constant(causal),
          scale: fc.constantFrom(undefined, 1, 0.1),
          numHeads: fc.constant(split ? heads : undefined),
          returnScores: flag,
        }),
        mask: maskRank === 0 ? fc.constant(null) : tensorOf(maskShape, maskType, { tame: true, scale: 1 }),
        inputs: fc.tuple(given(shape(queries, dim)), given(shape(keys, dim)), given(shape(keys, valueDim))),
      })
    })

function attentionModel({ options, mask, inputs }: AttentionCase): Model {
  const shown = mask === null ? undefined : contentOf(mask)
  const attend = ([q, k, v]: tf.Tensor[]) => {
    const given = shown && { mask: tf.tensor(shown.values, shown.shape, shown.dtype) }
    return [scaledDotProductAttention(q, k, v, { ...options, ...given } as { returnScores: true })].flat()
  }
  // On another backend the same op is made of stock ones.
  return { inputs, fused: attend, stock: attend }
}

const modelProperty = <T>(
  kernel: string,
  cases: fc.Arbitrary<T>,
  model: (drawn: T) => Model,
  gradients: boolean,
): Property => ({ cases, check: (drawn) => compareModel(kernel, model(drawn as T), gradients) })

/** Through the ops: the gradient kernels read what the others keep for them. */
export const sequences: Record<string, Property> = {
  LanewiseAttention: modelProperty('LanewiseAttention', attentionCases(wild), attentionModel, false),
  LanewiseAttentionGrad: modelProperty('LanewiseAttentionGrad', attentionCases(weights), attentionModel, true),
  LanewiseLSTM: modelProperty('LanewiseLSTM', lstmCases(wild), lstmModel, false),
  LanewiseLSTMGrad: modelProperty('LanewiseLSTMGrad', lstmCases(weights), lstmModel, true),
}
