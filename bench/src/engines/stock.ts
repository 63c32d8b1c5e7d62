// The reference: the three models out of stock layers, on backend-cpu.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type ModelName, type Observed, observe, settings } from './procedure.ts'

/** softmax(x . x^T) . x over the steps; TensorFlow.js has no attention layer. */
class SelfAttention extends tfl.layers.Layer {
  static className = 'ReferenceSelfAttention'

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs
      return tf.matMul(tf.softmax(tf.matMul(x, x, false, true)), x)
    })
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return inputShape
  }
}

function cnn(): tfl.LayersModel {
  const { inputShape, filters, units, classes } = settings.cnn
  const { conv2d, maxPooling2d, flatten, dense } = tfl.layers
  const layers: tfl.layers.Layer[] = filters.flatMap((count, i) => [
    conv2d({ filters: count, kernelSize: 3, activation: 'relu', ...(i === 0 && { inputShape }) }),
    maxPooling2d({ poolSize: 2 }),
  ])
  layers.push(flatten(), dense({ units, activation: 'relu' }), dense({ units: classes, activation: 'softmax' }))
  return tfl.sequential({ layers })
}

function lstm(): tfl.LayersModel {
  const { inputShape, units, outputs } = settings.lstm
  const [first, second] = units
  const layers = [
    tfl.layers.lstm({ units: first, returnSequences: true, inputShape }),
    tfl.layers.lstm({ units: second }),
    tfl.layers.dense({ units: outputs }),
  ]
  return tfl.sequential({ layers })
}

function attention(): tfl.LayersModel {
  const { inputShape, units, outputs } = settings.attention
  const layers = [
    tfl.layers.lstm({ units, returnSequences: true, inputShape }),
    new SelfAttention({}),
    tfl.layers.globalAveragePooling1d({}),
    tfl.layers.dense({ units: outputs }),
  ]
  return tfl.sequential({ layers })
}

/** Leaves the backend as it was. */
export async function observeStock(): Promise<Record<ModelName, Observed>> {
  const before = tf.getBackend()
  await tf.setBackend('cpu')
  try {
    return {
      cnn: await observe('cnn', cnn()),
      lstm: await observe('lstm', lstm()),
      attention: await observe('attention', attention()),
    }
  } finally {
    if (before !== undefined) await tf.setBackend(before)
  }
}
