import { choice, flag, size, text } from './options.ts'

// Options that several builders of models take.

export interface ModelOptions {
  name?: string
  /** Whether it replays captured steps by itself: the same results, faster. Default true. */
  accelerate?: boolean
}

export const modelReaders = {
  name: text(),
  accelerate: flag(true),
}

const GATES = ['hardSigmoid', 'sigmoid', 'tanh', 'relu', 'linear'] as const
const OUTPUTS = ['linear', 'sigmoid', 'softmax', 'tanh', 'relu', 'softplus'] as const

/** Of models of LSTM layers with a dense layer at the end. */
export interface SequenceModelOptions extends ModelOptions {
  /** Units of the dense layer at the end. Default 1. */
  outputs?: number
  /** After the dense layer. Default 'linear'. */
  outputActivation?: (typeof OUTPUTS)[number]
  /** Of the LSTMs' cells. Default 'tanh'. */
  activation?: (typeof GATES)[number]
  /** Of the LSTMs' gates. Default 'hardSigmoid', as in tf.layers.lstm; Keras has 'sigmoid'. */
  recurrentActivation?: (typeof GATES)[number]
}

export const sequenceModelReaders = {
  outputs: size(1),
  outputActivation: choice(OUTPUTS, 'linear'),
  activation: choice(GATES, 'tanh'),
  recurrentActivation: choice(GATES, 'hardSigmoid'),
}
