import * as tf from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

/** What a layer may be off from the same out of stock ops, relative to the largest expected magnitude, and 1 at least. */
export const TOLERANCE = 2e-5

export type Values = number[][]

export const read = (tensors: tf.Tensor[]): Values => tensors.map((tensor) => Array.from(tensor.dataSync<'float32'>()))

export const random = (shape: number[], seed: number): tf.Tensor => tf.randomUniform(shape, -1.5, 1.5, 'float32', seed)

export function close(actual: Values, expected: Values): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} outputs, expected ${expected.length}`)
  for (const [i, values] of expected.entries()) {
    if (actual[i].length !== values.length)
      throw new Error(`output ${i} has ${actual[i].length} values, expected ${values.length}`)
    const floor = values.reduce((max, x) => Math.max(max, Math.abs(x)), 1)
    for (let j = 0; j < values.length; j++)
      if (!(Math.abs(actual[i][j] - values[j]) / floor <= TOLERANCE))
        throw new Error(`output ${i}[${j}] is ${actual[i][j]}, expected ${values[j]}`)
  }
}

/** Weights that are the same for every layer of these shapes. */
export function setWeights(layer: layers.Layer): void {
  tf.tidy(() => layer.setWeights(layer.getWeights().map(({ shape }, i) => random(shape, 50 + i))))
}

/** The output of `apply`, and gradients of a loss of it by its inputs and the variables that it reads. */
export function evaluate(
  apply: (inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  variables: tf.Variable[] = [],
): Values {
  return tf.tidy(() => {
    const loss = (...xs: tf.Tensor[]) => {
      const y = apply(xs)
      return tf.sum(tf.mul(y, random(y.shape, 80))) as tf.Scalar
    }
    const byInputs = tf.grads(loss)(inputs)
    const byVariables = variables.length > 0 ? tf.variableGrads(() => loss(...inputs), variables).grads : {}
    return read([apply(inputs), ...byInputs, ...variables.map(({ name }) => byVariables[name])])
  })
}

export function variablesOf(layer: layers.Layer): tf.Variable[] {
  return layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
}

export async function onBackend<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  await tf.setBackend(name)
  try {
    return await run()
  } finally {
    await tf.setBackend('lanewise')
  }
}

/** softmax(scale * q k^T, hidden keys left out) v for [batch, heads, steps, dim], with tf.where and stock ops. */
export function formula(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, scale: number, visible?: tf.Tensor): tf.Tensor {
  let scores: tf.Tensor = tf.mul(tf.matMul(q, k, false, true), scale)
  if (visible !== undefined) {
    const all = tf.cast(tf.add(tf.zerosLike(scores), tf.cast(visible, 'float32')), 'bool')
    scores = tf.where(all, scores, tf.fill(scores.shape, -1e9))
  }
  return tf.matMul(tf.softmax(scores), v)
}
