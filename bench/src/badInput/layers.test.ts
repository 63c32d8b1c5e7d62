import {
  Attention,
  attention,
  GlobalAveragePooling1D,
  GlobalMaxPooling1D,
  Masking,
  MultiHeadAttention,
  multiHeadAttention,
} from '@lanewise/attention'
import { LSTM, lstm } from '@lanewise/rnn'
import type * as tf from '@tensorflow/tfjs-core'
import { any, describeRefusals, gone, ones } from './badInput.ts'

const layer = (args: unknown) => () => lstm(args as never)

describeRefusals('the layer lstm', [
  ['LSTM: nothing', () => new LSTM(any(undefined)), 'LSTM: expected an object of options, got undefined'],
  ['LSTM: null', () => new LSTM(any(null)), 'LSTM: expected an object of options, got null'],
  ['null', layer(null), 'lstm: expected an object of options, got null'],
  ['LSTM: units', () => new LSTM({ units: 0 }), /units.* positive integer/],
  ['no arguments', layer(undefined), 'lstm: units: missing'],
  ['units: absent', layer({}), 'lstm: units: missing'],
  ['units: 2.5', layer({ units: 2.5 }), 'lstm: units: 2.5 is not a positive integer'],
  [
    'an unknown argument',
    layer({ units: 2, return_sequences: true }),
    "lstm: unknown option 'return_sequences'; allowed are units, activation, recurrentActivation, kernelInitializer, recurrentInitializer, biasInitializer,",
  ],
  ['activation: unknown', layer({ units: 2, activation: 'foo' }), 'lstm: activation: Unknown activation: foo'],
  [
    'recurrentActivation: a number',
    layer({ units: 2, recurrentActivation: 3 }),
    'lstm: recurrentActivation: activation: Improper config format: 3.',
  ],
  ['useBias: a string', layer({ units: 2, useBias: 'no' }), "lstm: useBias: 'no' is not true or false"],
  ['dropout: 2', layer({ units: 2, dropout: 2 }), 'lstm: dropout: 2 is not in [0, 1]'],
  ['dropout: NaN', layer({ units: 2, dropout: Number.NaN }), 'lstm: dropout: NaN is not in [0, 1]'],
  [
    'recurrentDropout: a string',
    layer({ units: 2, recurrentDropout: '0' }),
    "lstm: recurrentDropout: '0' is not in [0, 1]",
  ],
  ['returnSequences: 1', layer({ units: 2, returnSequences: 1 }), 'lstm: returnSequences: 1 is not true or false'],
  [
    'kernelInitializer: unknown',
    layer({ units: 2, kernelInitializer: 'foo' }),
    'lstm: kernelInitializer: Unknown initializer: foo',
  ],
  [
    'kernelRegularizer: unknown',
    layer({ units: 2, kernelRegularizer: 'l9' }),
    'lstm: kernelRegularizer: Unknown regularizer: l9',
  ],
  [
    'biasConstraint: unknown',
    layer({ units: 2, biasConstraint: 'foo' }),
    'lstm: biasConstraint: Unknown constraint: foo',
  ],
  [
    'inputShape: rank 1',
    layer({ units: 2, inputShape: [3] }),
    'lstm: inputShape: [3] is not [steps or null, features] of positive integers',
  ],
  [
    'inputShape: negative',
    layer({ units: 2, inputShape: [3, -2] }),
    'lstm: inputShape: [3, -2] is not [steps or null, features] of positive integers',
  ],
  ['implementation: 7', layer({ units: 2, implementation: 7 }), 'lstm: implementation: 7 is not 1 or 2'],
  [
    'weights: of another shape',
    () => lstm({ units: 2, inputShape: [3, 2], weights: [ones([1])] }).apply(ones([1, 3, 2])),
    'with a weight list of length 1, but the layer was expecting 3 weights',
    3,
  ],
  [
    'x: rank 2',
    () => lstm({ units: 2 }).apply(ones([3, 2])),
    /Input 0 is incompatible with layer lstm_LSTM\d+: expected ndim=3, found ndim=2/,
  ],
  [
    'x: disposed',
    () => {
      const l = lstm({ units: 2 })
      try {
        l.apply(gone([1, 3, 2]))
      } finally {
        if (l.built) l.dispose()
      }
    },
    'lstm: x is disposed',
  ],
  [
    'initialState: of another size',
    () => {
      const l = lstm({ units: 2 })
      try {
        l.apply(ones([1, 3, 2]), { initialState: [ones([1, 3]), ones([1, 3])] })
      } finally {
        if (l.built) l.dispose()
      }
    },
    'LSTM: initialState: of shapes [1, 3], [1, 3]; expected h and c, [batch, 2] each',
  ],
  [
    'initialState: one',
    () => {
      const l = lstm({ units: 2 })
      try {
        l.apply(ones([1, 3, 2]), { initialState: [ones([1, 2])] })
      } finally {
        if (l.built) l.dispose()
      }
    },
    'LSTM: initialState: of shapes [1, 2]; expected h and c, [batch, 2] each',
  ],
])

