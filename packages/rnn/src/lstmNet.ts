import {
  buildModel,
  choice,
  flag,
  type LayersModel,
  rate,
  readOptions,
  shape,
  size,
  sizes,
  text,
} from '@lanewise/backend/layers'
import { input, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { lstm } from './lstm.ts'

const GATES = ['hardSigmoid', 'sigmoid', 'tanh', 'relu', 'linear'] as const
const OUTPUTS = ['linear', 'sigmoid', 'softmax', 'tanh', 'relu', 'softplus'] as const

/** What `lstmNet` takes. */
export interface LstmNetOptions {
  /** [steps, features] of one sequence; steps may be null. Default [10, 1]. */
  inputShape?: (number | null)[]
  /** Units of each LSTM layer. Default [64, 64]. */
  units?: number | number[]
  /** Units of the dense layer at the end. Default 1. */
  outputs?: number
  /** After the dense layer. Default 'linear'. */
  outputActivation?: (typeof OUTPUTS)[number]
  /** Of the LSTMs' cells. Default 'tanh'. */
  activation?: (typeof GATES)[number]
  /** Of the LSTMs' gates. Default 'hardSigmoid', as in tf.layers.lstm; Keras has 'sigmoid'. */
  recurrentActivation?: (typeof GATES)[number]
  /** An output for every step instead of one for the sequence. Default false. */
  returnSequences?: boolean
  /** Share of each LSTM's inputs dropped in training. Default 0. */
  dropout?: number
  name?: string
  /** Whether it replays captured steps by itself: the same results, faster. Default true. */
  accelerate?: boolean
}

const READERS = {
  inputShape: shape(['steps?', 'features'], [10, 1]),
  units: sizes([64, 64]),
  outputs: size(1),
  outputActivation: choice(OUTPUTS, 'linear'),
  activation: choice(GATES, 'tanh'),
  recurrentActivation: choice(GATES, 'hardSigmoid'),
  returnSequences: flag(false),
  dropout: rate(0),
  name: text(),
  accelerate: flag(true),
}

/** LSTM layers, each reading the sequence that the one before made, and a dense layer. */
export function lstmNet(options: LstmNetOptions = {}): LayersModel {
  const { inputShape, units, outputs, outputActivation, returnSequences, name, accelerate, ...common } = readOptions(
    'lstmNet',
    options,
    READERS,
  )
  const sequence = input({ shape: inputShape })
  let x = sequence
  units.forEach((count, i) => {
    const more = i < units.length - 1
    x = lstm({ ...common, units: count, returnSequences: more || returnSequences }).apply(x) as SymbolicTensor
  })
  x = layers.dense({ units: outputs, activation: outputActivation }).apply(x) as SymbolicTensor
  return buildModel({ inputs: sequence, outputs: x, name, accelerate })
}
