import { acceleration } from '@lanewise/backend'
import { buildModel } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, test } from 'vitest'
import { lstm } from './index.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

test('a dropoutFunc is called at each train step, as no replay would', async () => {
  const counts = []
  for (const late of [false, true]) {
    let calls = 0
    const dropoutFunc = (x: tf.Tensor) => {
      calls++
      return tf.clone(x)
    }
    const inputs = tfl.input({ shape: [3, 2] })
    const layer = lstm({ units: 2, dropout: 0.5, ...(late ? {} : { dropoutFunc }) })
    const model = buildModel({ inputs, outputs: layer.apply(inputs) as tfl.SymbolicTensor })
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const [x, y] = [tf.ones([4, 3, 2]), tf.zeros([4, 2])]
    const train = async () => {
      for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y)
    }
    await train()
    expect(acceleration(model).steps).toBe(late ? 1 : 0)
    if (late) {
      Object.assign(layer.cell, { dropoutFunc })
      await train()
    }
    counts.push(calls)
    tf.dispose([x, y])
    model.dispose()
  }
  expect(counts).toEqual([5, 5])
})
