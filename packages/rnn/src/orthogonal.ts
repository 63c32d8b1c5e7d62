import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

interface StockOrthogonal {
  apply(shape: number[], dtype?: tf.DataType): tf.Tensor
  getConfig(): tf.serialization.ConfigDict
}
type OrthogonalArgs = Parameters<typeof tfl.initializers.orthogonal>[0]

// tfjs-layers does not export the class.
const Stock = tfl.initializers.orthogonal({}).constructor as new (args: OrthogonalArgs) => StockOrthogonal

/**
 * tfjs-layers' orthogonal initializer: the same matrix for the same seed, but not by a thousand small operations, which
 * take a second for the recurrent weights of 64 units.
 */
class Orthogonal extends Stock {
  override apply(shape: number[], dtype?: tf.DataType): tf.Tensor {
    if (shape.length < 2 || (dtype !== undefined && dtype !== 'float32')) return super.apply(shape, dtype)
    const { gain, seed } = this.getConfig() as unknown as { gain: number; seed?: number }
    const columns = shape[shape.length - 1]
    const rows = tf.util.sizeFromShape(shape) / columns
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)]
    return tf.tidy(() => {
      const q = orthonormalColumns(tf.randomNormal([long, short], 0, 1, 'float32', seed).dataSync(), long, short)
      const values = new Float32Array(long * short)
      for (let i = 0; i < long; i++)
        for (let j = 0; j < short; j++) values[rows < columns ? j * long + i : i * short + j] = gain * q[j * long + i]
      return tf.tensor(values, shape)
    })
  }
}

/** The initializer, or, for tfjs-layers' orthogonal one, its fast equal. */
export function fastInitializer<T extends tf.serialization.Serializable>(initializer: T): T {
  if (!(initializer instanceof Stock)) return initializer
  return new Orthogonal(initializer.getConfig() as OrthogonalArgs) as unknown as T
}

/**
 * Q of the decomposition A = Q R with a positive diagonal of R, column by column, for A [long, short] given row by row.
 * Gram-Schmidt in double precision; a column that lost most of its length is cleaned again.
 */
function orthonormalColumns(a: ArrayLike<number>, long: number, short: number): Float64Array {
  const q = new Float64Array(long * short)
  for (let j = 0; j < short; j++) {
    const column = q.subarray(j * long, (j + 1) * long)
    for (let i = 0; i < long; i++) column[i] = a[i * short + j]
    let length = Math.sqrt(dot(column, column))
    for (let before = Number.POSITIVE_INFINITY; length < before / 2; ) {
      before = length
      for (let k = 0; k < j; k++) {
        const other = q.subarray(k * long, (k + 1) * long)
        const share = dot(column, other)
        for (let i = 0; i < long; i++) column[i] -= share * other[i]
      }
      length = Math.sqrt(dot(column, column))
    }
    for (let i = 0; i < long; i++) column[i] /= length
  }
  return q
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
