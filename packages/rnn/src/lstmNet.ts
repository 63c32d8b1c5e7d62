import {
  buildModel,
  flag,
  type LayersModel,
  modelReaders,
  rate,
  readOptions,
  type SequenceModelOptions,
  sequenceModelReaders,
  shape,
  sizes,
} from '@lanewise/backend/layers'
import { input, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { lstm } from './lstm.ts'

/** What `lstmNet` takes. */
export interface LstmNetOptions extends SequenceModelOptions {
  /** [steps, features] of one sequence; steps may be null. Default [10, 1]. */
  inputShape?: (number | null)[]
  /** Units of each LSTM layer. Default [64, 64]. */
  units?: number | number[]
  /** An output for every step instead of one for the sequence. Default false. */
  returnSequences?: boolean
  /** Share of each LSTM's inputs dropped in training. Default 0. */
  dropout?: number
}

const READERS = {
  inputShape: shape(['steps?', 'features'], [10, 1]),
  units: sizes([64, 64]),
  ...sequenceModelReaders,
  returnSequences: flag(false),
  dropout: rate(0),
  ...modelReaders,
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