const one =
  (args: unknown, ...inputs: (() => tf.Tensor)[]) =>
  () =>
    attention(args as never).apply(inputs.map((make) => make()))
const heads = (args: object, inputs: () => unknown, call?: () => object) => () => {
  const layer = multiHeadAttention({ numHeads: 2, keyDim: 3, ...args })
  try {
    layer.apply(inputs() as never, call?.())
  } finally {
    if (layer.built) layer.dispose()
  }
}
const qv = () => [ones([2, 3, 4]), ones([2, 5, 4])]

describeRefusals('attention layers', [
  ['attention: null', () => attention(any(null)), 'Attention: expected an object of options, got null'],
  ['Attention: a list', () => new Attention(any([])), 'Attention: expected an object of options, got []'],
  [
    'multiHeadAttention: null',
    () => multiHeadAttention(any(null)),
    'MultiHeadAttention: expected an object of options, got null',
  ],
  [
    'attention: an unknown argument',
    one({ scale: 1 }),
    "Attention: unknown option 'scale'; allowed are useScale, scoreMode, dropout, seed, causal, name, trainable, weights, inputShape, batchInputShape, batc",
  ],
  ['Attention: useScale', () => new Attention({ useScale: any(1) }), 'Attention: useScale: 1 is not true or false'],
  [
    'MultiHeadAttention: numHeads',
    () => new MultiHeadAttention({ numHeads: 0, keyDim: 2 }),
    'MultiHeadAttention: numHeads: 0 is not a positive integer',
  ],
  ['attention: useScale', one({ useScale: 1 }), 'Attention: useScale: 1 is not true or false'],
  ['attention: scoreMode concat', one({ scoreMode: 'concat' }), "Attention: scoreMode: 'concat' is not one of dot"],
  ['attention: dropout', one({ dropout: 1 }), 'Attention: dropout: 1 is not in [0, 1)'],
  ['attention: seed', one({ seed: 0.5 }), 'Attention: seed: 0.5 is not an integer'],
  ['attention: causal', one({ causal: null }), 'Attention: causal: null is not true or false'],
  [
    'attention: one input',
    one({}, () => ones([2, 3, 4])),
    'Attention: inputs of shapes [2, 3, 4]; expected [query, value] or [query, value, key], each of shape [batch, steps, dim]',
  ],
  [
    'attention: four inputs',
    one({}, ...Array(4).fill(() => ones([2, 3, 4]))),
    'Attention: inputs of shapes [2, 3, 4], [2, 3, 4], [2, 3, 4], [2, 3, 4]; expected [query, value] or [query, value, key], each of shape [batch, steps, d',
  ],
  [
    'attention: rank 2',
    one(
      {},
      () => ones([2, 3]),
      () => ones([2, 3]),
    ),
    'Attention: inputs of shapes [2, 3], [2, 3]; expected [query, value] or [query, value, key], each of shape [batch, steps, dim]',
  ],
  [
    'attention: dims',
    one(
      {},
      () => ones([2, 3, 4]),
      () => ones([2, 3, 5]),
    ),
    'Attention: query of shape [2, 3, 4] and key of shape [2, 3, 5] differ in their last size',
  ],
  [
    'attention: batches',
    one(
      {},
      () => ones([2, 3, 4]),
      () => ones([1, 3, 4]),
    ),
    'Attention: inputs[1] of shape [1,3,4] has another batch than [2,3,4]',
  ],
  [
    'attention: steps of key',
    one(
      {},
      () => ones([2, 3, 4]),
      () => ones([2, 5, 4]),
      () => ones([2, 6, 4]),
    ),
    'Attention: value of shape [2, 5, 4] and key of shape [2, 6, 4] differ in their steps',
  ],
  [
    'attention: int32',
    one(
      {},
      () => ones([2, 3, 4], 'int32'),
      () => ones([2, 3, 4], 'int32'),
    ),
    'scaledDotProductAttention: q is int32; expected float32',
  ],
  [
    'attention: disposed',
    one(
      {},
      () => gone([2, 3, 4]),
      () => ones([2, 3, 4]),
    ),
    'Attention: inputs[0] of shape [2,3,4] is disposed',
  ],
  [
    'attention: mask',
    () => attention().apply(qv(), { mask: [ones([2, 4]), null] }),
    "Attention: mask[0]: expected a tensor of shape [2,3], the input's batch and steps, got one of shape [2,4]",
  ],
  [
    'attention: masks',
    () => attention().apply(qv(), { mask: [null, null, null] }),
    'Attention: mask: 3 masks for 2 inputs; expected at most one for each',
  ],
  [
    'attention: useCausalMask',
    () => attention().apply(qv(), { useCausalMask: 'yes' }),
    "scaledDotProductAttention: causal: expected true or false, got 'yes'",
  ],
  ['multiHeadAttention: nothing', () => multiHeadAttention(any(undefined)), 'MultiHeadAttention: numHeads: missing'],
  [
    'multiHeadAttention: numHeads',
    heads({ numHeads: 0 }, qv),
    'MultiHeadAttention: numHeads: 0 is not a positive integer',
  ],
  [
    'multiHeadAttention: keyDim',
    heads({ keyDim: '3' }, qv),
    "MultiHeadAttention: keyDim: '3' is not a positive integer",
  ],
  [
    'multiHeadAttention: valueDim',
    heads({ valueDim: -1 }, qv),
    'MultiHeadAttention: valueDim: -1 is not a positive integer',
  ],
  ['multiHeadAttention: dropout', heads({ dropout: 2 }, qv), 'MultiHeadAttention: dropout: 2 is not in [0, 1)'],
  ['multiHeadAttention: useBias', heads({ useBias: 1 }, qv), 'MultiHeadAttention: useBias: 1 is not true or false'],
  [
    'multiHeadAttention: outputShape',
    heads({ outputShape: [2, 3] }, qv),
    'MultiHeadAttention: outputShape: [2, 3] is not a positive integer',
  ],
  [
    'multiHeadAttention: attentionAxes',
    heads({ attentionAxes: [2] }, qv),
    'MultiHeadAttention: attentionAxes: [2] is not 1, the axis of steps',
  ],
  [
    'multiHeadAttention: kernelInitializer',
    heads({ kernelInitializer: 'foo' }, qv),
    'MultiHeadAttention: kernelInitializer: Unknown initializer: foo',
  ],
  [
    'multiHeadAttention: an unknown argument',
    heads({ heads: 2 }, qv),
    "MultiHeadAttention: unknown option 'heads'; allowed are numHeads, keyDim, valueDim, dropout, useBias, outputShape, seed, causal, name, trainable, weig",
  ],
  [
    'multiHeadAttention: one input',
    heads({}, () => ones([2, 3, 4])),
    'MultiHeadAttention: inputs of shapes [2, 3, 4]; expected [query, value] or [query, value, key], each of shape [batch, steps, dim]',
  ],
  [
    'multiHeadAttention: batches',
    heads({}, () => [ones([2, 3, 4]), ones([3, 3, 4])]),
    'MultiHeadAttention: inputs[1] of shape [3,3,4] has another batch than [2,3,4]',
  ],
  [
    'multiHeadAttention: disposed',
    heads({}, () => [ones([2, 3, 4]), gone([2, 3, 4])]),
    'MultiHeadAttention: inputs[1] of shape [2,3,4] is disposed',
  ],
  [
    'multiHeadAttention: attentionMask',
    heads({}, qv, () => ({ attentionMask: ones([2, 3, 4], 'bool') })),
    'scaledDotProductAttention: mask has shape [2,3,4]; expected [2, 5] or [2, 3, 5] or [2, 2, 3, 5], where any size may be 1',
  ],
  [
    'multiHeadAttention: mask',
    heads({}, qv, () => ({ mask: [null, ones([2, 3])] })),
    "MultiHeadAttention: mask[1]: expected a tensor of shape [2,5], the input's batch and steps, got one of shape [2,3]",
  ],
  [
    'GlobalMaxPooling1D: rank',
    () => new GlobalMaxPooling1D().apply(ones([2, 3, 4, 5])),
    'expected ndim=3, found ndim=4',
  ],
  [
    'GlobalAveragePooling1D: rank',
    () => new GlobalAveragePooling1D().apply(ones([2, 3])),
    'expected ndim=3, found ndim=2',
  ],
  ['Masking: maskValue: NaN', () => new Masking({ maskValue: Number.NaN }), 'Masking: maskValue: NaN is not a number'],
  [
    'Masking: maskValue: a string',
    () => new Masking({ maskValue: any('0') }),
    "Masking: maskValue: '0' is not a number",
  ],
  ['Masking: maskValue: a list', () => new Masking({ maskValue: any([0]) }), 'Masking: maskValue: [0] is not a number'],
  [
    'Masking: two inputs',
    () => new Masking({}).apply([ones([2, 3, 4]), ones([2, 3, 4])]),
    'Expected Tensor length to be 1; got 2',
  ],
  [
    'Masking: disposed',
    () => new Masking({}).apply(gone([2, 3, 4])),
    'Masking: inputs[0] of shape [2,3,4] is disposed',
  ],
])
