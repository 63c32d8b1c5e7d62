import { acceleration } from '@lanewise/backend'
import { buildModel } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, test } from 'vitest'
import { attention, multiHeadAttention } from './index.ts'
import { random } from './testing.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const layers = {
  Attention: () => attention(),
  MultiHeadAttention: () => multiHeadAttention({ numHeads: 2, keyDim: 3 }),
}

test.each(Object.entries(layers))('models that replay by themselves see changed options of %s', async (_, make) => {
  const models = [false, true].map((accelerate) => {
    const inputs = tfl.input({ shape: [5, 4] })
    const outputs = make().apply([inputs, inputs]) as tfl.SymbolicTensor
    return buildModel({ inputs, outputs, accelerate })
  })
  tf.tidy(() => models[1].setWeights(models[0].getWeights().map((weight) => tf.mul(weight, 1))))
  const x = random([2, 5, 4], 3)
  const results = models.map((model) => {
    const all: number[][] = []
    for (const causal of [false, true, false]) {
      const { options } = model.layers[1] as unknown as { options: object }
      Object.assign(options, { causal })
      for (let i = 0; i < 6; i++) all.push(tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]))
    }
    return all
  })
  expect(acceleration(models[1])).toMatchObject({ steps: 1, reasons: [] })
  for (const [i, values] of results[1].entries())
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(results[0][i][at], 5)
  expect(results[0][0]).not.toEqual(results[0][6])
  tf.dispose(x)
  for (const model of models) model.dispose()
})
