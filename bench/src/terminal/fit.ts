import type * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Terminal } from './terminal.ts'

/** `model.fit` with a progress bar that shows epoch, loss and time left. Resolves to fit's history. */
export async function fitWithProgress(
  terminal: Terminal,
  label: string,
  model: LayersModel,
  x: tf.Tensor,
  y: tf.Tensor,
  args: { epochs: number; batchSize: number },
): Promise<Record<string, number[]>> {
  const { epochs, batchSize } = args
  const batches = Math.ceil(x.shape[0] / batchSize)
  const progress = terminal.progress(label, epochs * batches)
  let epoch = 0
  // A running mean: the loss of one batch jumps about.
  let loss = Number.NaN
  try {
    const { history } = await model.fit(x, y, {
      epochs,
      batchSize,
      verbose: 0,
      callbacks: {
        onEpochBegin: (index) => {
          epoch = index
        },
        onBatchEnd: (batch, logs) => {
          const latest = logs?.loss as number
          loss = Number.isFinite(loss) ? 0.95 * loss + 0.05 * latest : latest
          progress.update(epoch * batches + batch + 1, { epoch: `${epoch + 1}/${epochs}`, loss: loss.toPrecision(3) })
        },
      },
    })
    return history as Record<string, number[]>
  } finally {
    progress.stop()
  }
}
