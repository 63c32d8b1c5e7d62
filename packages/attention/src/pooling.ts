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

type Inputs = tf.Tensor | tf.Tensor[]
type Kwargs = Parameters<Pooling['call']>[1]

/** `stock()`, or, with a mask, what `pool` makes of x [batch, steps, width] and `shown` [batch, steps, 1]: 1 where the mask shows a step, else 0. */
function pooled(
  inputs: Inputs,
  kwargs: Kwargs,
  stock: () => Inputs,
  pool: (x: tf.Tensor, shown: tf.Tensor) => tf.Tensor,
): Inputs {
  return tf.tidy(() => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs
    const mask = stepMask(x, kwargs)
    return mask === undefined ? stock() : pool(x, tf.cast(mask, 'float32'))
  })
}

/** tfjs-layers' GlobalAveragePooling1D; with a mask, as in Keras, the mean of the steps that it shows, and 0 where it shows none. */
export class GlobalAveragePooling1D extends StockAverage {
  static readonly className = 'GlobalAveragePooling1D'

  constructor(args: LayerConfig = {}) {
    super(args)
    this.supportsMasking = true
  }

  override call(inputs: Inputs, kwargs: Kwargs): Inputs {
    const stock = () => super.call(inputs, kwargs)
    return pooled(inputs, kwargs, stock, (x, shown) =>
      tf.div(tf.sum(tf.mul(x, shown), 1), tf.maximum(tf.sum(shown, 1), 1)),
    )
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor
  }
}

/** tfjs-layers' GlobalMaxPooling1D; with a mask, the maximum of the steps that it shows, and 0 where it shows none. */
export class GlobalMaxPooling1D extends StockMax {
  static readonly className = 'GlobalMaxPooling1D'

  constructor(args: LayerConfig = {}) {
    super(args)
    this.supportsMasking = true
  }

  override call(inputs: Inputs, kwargs: Kwargs): Inputs {
    const stock = () => super.call(inputs, kwargs)
    return pooled(inputs, kwargs, stock, (x, shown) => {
      const highest = tf.max(tf.add(tf.mul(x, shown), tf.mul(tf.sub(shown, 1), 1e30)), 1)
      return tf.mul(highest, tf.max(shown, 1))
    })
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor
  }
}

for (const layer of [GlobalAveragePooling1D, GlobalMaxPooling1D]) registerLayer(layer)
