import { attentionNet } from '@lanewise/attention'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { bytesOfObjects, collectGarbage } from './garbage.ts'

/** What stands in memory between two predicts, all garbage collected. */
export interface Sample {
  predicts: number
  wasmInUse: number
  wasmReserved: number
  /** Of JavaScript objects, array buffers included. */
  heap: number
  tensors: number
  bytes: number
  dataIds: number
}

const { layers } = tfl

const MOST_EXAMPLES = 33

/** Now and then a dimension is this much larger than usual, so that the wasm memory grows and comes to hold holes of many sizes. */
const STRETCH = 12

/** Small models, and the shapes that one example of their input usually has: between the two, dimension by dimension. */
const models: [build: () => tfl.LayersModel, smallest: number[], largest: number[]][] = [
  [() => convNet({ inputShape: [12, 12, 1], filters: [4, 8], units: 16 }), [12, 12, 1], [12, 12, 1]],
  [() => lstmNet({ inputShape: [null, 3], units: [8, 5] }), [1, 3], [12, 3]],
  [() => attentionNet({ inputShape: [null, 6], units: 8 }), [1, 6], [12, 6]],
  [() => attentionNet({ inputShape: [null, 6], units: 8, heads: 2, masking: true }), [1, 6], [12, 6]],
  [
    () =>
      tfl.sequential({
        layers: [
          layers.conv2d({
            inputShape: [null, null, 2],
            filters: 5,
            kernelSize: 3,
            padding: 'same',
            activation: 'relu',
          }),
          layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
          layers.batchNormalization(),
          layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: 3, activation: 'softmax' }),
        ],
      }),
    [1, 1, 2],
    [16, 16, 2],
  ],
]

/**
 * `count` predicts of small models with random batch sizes and shapes, on the backend `lanewise` under IS_TEST, which makes the
 * engine throw when a kernel leaves data ids behind. Throws where `tf.memory()` differs from what this function has kept.
 */
export async function soakPredicts(count: number, samples: number, seed = 1): Promise<Sample[]> {
  await tf.setBackend('lanewise')
  const wasTest = tf.env().getBool('IS_TEST')
  tf.env().set('IS_TEST', true)
  const before = tf.memory()
  const built = models.map(([build]) => build())
  const weights = built.flatMap((model) => model.weights.map((weight) => weight.shape as number[]))
  const kept = { tensors: weights.length, bytes: weights.reduce((sum, shape) => sum + 4 * sizeOf(shape), 0) }
  const random = randomIntegers(seed)
  const numbers = Float32Array.from({ length: MOST_EXAMPLES * (STRETCH * 16) ** 2 * 2 }, () => random(-100, 100) / 100)
  const taken: Sample[] = []
  try {
    for (let i = 1; i <= count; i++) {
      const which = random(0, models.length - 1)
      const [, smallest, largest] = models[which]
      const stretch = random(1, 50) === 1 ? STRETCH : 1
      const example = smallest.map((size, d) => (size === largest[d] ? size : random(size, stretch * largest[d])))
      const shape = [random(1, MOST_EXAMPLES), ...example]
      const x = tf.tensor(numbers.slice(0, sizeOf(shape)), shape)
      const y = built[which].predict(x) as tf.Tensor
      const values = y.dataSync()
      if (!values.every(Number.isFinite)) throw new Error(`predict ${i} of a model for [${shape}] gave ${values}`)
      const { numTensors, numBytes, numDataBuffers } = tf.memory()
      const expected = kept.bytes + 4 * (x.size + y.size)
      if (numTensors - before.numTensors !== kept.tensors + 2 || numBytes - before.numBytes !== expected)
        throw new Error(`After predict ${i} tf.memory() counts ${numTensors} tensors of ${numBytes} bytes`)
      if (numDataBuffers - before.numDataBuffers !== kept.tensors + 2)
        throw new Error(`After predict ${i} tf.memory() counts ${numDataBuffers} buffers`)
      tf.dispose([x, y])
      // Under IS_TEST tfjs-core pushes a number here for every kernel that it runs, and takes none away.
      tf.engine().state.numDataMovesStack.length = 0
      if (i % Math.floor(count / samples) === 0) taken.push(await sample(i))
    }
  } finally {
    for (const model of built) model.dispose()
    tf.env().set('IS_TEST', wasTest)
  }
  return taken
}

async function sample(predicts: number): Promise<Sample> {
  await collectGarbage()
  const { numTensors, numBytes, ...wasm } = tf.memory() as tf.MemoryInfo & {
    wasmBytesInUse: number
    wasmBytesReserved: number
  }
  return {
    predicts,
    wasmInUse: wasm.wasmBytesInUse,
    wasmReserved: wasm.wasmBytesReserved,
    heap: bytesOfObjects(),
    tensors: numTensors,
    bytes: numBytes,
    dataIds: tf.backend().numDataIds(),
  }
}

/** Uniform in [low, high], the same for the same seed. */
function randomIntegers(seed: number): (low: number, high: number) => number {
  let state = seed | 0
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return low + Math.floor(((state >>> 8) / 2 ** 24) * (high - low + 1))
  }
}

function sizeOf(shape: number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
