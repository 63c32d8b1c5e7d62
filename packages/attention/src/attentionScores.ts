import { eagerly } from '@lanewise/backend'
import { show } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { Attention } from './attention.ts'
import { MultiHeadAttention } from './multiHeadAttention.ts'
import { observe } from './observe.ts'

/**
 * The weights of a model's attention for the examples x: [examples, queries, keys] of a layer Attention, [examples, heads, queries, keys]
 * of a MultiHeadAttention. Each row sums to 1. `layer` names the layer where the model has several.
 */
export function attentionScores(model: tfl.LayersModel, x: tf.Tensor | tf.Tensor[], layer?: string): tf.Tensor {
  if (!(model instanceof tfl.LayersModel))
    throw new Error(`attentionScores: model: expected a tf.LayersModel, got ${show(model)}`)
  const found = model.layers.filter((one) => one instanceof Attention || one instanceof MultiHeadAttention)
  const names = found.map(({ name }) => name)
  const allowed =
    names.length > 0 ? `the model's attention layers are ${names.join(', ')}` : 'the model has no attention layer'
  if (layer !== undefined && !names.includes(layer))
    throw new Error(`attentionScores: layer: there is no ${show(layer)}; ${allowed}`)
  if (layer === undefined && found.length !== 1) throw new Error(`attentionScores: layer: name one; ${allowed}`)
  const observed = found[layer === undefined ? 0 : names.indexOf(layer)]
  const parts = observe(observed, () => tf.dispose(eagerly(() => model.predict(x))))
  // What was observed is kept; the result belongs to the caller's tidy.
  const scores = parts.length === 1 ? tf.clone(parts[0]) : tf.concat(parts)
  tf.dispose(parts)
  return scores
}
