import { acceleration } from '@lanewise/backend'
import { convNet, mobileNetV2 } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** What steps that nobody asked for cost a model. */
export interface Recordings {
  name: string
  /** Milliseconds that the predictions took of which each but the last runs eagerly, and the last is recorded. */
  firstMs: number[]
  /** Of predictions with batches by chance: the time that they take, relative to eager ones, all recordings included. */
  byChance: number
  /** Steps held at the end. */
  steps: number
}

const MOST_EXAMPLES = 64
const FIRST = 4

const models: [
  name: string,
  build: (options?: { accelerate: boolean }) => LayersModel,
  example: number[],
  n: number,
][] = [
  ['CNN', convNet, [28, 28, 1], 900],
  ['LSTM model', lstmNet, [10, 1], 2400],
  ['MobileNetV2 at 32', (options) => mobileNetV2({ inputShape: [32, 32, 3], ...options }), [32, 32, 3], 300],
]

/** Measures each model on the backend `lanewise`, in turns with an eager one. */
export async function recordings(): Promise<Recordings[]> {
  await tf.setBackend('lanewise')
  return models.map(([name, build, example, n]) => {
    const [eager, automatic] = [build({ accelerate: false }), build()]
    const time = (model: LayersModel, x: tf.Tensor) => {
      const start = performance.now()
      tf.tidy(() => void (model.predict(x, { batchSize: MOST_EXAMPLES }) as tf.Tensor).dataSync())
      return performance.now() - start
    }
    const one = tf.randomUniform([1, ...example])
    const firstMs = Array.from({ length: FIRST }, () => time(automatic, one))
    one.dispose()
    const spent = [0, 0]
    for (let i = 0; i < n; i++) {
      const x = tf.randomUniform([1 + Math.floor(Math.random() * MOST_EXAMPLES), ...example])
      // Brings it into wasm memory.
      tf.neg(x).dispose()
      for (const which of i % 2 === 0 ? [0, 1] : [1, 0]) spent[which] += time([eager, automatic][which], x)
      x.dispose()
    }
    const { steps } = acceleration(automatic)
    eager.dispose()
    automatic.dispose()
    return { name, firstMs, byChance: spent[1] / spent[0], steps }
  })
}
