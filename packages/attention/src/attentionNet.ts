import {
  buildModel,
  choice,
  flag,
  type LayersModel,
  modelReaders,
  rate,
  readOptions,
  type SequenceModelOptions,
  sequenceModelReaders,
  shape,
  size,
  sizes,
} from '@lanewise/backend/layers'
import { lstm } from '@lanewise/rnn'
import { input, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { Attention } from './attention.ts'
import { Masking } from './masking.ts'
import { MultiHeadAttention } from './multiHeadAttention.ts'
import { GlobalAveragePooling1D, GlobalMaxPooling1D } from './pooling.ts'

/** What `attentionNet` takes. */
export interface AttentionNetOptions extends SequenceModelOptions {
  /** [steps, features] of one sequence; steps may be null. Default [null, 100]. */
  inputShape?: (number | null)[]
  /** Units of each LSTM layer. Default 64. */
  units?: number | number[]
  /** 0, or the number of heads of a MultiHeadAttention in the place of Attention. Default 0. */
  heads?: number
  /** Size of each of those heads. Default the last LSTM's units / heads, rounded up. */
  keyDim?: number
  /** Multiply Attention's scores by a learned weight. Default false. */
  useScale?: boolean
  /** Each step attends to itself and earlier steps only. Default false. */
  causal?: boolean
  /** How the attended sequence becomes one vector. Default 'average'. */
  pooling?: 'average' | 'max'
  /** Steps whose features all are 0 are padding: they get no weight and are not pooled. Default false. */
  masking?: boolean
  /** Share dropped in training of each LSTM's inputs and of the attention's weights. Default 0. */
  dropout?: number
}

const READERS = {
  inputShape: shape(['steps?', 'features'], [null, 100]),
  units: sizes([64]),
  heads: (name: string, given: unknown) => (given === 0 || given === undefined ? 0 : size()(name, given)),
  keyDim: (name: string, given: unknown) => (given === undefined ? undefined : size()(name, given)),
  useScale: flag(false),
  causal: flag(false),
  pooling: choice(['average', 'max'], 'average'),
  masking: flag(false),
  ...sequenceModelReaders,
  dropout: rate(0),
  ...modelReaders,
}

/** LSTM layers that return sequences, attention of the last one's sequence to itself, pooling, and a dense layer. */
export function attentionNet(options: AttentionNetOptions = {}): LayersModel {
  const o = readOptions('attentionNet', options, READERS)
  const { activation, recurrentActivation, dropout, causal, heads } = o
  if (o.keyDim !== undefined && heads === 0) throw new Error('attentionNet: keyDim: it needs heads')
  if (o.useScale && heads !== 0) throw new Error('attentionNet: useScale: it excludes heads')
  const sequence = input({ shape: o.inputShape })
  let x = sequence
  if (o.masking) x = new Masking({ maskValue: 0 }).apply(x) as SymbolicTensor
  for (const units of o.units)
    x = lstm({ units, activation, recurrentActivation, dropout, returnSequences: true }).apply(x) as SymbolicTensor
  const { keyDim = Math.ceil((o.units.at(-1) as number) / heads) } = o
  const attention =
    heads === 0
      ? new Attention({ useScale: o.useScale, dropout, causal })
      : new MultiHeadAttention({ numHeads: heads, keyDim, dropout, causal })
  x = attention.apply([x, x]) as SymbolicTensor
  const pool = o.pooling === 'average' ? new GlobalAveragePooling1D() : new GlobalMaxPooling1D()
  x = pool.apply(x) as SymbolicTensor
  x = layers.dense({ units: o.outputs, activation: o.outputActivation }).apply(x) as SymbolicTensor
  return buildModel({ inputs: sequence, outputs: x, name: o.name, accelerate: o.accelerate })
}
