import { attentionNet } from '@lanewise/attention'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import { bytesOfObjects, collectGarbage } from './garbage.ts'

/** The bytes that one predict leaves in JavaScript's heap and in wasm memory. */
export interface Kept {
  heap: number
  wasm: number
}

/**
 * Predicts with three small models in turn, always of the same shapes, so that little but a leak can grow: `warmUp` times for the
 * engine to have compiled all there is, then `count` times, of which the mean is returned. `leak` is called after each predict.
 */
export async function keptByPredict(warmUp: number, count: number, leak = () => {}): Promise<Kept> {
  await tf.setBackend('lanewise')
  const models = [
    { model: convNet({ inputShape: [8, 8, 1], filters: [4], units: 8 }), input: [1, 8, 8, 1] },
    { model: lstmNet({ inputShape: [3, 3], units: [4] }), input: [1, 3, 3] },
    { model: attentionNet({ inputShape: [3, 6], units: 4 }), input: [1, 3, 6] },
  ]
  const predict = (times: number) => {
    for (let i = 0; i < times; i++) {
      const { model, input } = models[i % models.length]
      const x = tf.ones(input)
      const y = model.predict(x) as tf.Tensor
      if (!Number.isFinite(y.dataSync()[0])) throw new Error(`predict ${i} gave ${y.dataSync()}`)
      tf.dispose([x, y])
      leak()
    }
  }
  try {
    predict(warmUp)
    const before = await inUse()
    predict(count)
    const after = await inUse()
    return { heap: (after.heap - before.heap) / count, wasm: (after.wasm - before.wasm) / count }
  } finally {
    for (const { model } of models) model.dispose()
  }
}

async function inUse() {
  await collectGarbage()
  const { wasmBytesInUse } = tf.memory() as tf.MemoryInfo & { wasmBytesInUse: number }
  return { heap: bytesOfObjects(), wasm: wasmBytesInUse }
}
