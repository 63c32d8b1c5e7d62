import { attentionNet } from '@lanewise/attention'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { convert } from './convert.ts'
import { type OnnxRuntime, onnxRuntime } from './runtime.ts'

/** Of the largest value: both sum in single precision, in another order. */
const TOLERANCE = 1e-5

let ort: OnnxRuntime

beforeAll(async () => {
  await tf.setBackend('lanewise')
  ort = await onnxRuntime('onnxruntime-web')
})

const { layers } = tfl
type Layer = ReturnType<typeof layers.dense>

function stack(inputShape: number[], ...rest: unknown[]): tfl.LayersModel {
  const input = tfl.input({ shape: inputShape })
  const output = rest.reduce<tfl.SymbolicTensor>((x, layer) => (layer as Layer).apply(x) as tfl.SymbolicTensor, input)
  return tfl.model({ inputs: input, outputs: output })
}

/** Every weight differs, variances are positive: a wrong order of any axis shows. */
function disturb(model: tfl.LayersModel): tfl.LayersModel {
  model.setWeights(
    model.weights.map((weight, seed) => {
      const values = tf.randomUniform(weight.shape as number[], -0.5, 0.5, 'float32', seed + 1)
      return weight.originalName.includes('variance') ? tf.add(values, 1) : values
    }),
  )
  return model
}

async function compare(model: tfl.LayersModel, batch: number, steps?: number, ends?: number[]): Promise<void> {
  const shape = model.inputs[0].shape.map((size, axis) => (axis === 0 ? batch : (size ?? (steps as number))))
  const values = tf.randomUniform(shape, -1, 1, 'float32', 77).dataSync() as Float32Array
  const step = shape[shape.length - 1]
  ends?.forEach((end, row) => {
    values.fill(0, (row * shape[1] + end) * step, (row + 1) * shape[1] * step)
  })
  const x = tf.tensor(values, shape)
  const expected = (model.predict(x) as tf.Tensor).dataSync()
  const largest = Math.max(...expected.map(Math.abs))
  expect(largest).toBeGreaterThan(0)
  for (const held of [undefined, values]) {
    const { model: bytes, input, output } = convert(model, { batch, steps, x: held })
    const session = await ort.open(bytes)
    const given = input === undefined ? {} : { [input.name]: ort.tensor(values, input.shape) }
    const { [output.name]: y } = await session.run(given)
    await session.dispose()
    expect(y.dims).toEqual(output.shape)
    const apart = expected.map((value, i) => Math.abs(value - (y.data as Float32Array)[i]))
    expect(Math.max(...apart) / largest).toBeLessThan(TOLERANCE)
  }
}

const sizes = { height: 9, width: 12, channels: 3 }
const lstm = (returnSequences: boolean) => layers.lstm({ units: 6, returnSequences, recurrentInitializer: 'zeros' })
const images = [sizes.height, sizes.width, sizes.channels]

