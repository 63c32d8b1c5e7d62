import { scaledDotProductAttention } from '@lanewise/backend'
import {
  asOptions,
  flag,
  namingArguments,
  type OptionReader,
  rate,
  readOptions,
  registerLayer,
  show,
  size,
  unchecked,
} from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { COMMON, seed } from './attention.ts'
import { type CallOptions, checkAlive, firstMask, masksOf } from './masks.ts'
import { isObserved, record } from './observe.ts'

type Shape = (number | null)[]
type DenseArgs = Parameters<typeof tfl.layers.dense>[0]
type LayerConfig = NonNullable<ConstructorParameters<typeof tfl.layers.Layer>[0]>

type Initial = Pick<
  DenseArgs,
  | 'kernelInitializer'
  | 'biasInitializer'
  | 'kernelRegularizer'
  | 'biasRegularizer'
  | 'kernelConstraint'
  | 'biasConstraint'
>

/** What `multiHeadAttention` takes, besides every layer's arguments. */
export interface MultiHeadAttentionArgs extends LayerConfig, Initial {
  /** Heads that attend side by side. */
  numHeads: number
  /** Size of each head's queries and keys. */
  keyDim: number
  /** Size of each head's values. Default keyDim. */
  valueDim?: number
  /** Share of the weights dropped in training. Default 0. */
  dropout?: number
  /** Whether the projections add a bias. Default true. */
  useBias?: boolean
  /** Size of the output's vectors. Default query's. */
  outputShape?: number | number[]
  /** Of the dropout. */
  seed?: number
  /** Hides the keys behind a query's own index. Default false. Keras has it as an argument of the call, which works too. */
  causal?: boolean
}

/** What a call of the layer takes besides its inputs. */
export interface MultiHeadAttentionCall extends CallOptions {
  /** With `apply(query, { value })`, as in tfjs-layers; or give a list of inputs. */
  value?: tf.Tensor | tfl.SymbolicTensor
  key?: tf.Tensor | tfl.SymbolicTensor
  /** [batch, queries, keys], bool: false hides a key from a query. */
  attentionMask?: tf.Tensor
}

const INITIAL = [
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
]

const READERS = {
  numHeads: size(),
  keyDim: size(),
  valueDim: optionalSize(),
  dropout: rate(0),
  useBias: flag(true),
  outputShape: optionalSize(),
  seed: seed(),
  causal: flag(false),
}

function optionalSize(): OptionReader<number | undefined> {
  return (name, given) => {
    const one = Array.isArray(given) && given.length === 1 ? given[0] : given
    return one === undefined || one === null ? undefined : size()(name, one)
  }
}

/** Attention over the steps of [batch, steps, dim] is what there is. */
const axes: OptionReader<unknown> = (name, given) => {
  const one = Array.isArray(given) && given.length === 1 ? given[0] : given
  if (one !== undefined && one !== null && one !== 1)
    throw new Error(`${name}: ${show(given)} is not 1, the axis of steps`)
  return given
}

type Projection = { kernel: tfl.LayerVariable; bias: tfl.LayerVariable | undefined }

/**
 * Keras's layer `MultiHeadAttention`: query, key and value are projected to `numHeads` heads of `keyDim` (`valueDim`), each attends
 * by itself, with scores divided by sqrt(keyDim), and the heads are projected to the output. Inputs [query, value] or
 * [query, value, key], each [batch, steps, dim].
 *
 * Weights as in Keras: kernels [dim, heads, keyDim] and biases [heads, keyDim] of query, key and value, then
 * [heads, valueDim, dim] and [dim] of the output.
 */
export class MultiHeadAttention extends tfl.layers.Layer {
  static readonly className = 'MultiHeadAttention'
  private readonly options: { [K in keyof typeof READERS]: ReturnType<(typeof READERS)[K]> }
  /** Holds what initializes, regularizes and constrains the weights: tfjs-layers reads names and configs of these in its layers only. */
  private readonly initial: Record<string, never> & tfl.layers.Layer
  private projections!: Record<'query' | 'key' | 'value' | 'output', Projection>

