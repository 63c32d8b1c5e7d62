import { scaledDotProductAttention } from '@lanewise/backend'
import {
  asOptions,
  choice,
  flag,
  type OptionReader,
  rate,
  readOptions,
  registerLayer,
  show,
  unchecked,
} from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type CallOptions, checkAlive, firstMask, masksOf } from './masks.ts'
import { isObserved, record } from './observe.ts'

type Shape = (number | null)[]
type LayerConfig = ConstructorParameters<typeof tfl.layers.Layer>[0]

/** What `attention` takes, besides every layer's arguments. */
export interface AttentionArgs extends NonNullable<LayerConfig> {
  /** Multiply the scores by a weight, `scale`, which starts at 1. Default false. */
  useScale?: boolean
  /** How scores come from queries and keys: 'dot', their product. */
  scoreMode?: 'dot'
  /** Share of the weights dropped in training. Default 0. */
  dropout?: number
  /** Of the dropout. */
  seed?: number
  /** Hides the keys behind a query's own index. Default false. Keras has it as an argument of the call, which works too. */
  causal?: boolean
}

/** Arguments that every layer takes; TensorFlow.js adds the last one to a configuration that it loads. */
export const COMMON = [
  'name',
  'trainable',
  'weights',
  'inputShape',
  'batchInputShape',
  'batchSize',
  'dtype',
  'inputDType',
  'customObjects',
]

const READERS = {
  useScale: flag(false),
  scoreMode: choice(['dot'], 'dot'),
  dropout: rate(0),
  seed: seed(),
  causal: flag(false),
}

/** An integer; undefined (or null, as Keras saves it) where none is given. */
export function seed(): OptionReader<number | undefined> {
  return (name, given) => {
    if (given === undefined || given === null) return undefined
    if (!Number.isSafeInteger(given)) throw new Error(`${name}: ${show(given)} is not an integer`)
    return given as number
  }
}

/**
 * Keras's layer `Attention`, dot-product attention with one head: softmax(query key^T) value, without a division by
 * sqrt(dim). Inputs [query, value] or [query, value, key], each [batch, steps, dim]; by default key is value.
 *
 * Steps that value's mask hides get no weight; where query's mask is false the output is 0.
 */
export class Attention extends tfl.layers.Layer {
  static readonly className = 'Attention'
  private readonly options: { [K in keyof typeof READERS]: ReturnType<(typeof READERS)[K]> }
  private scale: tfl.LayerVariable | undefined

  constructor(args: AttentionArgs = {}) {
    super(asOptions('Attention', args))
    const common = Object.fromEntries(COMMON.map((name) => [name, unchecked]))
    this.options = readOptions('Attention', args, { ...READERS, ...common }) as typeof this.options
    this.supportsMasking = true
  }

  override build(inputShape: Shape | Shape[]): void {
    const [query, value, key = value] = this.checkInputs(inputShape)
    const last = (shape: Shape) => shape[2]
    if (last(query) !== last(key))
      throw new Error(
        `Attention: query of shape ${show(query)} and key of shape ${show(key)} differ in their last size`,
      )
    if (value[1] !== null && key[1] !== null && value[1] !== key[1])
      throw new Error(`Attention: value of shape ${show(value)} and key of shape ${show(key)} differ in their steps`)
    if (this.options.useScale) this.scale = this.addWeight('scale', [], 'float32', tfl.initializers.ones())
    this.built = true
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallOptions = {}): tf.Tensor {
    const list = Array.isArray(inputs) ? inputs : [inputs]
    this.checkInputs(list.map(({ shape }) => shape))
    checkAlive('Attention', list)
    return tf.tidy(() => {
      const [input, value, key = value] = list
      const masks = masksOf('Attention', list, kwargs)
      const query = this.scale === undefined ? input : tf.mul(input, this.scale.read())
      const options = { scale: 1, mask: masks.value, causal: kwargs.useCausalMask ?? this.options.causal }
      const dropout = kwargs.training ? this.options.dropout : 0
      let output: tf.Tensor
      if (dropout > 0 || isObserved(this)) {
        const [plain, scores] = scaledDotProductAttention(query, key, value, { ...options, returnScores: true })
        const weights = tf.squeeze(scores, [1])
        record(this, weights)
        output = dropout > 0 ? tf.matMul(tf.dropout(weights, dropout, undefined, this.options.seed), value) : plain
      } else output = scaledDotProductAttention(query, key, value, options)
      return masks.query === undefined ? output : tf.mul(output, tf.cast(tf.expandDims(masks.query, 2), 'float32'))
    })
  }

  override computeMask(_: unknown, mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return firstMask(mask) as tf.Tensor
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [query, value] = this.checkInputs(inputShape)
    return [query[0], query[1], value[2]]
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { useScale, scoreMode, dropout, seed = null, causal } = this.options
    // Keras's constructor does not know `causal`.
    return { ...super.getConfig(), useScale, scoreMode, dropout, seed, ...(causal ? { causal } : {}) }
  }

  private checkInputs(given: Shape | Shape[]): Shape[] {
    const shapes = (Array.isArray(given[0]) ? given : [given]) as Shape[]
    if ((shapes.length !== 2 && shapes.length !== 3) || shapes.some((shape) => shape.length !== 3))
      throw new Error(
        `Attention: inputs of shapes ${shapes.map(show).join(', ')}; expected [query, value] or [query, value, key], ` +
          'each of shape [batch, steps, dim]',
      )
    return shapes
  }
}

registerLayer(Attention)

/** A layer {@link Attention}. */
export function attention(args?: AttentionArgs): Attention {
  return new Attention(args)
}
