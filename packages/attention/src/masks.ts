import * as tf from '@tensorflow/tfjs-core'

/** What TensorFlow.js passes to a layer's call. */
export interface CallOptions {
  /** The mask of the first input, which is all that TensorFlow.js hands over, or a list of one for each input. */
  mask?: tf.Tensor | null | (tf.Tensor | null)[]
  training?: boolean
  /** Hides the keys behind a query's own index. */
  useCausalMask?: boolean
}

export interface Masks {
  query?: tf.Tensor
  value?: tf.Tensor
  key?: tf.Tensor
}

/**
 * The masks [batch, steps] of query, value and key, bool.
 *
 * TensorFlow.js calls a layer with the mask of its first input only. That mask is value's and key's too where they are the same
 * tensor as query; else theirs are what the layer that made them left on them (Masking and Embedding do).
 */
export function masksOf(layer: string, inputs: tf.Tensor[], { mask }: CallOptions): Masks {
  if (Array.isArray(mask)) {
    if (mask.length > inputs.length)
      throw new Error(`${layer}: mask: ${mask.length} masks for ${inputs.length} inputs; expected at most one for each`)
    const [query, value, key] = inputs.map((input, i) => checked(layer, `mask[${i}]`, mask[i], input))
    return { query, value, key: inputs[2] === undefined ? undefined : key }
  }
  // TensorFlow.js also passes masks on that are meant for earlier layers.
  const query = mask != null && fits(mask, inputs[0]) ? toBool(mask) : undefined
  const [value, key] = inputs.slice(1).map((input) => {
    if (input === inputs[0]) return query
    const own = (input as { kerasMask?: tf.Tensor | null }).kerasMask
    return own != null && !own.isDisposed && fits(own, input) ? toBool(own) : undefined
  })
  return { query, value, key }
}

/** Throws where inputs are disposed, or their batches differ. */
export function checkAlive(layer: string, inputs: tf.Tensor[]): void {
  for (const [i, { shape, isDisposed }] of inputs.entries()) {
    if (isDisposed) throw new Error(`${layer}: inputs[${i}] of shape [${shape}] is disposed`)
    if (shape[0] !== inputs[0].shape[0])
      throw new Error(`${layer}: inputs[${i}] of shape [${shape}] has another batch than [${inputs[0].shape}]`)
  }
}

function fits(mask: tf.Tensor, input: tf.Tensor): boolean {
  return mask.rank === 2 && mask.shape[0] === input.shape[0] && mask.shape[1] === input.shape[1]
}

function checked(layer: string, name: string, mask: tf.Tensor | null | undefined, input: tf.Tensor) {
  if (mask == null) return undefined
  if (!(mask instanceof tf.Tensor) || !fits(mask, input))
    throw new Error(
      `${layer}: ${name}: expected a tensor of shape [${input.shape.slice(0, 2)}], the input's batch and steps, ` +
        `got ${mask instanceof tf.Tensor ? `one of shape [${mask.shape}]` : String(mask)}`,
    )
  return toBool(mask)
}

function toBool(mask: tf.Tensor): tf.Tensor {
  return mask.dtype === 'bool' ? mask : tf.cast(mask, 'bool')
}

/** The first mask: what an attention layer hands on. */
export function firstMask(mask: tf.Tensor | tf.Tensor[] | null | undefined): tf.Tensor | null {
  return (Array.isArray(mask) ? mask[0] : mask) ?? null
}
