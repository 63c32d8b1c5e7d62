import { type LanewiseBackend, OutOfMemoryError } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import * as tf from '@tensorflow/tfjs-core'

export interface Full {
  error: OutOfMemoryError
  /** What was in use when memory ran out, and after all was disposed. */
  inUse: number
  inUseAfter: number
}

/**
 * Fills the wasm memory of the backend `lanewise` up to `room` bytes, then predicts with a batch that does not fit. Throws unless
 * that is an OutOfMemoryError, nothing of the attempt is left, tensors made before are intact, and a smaller batch
 * gives what it gave before. With `touch`, the memory is written to, not only reserved.
 */
export async function fillMemory(room: number, touch: boolean): Promise<Full> {
  await tf.setBackend('lanewise')
  const backend = tf.backend() as LanewiseBackend
  const { heap } = backend.rt
  const model = convNet({ inputShape: [28, 28, 1] })
  const predict = (batch: number) =>
    tf.tidy(() =>
      (model.predict(tf.ones([batch, 28, 28, 1]), { batchSize: batch }) as tf.Tensor).dataSync().slice(0, 10),
    )
  // Weights that are used again are packed, once; sums are then added up in another order.
  predict(2)
  const expected = predict(2)
  const idle = heap.inUse
  const free = () => heap.limit - heap.inUse
  const blocks: number[] = []
  const tensors: tf.Tensor[] = []
  const piece = 256 << 20
  try {
    // Not all is usable: the memory grows in steps, and blocks are rounded up.
    while (free() > room + piece) {
      if (touch) tensors.push(tf.fill([piece / 4], tensors.length + 1))
      else blocks.push(heap.alloc(piece))
    }
    while (free() > room) blocks.push(heap.alloc(Math.max(1 << 20, (free() - room) / 2)))
    const inUse = heap.inUse
    const before = { ids: backend.numDataIds(), blocks: heap.blocks }
    const error = thrownBy(() => predict(Math.ceil(room / (28 * 28 * 4))))
    if (!(error instanceof OutOfMemoryError)) throw new Error(`A batch that does not fit threw ${error}`)
    if (error.limit !== heap.limit || error.inUse < inUse) throw new Error(`The error says ${error.message}`)
    if (heap.inUse !== inUse || heap.blocks !== before.blocks || backend.numDataIds() !== before.ids)
      throw new Error(`${heap.inUse - inUse} bytes are left of what failed`)
    same(predict(2), expected)
    for (const [i, tensor] of tensors.entries()) same([ends(tensor)].flat(), [i + 1, i + 1])
    return { error, inUse, inUseAfter: await release() }
  } finally {
    await release()
    model.dispose()
  }

  async function release(): Promise<number> {
    tf.dispose(tensors.splice(0))
    for (const block of blocks.splice(0)) heap.free(block)
    if (heap.inUse > idle) throw new Error(`${heap.inUse - idle} bytes are not given back`)
    return heap.inUse
  }
}

/** The first and the last number. */
function ends(tensor: tf.Tensor): number[] {
  return tf.tidy(() => [0, tensor.size - 1].map((at) => tf.slice(tensor, [at], [1]).dataSync()[0]))
}

function same(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++)
    if (actual[i] !== expected[i]) throw new Error(`${actual[i]}, where ${expected[i]} stood before`)
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
