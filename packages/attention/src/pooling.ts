import { registerLayer } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { CallOptions } from './masks.ts'

type LayerConfig = NonNullable<ConstructorParameters<typeof tfl.layers.Layer>[0]>
type Pooling = ReturnType<typeof tfl.layers.globalAveragePooling1d>

// tfjs-layers does not export the classes. Named, so that no layer's automatic name counts them.
const stock = (layer: unknown) => (layer as Pooling).constructor as new (args: LayerConfig) => Pooling
const StockAverage = stock(tfl.layers.globalAveragePooling1d({ name: 'stock' }))
const StockMax = stock(tfl.layers.globalMaxPooling1d({ name: 'stock' }))

/** bool [batch, steps, 1], where the call has a mask for its input. */
function stepMask(x: tf.Tensor, kwargs: unknown): tf.Tensor | undefined {
  const { mask } = (kwargs ?? {}) as CallOptions
  const one = Array.isArray(mask) ? mask[0] : mask
  if (one == null || one.rank !== 2 || one.shape[0] !== x.shape[0] || one.shape[1] !== x.shape[1]) return undefined
  return tf.expandDims(one, 2)
}

function only(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0] : inputs
}

/** tfjs-layers' GlobalAveragePooling1D; with a mask, as in Keras, the mean of the steps that it shows. */
export class GlobalAveragePooling1D extends StockAverage {
  static readonly className = 'GlobalAveragePooling1D'

  constructor(args: LayerConfig = {}) {
    super(args)
    this.supportsMasking = true
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<Pooling['call']>[1]): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const x = only(inputs)
      const mask = stepMask(x, kwargs)
      if (mask === undefined) return super.call(inputs, kwargs)
      const weight = tf.cast(mask, 'float32')
      // Where a mask shows no step: 0.
      return tf.div(tf.sum(tf.mul(x, weight), 1), tf.maximum(tf.sum(weight, 1), 1))
    })
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor
  }
}

/** tfjs-layers' GlobalMaxPooling1D; with a mask, the maximum of the steps that it shows. */
export class GlobalMaxPooling1D extends StockMax {
  static readonly className = 'GlobalMaxPooling1D'

  constructor(args: LayerConfig = {}) {
    super(args)
    this.supportsMasking = true
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<Pooling['call']>[1]): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const x = only(inputs)
      const mask = stepMask(x, kwargs)
      if (mask === undefined) return super.call(inputs, kwargs)
      const weight = tf.cast(mask, 'float32')
      const highest = tf.max(tf.add(tf.mul(x, weight), tf.mul(tf.sub(weight, 1), 1e30)), 1)
      return tf.mul(highest, tf.cast(tf.any(mask, 1), 'float32'))
    })
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor
  }
}

for (const layer of [GlobalAveragePooling1D, GlobalMaxPooling1D]) registerLayer(layer)
