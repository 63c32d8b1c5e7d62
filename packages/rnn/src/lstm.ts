import { type LstmActivation, lstm as lstmOp } from '@lanewise/backend'
import { type OptionReader, readOptions, size } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { fastInitializer } from './orthogonal.ts'

export type LSTMLayerArgs = tfl.LSTMLayerArgs
type StockLSTM = ReturnType<typeof tfl.layers.lstm>

/** What tfjs-layers keeps in an LSTM and its typings hide. */
interface Cell {
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
    super(args)
    const cell = this.cell as unknown as Cell
    cell.kernelInitializer = fastInitializer(cell.kernelInitializer)
    cell.recurrentInitializer = fastInitializer(cell.recurrentInitializer)
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
          mask: mask && tf.cast(mask, 'bool'),
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

tf.serialization.registerClass(LSTM as unknown as Parameters<typeof tf.serialization.registerClass>[0])

const ARGS = [
  ...['activation', 'recurrentActivation', 'useBias', 'unitForgetBias', 'dropout', 'recurrentDropout', 'dropoutFunc'],
  ...['returnSequences', 'returnState', 'goBackwards', 'stateful', 'unroll', 'implementation'],
  ...['kernelInitializer', 'recurrentInitializer', 'biasInitializer'],
  ...['kernelRegularizer', 'recurrentRegularizer', 'biasRegularizer', 'activityRegularizer'],
  ...['kernelConstraint', 'recurrentConstraint', 'biasConstraint'],
  ...['name', 'trainable', 'weights', 'inputShape', 'batchInputShape', 'batchSize', 'dtype', 'inputDType'],
]

/** A fused LSTM layer. Takes what `tf.layers.lstm` takes; an argument that it does not know is an error. */
export function lstm(args: LSTMLayerArgs): LSTM {
  const unchecked: OptionReader<unknown> = (_, given) => given
  readOptions('lstm', args, { units: size(), ...Object.fromEntries(ARGS.map((name) => [name, unchecked])) })
  // The stock constructor adds to what it is given.
  return new LSTM({ ...args })
}
