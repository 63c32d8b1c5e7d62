import { attentionNet } from '@lanewise/attention'
import { info } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A call that must be refused, and what its error says: the argument, what was given, what is allowed. */
export type Refusal = [
  call: string,
  run: () => unknown,
  message: string | RegExp,
  /** Tensors that tfjs-layers itself leaves behind. */
  leftByStock?: number,
]

/** What a known model's answer may be off from backend-cpu's, relative to 1. */
const TOLERANCE = 1e-5

/** Every value of a tensor: the sine of its index, so that no two weights are the same and no answer is 0. */
export function waves(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
    shape,
  )
}

function withWaves<M extends LayersModel>(model: M): M {
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }) => waves(shape))))
  return model
}

export const tinyConvNet = () => withWaves(convNet({ inputShape: [6, 6, 1], filters: 2, units: 3, classes: 3 }))
export const tinyLstmNet = () => withWaves(lstmNet({ inputShape: [3, 2], units: [4, 3] }))
export const tinyAttentionNet = () => withWaves(attentionNet({ inputShape: [null, 3], units: 4 }))

const known = [
  { build: tinyConvNet, input: [2, 6, 6, 1] },
  { build: tinyLstmNet, input: [2, 3, 2] },
  { build: tinyAttentionNet, input: [2, 3, 3] },
]

const answer = (model: LayersModel, input: number[]) =>
  tf.tidy(() => (model.predict(waves(input)) as tf.Tensor).dataSync<'float32'>().slice())

/**
 * One test for each refusal: the call must fail with that message, and leave no tensor, no data and no byte of wasm memory
 * behind; then models of the three packages must still give backend-cpu's answers, and a matrix product its own.
 */
export function describeRefusals(title: string, refusals: Refusal[]): void {
  describe(title, () => {
    const models: LayersModel[] = []
    const expected: Float32Array[] = []

    beforeAll(async () => {
      await tf.setBackend('cpu')
      for (const { build, input } of known) {
        models.push(build())
        expected.push(answer(models[models.length - 1], input))
      }
      await tf.setBackend('lanewise')
      // What is kept with a weight (packed panels) is made when it is used again; a step is captured at the fourth use.
      for (let use = 0; use < 6; use++) checkAnswers(models, expected)
      // Not before: tfjs-core takes weights that move from one backend to another inside of a fused op for leaks.
      tf.env().set('IS_TEST', true)
    })
    afterAll(() => {
      tf.env().set('IS_TEST', false)
      for (const model of models) model.dispose()
    })

    it.each(refusals)('%s', { timeout: 20_000 }, async (_, run, message, leftByStock = 0) => {
      const before = inUse()
      tf.engine().startScope()
      let error: unknown
      let returned = ''
      try {
        returned = shown(await run())
      } catch (thrown) {
        error = thrown
      } finally {
        tf.engine().endScope()
      }
      expect(error, `no error, but ${returned}`).toBeInstanceOf(Error)
      const said = (error as Error).message
      if (typeof message === 'string') expect(said).toContain(message)
      else expect(said).toMatch(message)
      expect(tf.getBackend()).toBe('lanewise')
      checkAnswers(models, expected)
      before.numTensors += leftByStock
      before.numDataBuffers += leftByStock
      expect(inUse()).toEqual(before)
    })
  })
}

/** A result as the test that expected none shows it. */
function shown(result: unknown): string {
  if (!(result instanceof tf.Tensor)) return String(result)
  return `${result.dtype} [${result.shape}]: ${result.dataSync().slice(0, 8)}`
}

function inUse() {
  const { numTensors, numDataBuffers } = tf.memory()
  return { numTensors, numDataBuffers, bytes: info().memory.bytesInUse }
}

function checkAnswers(models: LayersModel[], expected: Float32Array[]): void {
  for (const [m, { input }] of known.entries()) {
    const actual = answer(models[m], input)
    if (actual.length !== expected[m].length)
      throw new Error(`model ${m} gives ${actual.length} values, not ${expected[m].length}`)
    for (const [i, value] of expected[m].entries())
      if (!(Math.abs(actual[i] - value) <= TOLERANCE * Math.max(1, Math.abs(value))))
        throw new Error(`answer ${i} of model ${m} is ${actual[i]}, expected ${value}`)
  }
  const product = tf.tidy(() => Array.from(tf.matMul(tf.fill([5, 7], 2), tf.fill([7, 9], 3)).dataSync()))
  if (product.length !== 45 || product.some((value) => value !== 42)) throw new Error(`2 . 3 over 7 is ${product}`)
}

/** A value where the types allow none like it. */
export const any = (value: unknown) => value as never

export const ones = (shape: number[], dtype: tf.DataType = 'float32'): tf.Tensor => tf.ones(shape, dtype as 'float32')

/** A tensor that was disposed. */
export function gone(shape: number[], dtype: tf.DataType = 'float32'): tf.Tensor {
  const tensor = ones(shape, dtype)
  tensor.dispose()
  return tensor
}
