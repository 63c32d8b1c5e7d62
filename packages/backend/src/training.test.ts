import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, it } from 'vitest'
import { info } from './index.ts'

const networks = {
  'convolution, pooling and dense': () =>
    tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [9, 9, 2], filters: 4, kernelSize: 3, activation: 'relu' }),
        tfl.layers.maxPooling2d({ poolSize: 2 }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    }),
  'stock LSTM and dense': () =>
    tfl.sequential({
      layers: [
        tfl.layers.lstm({ inputShape: [5, 3], units: 6, returnSequences: true }),
        tfl.layers.lstm({ units: 5 }),
        tfl.layers.dense({ units: 3 }),
      ],
    }),
}

it.each(Object.entries(networks))('training %s leaves no tensor and no byte behind', async (_, network) => {
  await tf.setBackend('lanewise')
  tf.env().set('IS_TEST', true)
  const model = network()
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
  const x = tf.randomNormal([4, ...(model.inputs[0].shape.slice(1) as number[])])
  const y = tf.randomNormal([4, 3])
  const step = async () => {
    await model.trainOnBatch(x, y)
    tf.dispose(model.predict(x) as tf.Tensor)
    const { numTensors, numBytes } = tf.memory()
    return { numTensors, numBytes, wasm: info().memory.bytesInUse, ids: tf.backend().numDataIds() }
  }
  await step()
  const after = await step()
  for (let i = 0; i < 8; i++) expect(await step()).toEqual(after)
})