  constructor(args: MultiHeadAttentionArgs) {
    // Of nothing at all the options below say what is missing.
    super(args === undefined ? args : asOptions('MultiHeadAttention', args))
    const other = Object.fromEntries([...COMMON, ...INITIAL].map((name) => [name, unchecked]))
    // What Keras and tfjs-layers save besides.
    const ignored = {
      activityRegularizer: none,
      flashAttention: none,
      queryShape: unchecked,
      keyShape: unchecked,
      valueShape: unchecked,
    }
    this.options = readOptions('MultiHeadAttention', args, {
      ...READERS,
      ...other,
      ...ignored,
      attentionAxes: axes,
    }) as typeof this.options
    const initial = Object.fromEntries(INITIAL.map((name) => [name, args[name as keyof Initial]]))
    const dense = (given: object) => tfl.layers.dense({ units: 1, name: 'initial', ...given })
    const make = () => dense(initial)
    this.initial = namingArguments('MultiHeadAttention', args, INITIAL, make, dense) as unknown as typeof this.initial
    this.supportsMasking = true
  }

  override apply(
    inputs: tf.Tensor | tf.Tensor[] | tfl.SymbolicTensor | tfl.SymbolicTensor[],
    kwargs: MultiHeadAttentionCall = {},
  ): tf.Tensor | tf.Tensor[] | tfl.SymbolicTensor | tfl.SymbolicTensor[] {
    const { value, key, ...rest } = kwargs
    const list = [inputs].flat() as tf.Tensor[]
    if (value !== undefined) list.push(value as tf.Tensor)
    if (key !== undefined) list.push(key as tf.Tensor)
    return super.apply(list, rest as Parameters<tfl.layers.Layer['apply']>[1])
  }

  override build(inputShape: Shape | Shape[]): void {
    const [query, value, key = value] = checkInputs(inputShape)
    if (value[1] !== null && key[1] !== null && value[1] !== key[1])
      throw new Error(
        `MultiHeadAttention: value of shape ${show(value)} and key of shape ${show(key)} differ in their steps`,
      )
    const { numHeads, keyDim, valueDim = keyDim, outputShape = query[2] as number } = this.options
    this.projections = {
      query: this.projection('query', [query[2] as number, numHeads, keyDim], [numHeads, keyDim]),
      key: this.projection('key', [key[2] as number, numHeads, keyDim], [numHeads, keyDim]),
      value: this.projection('value', [value[2] as number, numHeads, valueDim], [numHeads, valueDim]),
      output: this.projection('attention_output', [numHeads, valueDim, outputShape], [outputShape]),
    }
    this.built = true
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: MultiHeadAttentionCall = {}): tf.Tensor {
    const list = Array.isArray(inputs) ? inputs : [inputs]
    checkInputs(list.map(({ shape }) => shape))
    checkAlive('MultiHeadAttention', list)
    return tf.tidy(() => {
      const [query, value, key = value] = list
      const { numHeads, keyDim, causal } = this.options
      const { query: toQuery, key: toKey, value: toValue, output: toOutput } = this.projections
      const [q, k, v] = [project(query, toQuery, 1), project(key, toKey, 1), project(value, toValue, 1)]
      const options = {
        numHeads,
        scale: 1 / Math.sqrt(keyDim),
        mask: this.maskOf(list, kwargs),
        causal: kwargs.useCausalMask ?? causal,
      }
      const dropout = kwargs.training ? this.options.dropout : 0
      if (dropout === 0 && !isObserved(this)) return project(scaledDotProductAttention(q, k, v, options), toOutput, 2)
      const [plain, scores] = scaledDotProductAttention(q, k, v, { ...options, returnScores: true })
      record(this, scores)
      if (dropout === 0) return project(plain, toOutput, 2)
      const weights = tf.dropout(scores, dropout, undefined, this.options.seed)
      const [batch, steps] = v.shape
      const heads = tf.transpose(tf.reshape(v, [batch, steps as number, numHeads, -1]), [0, 2, 1, 3])
      const out = tf.transpose(tf.matMul(weights, heads), [0, 2, 1, 3])
      return project(tf.reshape(out, [batch, query.shape[1] as number, -1]), toOutput, 2)
    })
  }

