import { type LstmActivation, lstm as lstmOp } from '@lanewise/backend'
import {
  asOptions,
  flag,
  namingArguments,
  number,
  type OptionReader,
  optional,
  readOptions,
  registerLayer,
  shape,
  show,
  size,
  text,
  unchecked,
} from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { fastInitializer } from './orthogonal.ts'

/** What `lstm` takes: as `tf.layers.lstm`. */
export type LSTMLayerArgs = tfl.LSTMLayerArgs
type StockLSTM = ReturnType<typeof tfl.layers.lstm>

/** What tfjs-layers keeps in an LSTM and its typings hide. */
interface Cell {
  units: number
  kernel: tfl.LayerVariable
  recurrentKernel: tfl.LayerVariable
  bias: tfl.LayerVariable | null
  kernelInitializer: tf.serialization.Serializable
  recurrentInitializer: tf.serialization.Serializable
  activation: tf.serialization.Serializable
  recurrentActivation: tf.serialization.Serializable
  dropout: number
  recurrentDropout: number
  dropoutFunc?: (ones: tf.Tensor, rate: number) => tf.Tensor
}

interface CallOptions {
  mask?: tf.Tensor | (tf.Tensor | null)[] | null
  training?: boolean
  initialState?: tf.Tensor[]
}

// tfjs-layers does not export the class. Named, so that no layer's automatic name counts it.
const Stock = tfl.layers.lstm({ units: 1, name: 'stock' }).constructor as new (args: LSTMLayerArgs) => StockLSTM

const covered: Record<string, LstmActivation> = {
  linear: 'linear',
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  hardSigmoid: 'hardSigmoid',
}

/**
 * tfjs-layers' LSTM, its whole sequence one operation where the backend is `lanewise`.
 *
 * It is registered under the stock layer's name, has its weights, its settings and its numbers: each loads what the
 * other saved. Calls with recurrent dropout, with an activation other than linear, relu, tanh, sigmoid and
 * hardSigmoid, or on another backend run as in the stock layer.
 */
export class LSTM extends Stock {
  static readonly className = 'LSTM'

  constructor(args: LSTMLayerArgs) {
    super(asOptions('LSTM', args))
    const cell = this.cell as unknown as Cell
    cell.kernelInitializer = fastInitializer(cell.kernelInitializer)
    cell.recurrentInitializer = fastInitializer(cell.recurrentInitializer)
  }

  override apply(inputs: Parameters<StockLSTM['apply']>[0], kwargs?: Parameters<StockLSTM['apply']>[1]) {
    const { initialState } = (kwargs ?? {}) as CallOptions
    if (initialState != null) checkState([initialState].flat(), (this.cell as unknown as Cell).units)
    return super.apply(inputs, kwargs)
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor | tf.Tensor[] {
    const { mask: masks, training, initialState } = (kwargs ?? {}) as CallOptions
    const x = Array.isArray(inputs) ? inputs[0] : inputs
    const mask = (Array.isArray(masks) ? masks[0] : masks) ?? undefined
    const state = initialState ?? (this.stateful ? this.states_ : null) ?? undefined
    const activations = this.fusable()
    const usual =
      (!Array.isArray(inputs) || inputs.length === 1) &&
      (state === undefined || state.length === 2) &&
      (mask === undefined || mask.rank === 2)
    if (activations === undefined || !usual) return super.call(inputs, kwargs as Parameters<StockLSTM['call']>[1])
    const cell = this.cell as unknown as Cell
    const { returnSequences, goBackwards } = this
    return tf.tidy(() => {
      const { sequences, h, c } = lstmOp(
        dropInputs(x.dtype === 'float32' ? x : tf.cast(x, 'float32'), cell, training === true),
        cell.kernel.read(),
        cell.recurrentKernel.read(),
        cell.bias?.read(),
        {
          ...activations,
          returnSequences,
          goBackwards,
          initialState: state as [tf.Tensor, tf.Tensor] | undefined,
          mask: mask && (mask.dtype === 'bool' ? mask : tf.cast(mask, 'bool')),
        },
      )
      if (this.stateful) this.resetStates([h, c], training)
      const output = sequences ?? h
      return this.returnState ? [output, h, c] : output
    })
  }

  /** The activations for the fused operation, or undefined where it does not cover the call. */
  private fusable(): { activation: LstmActivation; recurrentActivation: LstmActivation } | undefined {
    const cell = this.cell as unknown as Cell
    if (tf.getBackend() !== 'lanewise' || isRate(cell.recurrentDropout)) return undefined
    const activation = covered[cell.activation.getClassName()]
    const recurrentActivation = covered[cell.recurrentActivation.getClassName()]
    return activation && recurrentActivation && { activation, recurrentActivation }
  }
}

/** Before the layer is built: the stock layer refuses another state only when it has made its weights. */
function checkState(state: { shape: (number | null)[] }[], units: number): void {
  if (state.length === 2 && state.every(({ shape }) => shape?.length === 2 && shape[1] === units)) return
  throw new Error(
    `LSTM: initialState: of shapes ${state.map(({ shape }) => show(shape)).join(', ')}; expected h and c, [batch, ${units}] each`,
  )
}

/** The stock cell draws one mask for all steps of a call. */
function dropInputs(x: tf.Tensor, { dropout, dropoutFunc = tf.dropout }: Cell, training: boolean): tf.Tensor {
  if (!training || !isRate(dropout)) return x
  const mask = dropoutFunc(tf.ones([x.shape[0], x.shape[2] as number]), dropout)
  return tf.mul(x, tf.expandDims(mask, 1))
}

/** The stock cell drops nothing at 0, nor at 1. */
function isRate(dropout: number): boolean {
  return dropout > 0 && dropout < 1
}

registerLayer(LSTM)

/** Arguments that are names or objects of tfjs-layers, which knows what there is. */
const OBJECTS = [
  ...['activation', 'recurrentActivation'],
  ...['kernelInitializer', 'recurrentInitializer', 'biasInitializer'],
  ...['kernelRegularizer', 'recurrentRegularizer', 'biasRegularizer', 'activityRegularizer'],
  ...['kernelConstraint', 'recurrentConstraint', 'biasConstraint'],
]
const FLAGS = ['useBias', 'unitForgetBias', 'returnSequences', 'returnState', 'goBackwards', 'stateful', 'unroll']

const implementation: OptionReader<unknown> = (name, given) => {
  if (given !== 1 && given !== 2) throw new Error(`${name}: ${show(given)} is not 1 or 2`)
  return given
}

const READERS = {
  units: size(),
  ...Object.fromEntries(OBJECTS.map((name) => [name, unchecked])),
  ...Object.fromEntries([...FLAGS, 'trainable'].map((name) => [name, optional(flag(false))])),
  dropout: optional(number(0, 1)),
  recurrentDropout: optional(number(0, 1)),
  dropoutFunc: unchecked,
  implementation: optional(implementation),
  name: optional(text()),
  weights: unchecked,
  inputShape: optional(shape(['steps?', 'features'])),
  batchInputShape: optional(shape(['batch?', 'steps?', 'features'])),
  batchSize: optional(size()),
  dtype: unchecked,
  inputDType: unchecked,
}

/** A fused LSTM layer. Takes what `tf.layers.lstm` takes; an argument that it does not know is an error. */
export function lstm(args: LSTMLayerArgs): LSTM {
  readOptions('lstm', args, READERS)
  return namingArguments(
    'lstm',
    args,
    OBJECTS,
    // The stock constructor adds to what it is given.
    () => new LSTM({ ...args }),
    (one) => new Stock({ units: 1, name: 'stock', ...one }),
  )
}