describe(`converted to ONNX, a model gives the same to ${TOLERANCE} of the largest value`, () => {
  test.each([
    { kernelSize: 3, padding: 'same', strides: 2 },
    { kernelSize: [5, 2], padding: 'valid', strides: [1, 2] },
    { kernelSize: [2, 3], padding: 'same', dilationRate: 2, useBias: false },
  ] as const)('conv2d %j', async (args) => {
    for (const activation of ['relu', 'relu6', 'tanh', 'softmax'] as const)
      await compare(disturb(stack(images, layers.conv2d({ filters: 5, activation, ...args } as never))), 2)
  })

  test.each([1, 2])('depthwiseConv2d with multiplier %i', async (depthMultiplier) => {
    for (const padding of ['same', 'valid'] as const) {
      const layer = layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding, depthMultiplier, activation: 'elu' })
      await compare(disturb(stack(images, layer)), 2)
    }
  })

  test('batch normalization, rectifiers and zero padding', async () => {
    for (const args of [{}, { scale: false }, { center: false, epsilon: 1 }]) {
      const norm = layers.batchNormalization(args)
      await compare(
        disturb(
          stack(
            images,
            layers.zeroPadding2d({
              padding: [
                [1, 2],
                [0, 3],
              ],
            }),
            norm,
            layers.reLU(),
          ),
        ),
        2,
      )
      await compare(disturb(stack([7], layers.batchNormalization(args), layers.reLU({ maxValue: 6 }))), 3)
    }
  })

  test('pooling', async () => {
    for (const padding of ['same', 'valid'] as const)
      for (const pooling of [layers.maxPooling2d, layers.averagePooling2d])
        await compare(stack(images, pooling({ poolSize: [3, 2], strides: 2, padding })), 2)
    await compare(stack(images, layers.globalAveragePooling2d({})), 2)
  })

  test('images flattened before a dense layer and before others', async () => {
    const conv = () => layers.conv2d({ filters: 4, kernelSize: 3 })
    await compare(
      disturb(stack(images, conv(), layers.flatten(), layers.dropout({ rate: 0.5 }), layers.dense({ units: 5 }))),
      2,
    )
    await compare(disturb(stack(images, conv(), layers.flatten(), layers.activation({ activation: 'sigmoid' }))), 2)
    await compare(disturb(stack(images, conv(), layers.reshape({ targetShape: [7, 40] }), layers.flatten())), 2)
  })

  test('a sum of branches', async () => {
    const input = tfl.input({ shape: images })
    const branches = [1, 2, 3].map((size) =>
      layers.conv2d({ filters: 3, kernelSize: size, padding: 'same' }).apply(input),
    )
    const output = layers.add().apply([...branches, input] as tfl.SymbolicTensor[]) as tfl.SymbolicTensor
    await compare(disturb(tfl.model({ inputs: input, outputs: output })), 2)
  })

  test.each(['sigmoid', 'hardSigmoid'] as const)('lstm with gates of %s', async (recurrentActivation) => {
    const lstm = (returnSequences: boolean) =>
      layers.lstm({ units: 6, recurrentActivation, returnSequences, recurrentInitializer: 'zeros' })
    await compare(disturb(stack([7, 3], lstm(true), lstm(false))), 2)
    await compare(disturb(stack([7, 3], lstm(true), layers.dense({ units: 2, activation: 'softmax' }))), 2)
    await compare(disturb(stack([7, 3], lstm(true), layers.flatten(), layers.dense({ units: 2 }))), 2)
  })

  test('the CNN, the LSTM model and the attention model', async () => {
    for (const batch of [1, 3]) {
      await compare(disturb(convNet()), batch)
      await compare(disturb(lstmNet()), batch)
      await compare(disturb(attentionNet()), batch, 7)
    }
  })

  test('sequences of different lengths', async () => {
    await compare(disturb(attentionNet({ masking: true, useScale: true })), 3, 7, [7, 2, 5])
    await compare(disturb(stack([6, 3], layers.masking(), lstm(true), lstm(false))), 3, 6, [1, 6, 4])
  })
})

test('what can not be converted is refused by name', () => {
  expect(() => convert(stack([4, 4], layers.permute({ dims: [2, 1] })), { batch: 1 })).toThrow('a Permute (permute_')
  const masked = stack([4, 4], layers.masking(), layers.flatten())
  expect(() => convert(masked, { batch: 1 })).toThrow(/a Flatten .* of masked steps/)
  expect(() => convert(attentionNet(), { batch: 1 })).toThrow('the size of axis 1 of [,,100] is open')
  const leaky = stack(images, layers.reLU({ maxValue: 3 }))
  expect(() => convert(leaky, { batch: 1 })).toThrow('a ReLU of maxValue 3')
  expect(() => convert(stack([3], layers.activation({ activation: 'mish' as never })), { batch: 1 })).toThrow(
    'activation mish',
  )
})

test('threads are the same for all of a process', async () => {
  await expect(onnxRuntime('onnxruntime-web', 2)).rejects.toThrow('threads: onnxruntime-web has 1 in this process')
})
