import * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { mobileNetV2, resNet50 } from './index.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

/** Of the largest probability. */
const TOLERANCE = 1e-4

/** Weights that let signals through all layers: deviations as He et al. have them, normalizations that differ from channel to channel. */
function seedWeights(model: tfl.LayersModel): void {
  model.setWeights(
    model.weights.map(({ originalName, shape }, seed) => {
      const sizes = shape as number[]
      if (sizes.length === 1) {
        const centre = /gamma|variance/.test(originalName) ? 0.8 : 0
        return tf.randomUniform(sizes, centre - 0.2, centre + 0.2, 'float32', seed + 1)
      }
      const limit = Math.sqrt(6 / tf.util.sizeFromShape(sizes.slice(0, originalName.includes('depthwise') ? 2 : -1)))
      return tf.randomUniform(sizes, -limit, limit, 'float32', seed + 1)
    }),
  )
}

async function predicted(backend: string, build: () => tfl.LayersModel): Promise<Float32Array> {
  await tf.setBackend(backend)
  try {
    return tf.tidy(() => {
      const model = build()
      seedWeights(model)
      const x = tf.randomUniform([2, ...(model.inputs[0].shape.slice(1) as number[])], -1, 1, 'float32', 99)
      const y = (model.predict(x) as tf.Tensor).dataSync() as Float32Array
      model.dispose()
      return y
    })
  } finally {
    await tf.setBackend('lanewise')
  }
}

async function expectAsOnCpu(build: () => tfl.LayersModel): Promise<void> {
  const expected = await predicted('cpu', build)
  const actual = await predicted('lanewise', build)
  const largest = Math.max(...expected)
  expect(Math.min(...expected)).toBeLessThan(largest / 2)
  const apart = expected.map((value, i) => Math.abs(value - actual[i]))
  expect(Math.max(...apart) / largest).toBeLessThan(TOLERANCE)
}

const outline = (model: tfl.LayersModel, names: string[]) =>
  names.map((name) => JSON.stringify(model.getLayer(name).outputShape).replaceAll('null,', ''))

describe('mobileNetV2', () => {
  test('has the parameters, layers and shapes of the original', () => {
    const model = mobileNetV2()
    expect(model.countParams()).toBe(3_538_984)
    expect(model.layers).toHaveLength(156)
    const names = [
      'Conv1',
      'block_1_pad',
      'block_3_depthwise',
      'block_12_add',
      'block_16_project_BN',
      'out_relu',
      'predictions',
    ]
    expect(outline(model, names)).toEqual([
      '[112,112,32]',
      '[113,113,96]',
      '[28,28,144]',
      '[14,14,96]',
      '[7,7,320]',
      '[7,7,1280]',
      '[1000]',
    ])
    model.dispose()
  })

  // In steps of 8, never more than a tenth below what is asked; the head does not shrink.
  test.each([
    { alpha: 0.35, filters: [16, 8, 56, 1280] },
    { alpha: 1.4, filters: [48, 32, 224, 1792] },
  ])('is as wide as it should be: $alpha', ({ alpha, filters }) => {
    const model = mobileNetV2({ alpha, inputShape: [32, 32, 1], classes: 3 })
    const names = ['Conv1', 'block_1_project', 'block_15_project', 'Conv_1']
    expect(names.map((name) => model.getLayer(name).outputShape.at(-1))).toEqual(filters)
    model.dispose()
  })

  test(`predicts as on backend-cpu, to ${TOLERANCE} of the largest probability, for images of odd sizes too`, async () => {
    await expectAsOnCpu(() => mobileNetV2({ alpha: 0.35, inputShape: [45, 64, 3], classes: 7 }))
  })
})

describe('resNet50', () => {
  test('has the parameters, layers and shapes of the original', () => {
    const model = resNet50()
    expect(model.countParams()).toBe(25_636_712)
    expect(model.layers).toHaveLength(177)
    const names = [
      'conv1_conv',
      'pool1_pool',
      'conv2_block3_out',
      'conv3_block1_0_conv',
      'conv5_block3_out',
      'avg_pool',
      'predictions',
    ]
    expect(outline(model, names)).toEqual([
      '[112,112,64]',
      '[56,56,64]',
      '[56,56,256]',
      '[28,28,512]',
      '[7,7,2048]',
      '[2048]',
      '[1000]',
    ])
    model.dispose()
  })

  test(`predicts as on backend-cpu, to ${TOLERANCE} of the largest probability`, async () => {
    await expectAsOnCpu(() => resNet50({ inputShape: [32, 33, 1], classes: 5 }))
  })
})

test('the last layers learn', async () => {
  const model = mobileNetV2({ alpha: 0.35, inputShape: [32, 32, 3], classes: 3, name: 'small' })
  expect(model.name).toBe('small')
  seedWeights(model)
  for (const layer of model.layers) layer.trainable = layer.name === 'predictions'
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'sparse_categorical_crossentropy' })
  const x = tf.randomUniform([6, 32, 32, 3], -1, 1, 'float32', 5)
  const { history } = await model.fit(x, tf.tensor1d([0, 1, 2, 0, 1, 2]), { epochs: 5, shuffle: false })
  const losses = history.loss as number[]
  expect(losses[4]).toBeLessThan(losses[0] / 2)
  model.dispose()
})

describe('refused', () => {
  test.each([
    [{ width: 1 }, "mobileNetV2: unknown option 'width'; allowed are inputShape, classes, alpha, name"],
    [{ alpha: 0 }, 'mobileNetV2: alpha: 0 is not in [0.1, 4]'],
    [{ inputShape: [31, 64, 3] }, 'mobileNetV2: inputShape: 31x64 is too small; images have at least 32x32'],
  ])('by mobileNetV2: %j', (options, message) => {
    expect(() => mobileNetV2(options as never)).toThrow(message)
  })

  test.each([
    [{ inputShape: [64, 8, 3] }, 'resNet50: inputShape: 64x8 is too small; images have at least 32x32'],
    [{ classes: 0.5 }, 'resNet50: classes: 0.5 is not a positive integer'],
    [{ alpha: 1 }, "resNet50: unknown option 'alpha'; allowed are inputShape, classes, name"],
  ])('by resNet50: %j', (options, message) => {
    expect(() => resNet50(options as never)).toThrow(message)
  })
})
