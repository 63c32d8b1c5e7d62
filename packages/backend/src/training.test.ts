import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { configure, info } from './index.ts'

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

beforeEach(async () => {
  await tf.setBackend('lanewise')
  tf.env().set('IS_TEST', true)
  configure({ fallback: 'error' })
})
afterEach(() => configure({ fallback: 'silent' }))

it.each(Object.entries(networks))(
  'training %s falls back nowhere and leaves no tensor and no byte behind',
  async (_, network) => {
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
  },
)

it('a classifier with labels of a class each trains and is judged without falling back', async () => {
  const model = networks['convolution, pooling and dense']()
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  const x = tf.randomUniform([8, 9, 9, 2])
  const y = tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1])
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 4, validationSplit: 0.25, verbose: 0 })
  expect(history.acc).toHaveLength(2)
  const [loss, accuracy] = model.evaluate(x, y) as tf.Scalar[]
  expect(loss.dataSync()[0]).toBeGreaterThan(0)
  expect(accuracy.dataSync()[0]).toBeGreaterThanOrEqual(0)
})

it('these run on SIMD kernels', () => {
  // What the three networks of the README use on stock layers, to train and to predict, initializers included.
  const used = `Abs Add ArgMax BatchMatMul Cast ClipByValue Concat Conv2D Conv2DBackpropFilter Conv2DBackpropInput Equal
    Floor FusedConv2D GatherV2 Greater GreaterEqual Identity LessEqual Log LogicalAnd MaxPool MaxPoolGrad Mean Multiply
    Neg OneHot Pack PadV2 Pow RealDiv Relu Reshape Select Sign Slice Softmax SplitV Sqrt Square Step StridedSlice Sub Sum
    Tanh Tile Transpose Unpack ZerosLike _FusedMatMul`
  expect(info().kernels.native).toEqual(expect.arrayContaining(used.split(/\s+/)))
})