  override computeMask(_: unknown, mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return firstMask(mask) as tf.Tensor
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [query] = checkInputs(inputShape)
    return [query[0], query[1], this.options.outputShape ?? query[2]]
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { numHeads, keyDim, valueDim = keyDim, dropout, useBias, outputShape, seed = null, causal } = this.options
    const parts = this.initial.getConfig()
    return {
      ...super.getConfig(),
      ...{ numHeads, keyDim, valueDim, dropout, useBias, seed, attentionAxes: [1] },
      outputShape: outputShape === undefined ? null : [outputShape],
      ...Object.fromEntries(INITIAL.map((name) => [name, parts[name]])),
      // Keras's constructor does not know `causal`.
      ...(causal ? { causal } : {}),
    }
  }

  private projection(name: string, kernel: number[], bias: number[]): Projection {
    const { kernelInitializer, kernelRegularizer, kernelConstraint, biasInitializer, biasRegularizer, biasConstraint } =
      this.initial
    return {
      kernel: this.addWeight(
        `${name}/kernel`,
        kernel,
        'float32',
        kernelInitializer,
        kernelRegularizer,
        true,
        kernelConstraint,
      ),
      bias: this.options.useBias
        ? this.addWeight(`${name}/bias`, bias, 'float32', biasInitializer, biasRegularizer, true, biasConstraint)
        : undefined,
    }
  }

  /** All masks together, as wide as they need to be. */
  private maskOf(list: tf.Tensor[], kwargs: MultiHeadAttentionCall): tf.Tensor | undefined {
    const { query, value, key } = masksOf('MultiHeadAttention', list, kwargs)
    const parts = [
      ...(query === undefined ? [] : [tf.expandDims(query, 2)]),
      ...[value, key === value ? undefined : key].flatMap((mask) =>
        mask === undefined ? [] : [tf.expandDims(mask, 1)],
      ),
      ...(kwargs.attentionMask == null ? [] : [tf.cast(kwargs.attentionMask, 'bool')]),
    ]
    return parts.length === 0 ? undefined : parts.reduce((all, part) => tf.logicalAnd(all, part))
  }
}

const none: OptionReader<unknown> = (name, given) => {
  if (given !== undefined && given !== null && given !== false)
    throw new Error(`${name}: ${show(given)} is not supported`)
  return given
}

function checkInputs(given: Shape | Shape[]): Shape[] {
  const shapes = (Array.isArray(given[0]) ? given : [given]) as Shape[]
  if ((shapes.length !== 2 && shapes.length !== 3) || shapes.some((shape) => shape.length !== 3))
    throw new Error(
      `MultiHeadAttention: inputs of shapes ${shapes.map(show).join(', ')}; expected [query, value] or ` +
        '[query, value, key], each of shape [batch, steps, dim]',
    )
  return shapes
}

/** x [batch, steps, dim] times a kernel whose first `axes` axes have dim elements, plus bias: [batch, steps, the rest]. */
function project(x: tf.Tensor, { kernel, bias }: Projection, axes: number): tf.Tensor {
  const [batch, steps, dim] = x.shape as number[]
  const weights = kernel.read()
  const width = weights.shape.slice(axes).reduce((product, n) => product * n, 1)
  const y = tf.fused.matMul({
    a: tf.reshape(x, [batch * steps, dim]) as tf.Tensor2D,
    b: tf.reshape(weights, [dim, width]) as tf.Tensor2D,
    bias: bias && tf.reshape(bias.read(), [width]),
  })
  return tf.reshape(y, [batch, steps, width])
}

registerLayer(MultiHeadAttention)

/** A layer {@link MultiHeadAttention}. */
export function multiHeadAttention(args: MultiHeadAttentionArgs): MultiHeadAttention {
  return new MultiHeadAttention(args)
}
