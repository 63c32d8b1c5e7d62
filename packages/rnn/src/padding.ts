import * as tf from '@tensorflow/tfjs-core'

/** The steps before the padding of each sequence of a mask [batch, steps]; undefined where it hides more than what comes last. */
export function lengthsOf(mask: tf.Tensor): Int32Array | undefined {
  const [batch, steps] = mask.shape as number[]
  const shown = mask.dataSync()
  const lengths = new Int32Array(batch)
  for (let row = 0; row < batch; row++) {
    const at = row * steps
    let length = 0
    while (length < steps && shown[at + length]) length++
    for (let step = length; step < steps; step++) if (shown[at + step]) return undefined
    lengths[row] = length
  }
  return lengths
}

/** [batch, steps, units] with its padding replaced by the last step before it (0 where there is none), and that step [batch, units]. */
export function holdLast(sequences: tf.Tensor, lengths: Int32Array): { sequences: tf.Tensor; last: tf.Tensor } {
  const [batch, steps] = sequences.shape as number[]
  const shown = new Float32Array(batch * steps)
  const final = new Float32Array(batch * steps)
  lengths.forEach((length, row) => {
    shown.fill(1, row * steps, row * steps + length)
    if (length > 0) final[row * steps + length - 1] = 1
  })
  const shape: [number, number, number] = [batch, steps, 1]
  const show = tf.tensor3d(shown, shape)
  const last = tf.sum(tf.mul(sequences, tf.tensor3d(final, shape)), 1, true)
  return {
    sequences: tf.add(tf.mul(sequences, show), tf.mul(last, tf.sub(1, show))),
    last: tf.squeeze(last, [1]),
  }
}
