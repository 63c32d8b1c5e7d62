import * as tf from '@tensorflow/tfjs-core'
import type { LstmOptions } from './lstm.ts'

const activations: Record<string, (z: tf.Tensor) => tf.Tensor> = {
  linear: (z) => z,
  relu: tf.relu,
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  hardSigmoid: (z) => tf.clipByValue(tf.add(0.5, tf.mul(0.2, z)), 0, 1),
}

export interface LstmTensors {
  x: tf.Tensor
  kernel: tf.Tensor
  recurrentKernel: tf.Tensor
  bias?: tf.Tensor
  /** The first state; zeros by default. */
  h?: tf.Tensor
  c?: tf.Tensor
}

type Options = Pick<LstmOptions, 'goBackwards' | 'timeMajor' | 'returnSequences'> &
  Required<Pick<LstmOptions, 'activation' | 'recurrentActivation'>>

/**
 * The last state, h and c, and with `returnSequences` all h, by the formula in TensorFlow.js's own ops. Where `mask`, which lies as x,
 * hides a step, the state stays.
 */
export function composedLstm(
  { x, kernel, recurrentKernel, bias, ...state }: LstmTensors,
  o: Options,
  mask?: tf.Tensor,
): tf.Tensor[] {
  const axis = o.timeMajor ? 0 : 1
  const steps = x.shape[axis] as number
  let { h = tf.zeros([x.shape[1 - axis] as number, recurrentKernel.shape[0]]), c = tf.zerosLike(h) } = state
  const act = activations[o.activation]
  const gate = activations[o.recurrentActivation]
  const at = (from: tf.Tensor, s: number) => tf.squeeze(tf.slice(from, axis ? [0, s] : s, axis ? [-1, 1] : 1), [axis])
  const sequence: tf.Tensor[] = []
  for (let i = 0; i < steps; i++) {
    const s = o.goBackwards ? steps - 1 - i : i
    const z = tf.add(
      tf.matMul(at(x, s) as tf.Tensor2D, kernel as tf.Tensor2D),
      tf.matMul(h as tf.Tensor2D, recurrentKernel as tf.Tensor2D),
    )
    const [input, forget, cell, out] = tf.split(bias ? tf.add(z, bias) : z, 4, 1)
    const cNext: tf.Tensor = tf.add(tf.mul(gate(forget), c), tf.mul(gate(input), act(cell)))
    const hNext: tf.Tensor = tf.mul(gate(out), act(cNext))
    const keep = mask && tf.expandDims(at(mask, s), 1)
    h = keep ? tf.where(keep, hNext, h) : hNext
    c = keep ? tf.where(keep, cNext, c) : cNext
    sequence.push(h)
  }
  return o.returnSequences ? [h, c, tf.stack(sequence, axis)] : [h, c]
}
