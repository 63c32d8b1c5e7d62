import * as tf from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

type Layer = layers.Layer

/** What `attentionScores` waits for: the weights that a layer computes, batch by batch. */
const observed = new WeakMap<Layer, tf.Tensor[]>()

export function isObserved(layer: Layer): boolean {
  return observed.has(layer)
}

export function record(layer: Layer, scores: tf.Tensor): void {
  observed.get(layer)?.push(tf.keep(tf.clone(scores)))
}

/** Runs `run` and returns the weights that `layer` computed meanwhile. */
export function observe(layer: Layer, run: () => void): tf.Tensor[] {
  const scores: tf.Tensor[] = []
  observed.set(layer, scores)
  try {
    run()
    return scores
  } catch (error) {
    tf.dispose(scores)
    throw error
  } finally {
    observed.delete(layer)
  }
}
