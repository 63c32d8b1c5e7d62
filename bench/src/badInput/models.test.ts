import {
  attention,
  attentionNet,
  attentionScores,
  GlobalAveragePooling1D,
  multiHeadAttention,
} from '@lanewise/attention'
import { buildModel, readOptions, withKerasNames } from '@lanewise/backend/layers'
import { convNet, mobileNetV2, resNet50 } from '@lanewise/cnn'
import { lstm, lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll } from 'vitest'
import { describeRefusals, gone, ones, tinyAttentionNet, tinyConvNet, tinyLstmNet, waves } from './badInput.ts'

const any = (value: unknown) => value as never
const NaNs = (shape: number[]) => tf.fill(shape, Number.NaN)

const cnn = (options: unknown) => () => convNet(options as never)

describeRefusals('convNet', [
  ['a string', cnn('small'), "convNet: expected an object of options, got 'small'"],
  ['an array', cnn([]), 'convNet: expected an object of options, got []'],
  [
    'an unknown option',
    cnn({ filter: 2 }),
    "convNet: unknown option 'filter'; allowed are inputShape, classes, filters,",
  ],
  [
    'inputShape: rank 2',
    cnn({ inputShape: [28, 28] }),
    'convNet: inputShape: [28, 28] is not [height, width, channels]',
  ],
  ['inputShape: null', cnn({ inputShape: [null, 28, 1] }), 'convNet: inputShape: [null, 28, 1] is not [height'],
  ['inputShape: zero', cnn({ inputShape: [28, 0, 1] }), 'convNet: inputShape: [28, 0, 1] is not [height'],
  ['inputShape: a string', cnn({ inputShape: '28' }), "convNet: inputShape: '28' is not [height"],
  [
    'inputShape: too small',
    cnn({ inputShape: [4, 4, 1] }),
    'convNet: inputShape: [4,4,1] is too small for 2 blocks of kernelSize 3',
  ],
  ['classes: 0', cnn({ classes: 0 }), 'convNet: classes: 0 is not a positive integer'],
  ['classes: a string', cnn({ classes: '10' }), "convNet: classes: '10' is not a positive integer"],
  ['filters: empty', cnn({ filters: [] }), 'convNet: filters: [] needs at least 1 entry'],
  ['filters: negative', cnn({ filters: [8, -8] }), 'convNet: filters: [8, -8] is not a positive integer or a list'],
  ['filters: NaN', cnn({ filters: Number.NaN }), 'convNet: filters: NaN is not a positive integer or a list of them'],
  ['kernelSize: a list', cnn({ kernelSize: [3, 3] }), 'convNet: kernelSize: [3, 3] is not a positive integer'],
  ['kernelSize: 0', cnn({ kernelSize: 0 }), 'convNet: kernelSize: 0 is not a positive integer'],
  ['poolSize: 1.5', cnn({ poolSize: 1.5 }), 'convNet: poolSize: 1.5 is not a positive integer'],
  ['padding: unknown', cnn({ padding: 'full' }), "convNet: padding: 'full' is not one of valid, same"],
  ['units: a string', cnn({ units: 'many' }), "convNet: units: 'many' is not a positive integer or a list of them"],
  ['activation: unknown', cnn({ activation: 'gelu' }), "convNet: activation: 'gelu' is not one of relu, relu6, elu"],
  ['activation: null', cnn({ activation: null }), 'convNet: activation: null is not one of relu'],
  ['dropout: 1', cnn({ dropout: 1 }), 'convNet: dropout: 1 is not in [0, 1)'],
  ['dropout: NaN', cnn({ dropout: Number.NaN }), 'convNet: dropout: NaN is not in [0, 1)'],
  ['name: empty', cnn({ name: '' }), "convNet: name: '' is not a string with content"],
  ['name: a number', cnn({ name: 3 }), 'convNet: name: 3 is not a string with content'],
])

const mobile = (options: unknown) => () => mobileNetV2(options as never)
const residual = (options: unknown) => () => resNet50(options as never)

describeRefusals('mobileNetV2 and resNet50', [
  ['mobileNetV2: a string', mobile('small'), "mobileNetV2: expected an object of options, got 'small'"],
  [
    'mobileNetV2: unknown',
    mobile({ width: 1 }),
    "mobileNetV2: unknown option 'width'; allowed are inputShape, classes",
  ],
  ['mobileNetV2: alpha: zero', mobile({ alpha: 0 }), 'mobileNetV2: alpha: 0 is not in [0.1, 4]'],
  ['mobileNetV2: alpha: NaN', mobile({ alpha: Number.NaN }), 'mobileNetV2: alpha: NaN is not in [0.1, 4]'],
  [
    'mobileNetV2: inputShape: small',
    mobile({ inputShape: [31, 64, 3] }),
    'mobileNetV2: inputShape: 31x64 is too small',
  ],
  ['resNet50: inputShape: small', residual({ inputShape: [64, 8, 3] }), 'resNet50: inputShape: 64x8 is too small'],
  ['resNet50: inputShape: open', residual({ inputShape: [null, 64, 3] }), 'resNet50: inputShape: [null, 64, 3] is not'],
  ['resNet50: classes: a fraction', residual({ classes: 0.5 }), 'resNet50: classes: 0.5 is not a positive integer'],
  [
    'resNet50: alpha',
    residual({ alpha: 1 }),
    "resNet50: unknown option 'alpha'; allowed are inputShape, classes, name",
  ],
])

const rnn = (options: unknown) => () => lstmNet(options as never)

describeRefusals('lstmNet', [
  ['an unknown option', rnn({ layers: 2 }), "lstmNet: unknown option 'layers'; allowed are inputShape, units, outputs"],
  ['inputShape: rank 1', rnn({ inputShape: [10] }), 'lstmNet: inputShape: [10] is not [steps or null, features]'],
  [
    'inputShape: features null',
    rnn({ inputShape: [10, null] }),
    'lstmNet: inputShape: [10, null] is not [steps or null',
  ],
  ['units: 0', rnn({ units: 0 }), 'lstmNet: units: 0 is not a positive integer or a list of them'],
  ['outputs: -1', rnn({ outputs: -1 }), 'lstmNet: outputs: -1 is not a positive integer'],
  [
    'outputActivation: unknown',
    rnn({ outputActivation: 'log' }),
    "lstmNet: outputActivation: 'log' is not one of linear",
  ],
  ['activation: unknown', rnn({ activation: 'elu' }), "lstmNet: activation: 'elu' is not one of hardSigmoid, sigmoid"],
  [
    'recurrentActivation: Keras',
    rnn({ recurrentActivation: 'hard_sigmoid' }),
    "recurrentActivation: 'hard_sigmoid' is not one of hardSigmoid",
  ],
  ['returnSequences: 1', rnn({ returnSequences: 1 }), 'lstmNet: returnSequences: 1 is not true or false'],
  ['dropout: -0.1', rnn({ dropout: -0.1 }), 'lstmNet: dropout: -0.1 is not in [0, 1)'],
  ['name: null', rnn({ name: null }), 'lstmNet: name: null is not a string with content'],
])

const layer = (args: unknown) => () => lstm(args as never)

describeRefusals('the layer lstm', [
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

const att = (options: unknown) => () => attentionNet(options as never)

describeRefusals('attentionNet', [
  [
    'an unknown option',
    att({ head: 2 }),
    "attentionNet: unknown option 'head'; allowed are inputShape, units, heads, keyDim, useScale, causal, pooling, masking, outputs, outputActivation, acti",
  ],
  [
    'inputShape: rank 3',
    att({ inputShape: [1, 2, 3] }),
    'attentionNet: inputShape: [1, 2, 3] is not [steps or null, features] of positive integers',
  ],
  ['units: empty', att({ units: [] }), 'attentionNet: units: [] needs at least 1 entry'],
  ['heads: -1', att({ heads: -1 }), 'attentionNet: heads: -1 is not a positive integer'],
  ['heads: 1.5', att({ heads: 1.5 }), 'attentionNet: heads: 1.5 is not a positive integer'],
  ['keyDim: without heads', att({ keyDim: 4 }), 'attentionNet: keyDim: it needs heads'],
  ['keyDim: 0', att({ heads: 2, keyDim: 0 }), 'attentionNet: keyDim: 0 is not a positive integer'],
  ['useScale: with heads', att({ heads: 2, useScale: true }), 'attentionNet: useScale: it excludes heads'],
  ['useScale: 1', att({ useScale: 1 }), 'attentionNet: useScale: 1 is not true or false'],
  ['causal: a string', att({ causal: 'yes' }), "attentionNet: causal: 'yes' is not true or false"],
  ['pooling: unknown', att({ pooling: 'sum' }), "attentionNet: pooling: 'sum' is not one of average, max"],
  ['masking: 0', att({ masking: 0 }), 'attentionNet: masking: 0 is not true or false'],
  ['outputs: NaN', att({ outputs: Number.NaN }), 'attentionNet: outputs: NaN is not a positive integer'],
  [
    'outputActivation: unknown',
    att({ outputActivation: 'elu' }),
    "attentionNet: outputActivation: 'elu' is not one of linear, sigmoid, softmax, tanh, relu, softplus",
  ],
  [
    'activation: unknown',
    att({ activation: '' }),
    "attentionNet: activation: '' is not one of hardSigmoid, sigmoid, tanh, relu, linear",
  ],
  [
    'recurrentActivation: unknown',
    att({ recurrentActivation: 'x' }),
    "attentionNet: recurrentActivation: 'x' is not one of hardSigmoid, sigmoid, tanh, relu, linear",
  ],
  ['dropout: a string', att({ dropout: '0.5' }), "attentionNet: dropout: '0.5' is not in [0, 1)"],
  ['name: an object', att({ name: {} }), 'attentionNet: name: an object of Object is not a string with content'],
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
  [
    'attention: an unknown argument',
    one({ scale: 1 }),
    "Attention: unknown option 'scale'; allowed are useScale, scoreMode, dropout, seed, causal, name, trainable, weights, inputShape, batchInputShape, batc",
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
    'GlobalAveragePooling1D: rank',
    () => new GlobalAveragePooling1D().apply(ones([2, 3])),
    'expected ndim=3, found ndim=2',
  ],
])

// Models in use

let model: tfl.LayersModel
let sparse: tfl.LayersModel
let attentive: tfl.LayersModel
const x = () => waves([4, 3, 2])
const y = () => waves([4, 3])

beforeAll(async () => {
  await tf.setBackend('lanewise')
  model = tinyLstmNet()
  sparse = tinyConvNet()
  attentive = tinyAttentionNet()
  model.compile({ optimizer: 'adam', loss: 'mean_squared_error' })
  sparse.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' })
  attentive.compile({ optimizer: 'sgd', loss: 'mse' })
  tf.engine().startScope()
  for (let i = 0; i < 2; i++) {
    await model.fit(x(), ones([4, 1]))
    await sparse.fit(waves([3, 6, 6, 1]), tf.tensor1d([0, 1, 2], 'int32'))
    await attentive.fit(waves([3, 2, 3]), waves([3, 1]))
    model.evaluate(x(), ones([4, 1]))
  }
  tf.engine().endScope()
})
afterAll(() => {
  model.dispose()
  sparse.dispose()
  attentive.dispose()
})

const compile = (args: unknown) => () =>
  tf.tidy(() => {
    const m = tinyLstmNet()
    try {
      m.compile(args as never)
    } finally {
      m.dispose()
    }
  })

describeRefusals('compile', [
  ['nothing', compile(undefined), 'compile: optimizer: missing'],
  ['a string', compile('adam'), "compile: expected an object of options, got 'adam'"],
  ['an unknown option', compile({ optimizer: 'sgd', loss: 'mse', lr: 1 }), "compile: unknown option 'lr'; allowed are"],
  [
    'optimizer: unknown',
    compile({ optimizer: 'lion', loss: 'mse' }),
    "compile: optimizer: 'lion' is unknown; allowed are adam",
  ],
  ['optimizer: null', compile({ optimizer: null, loss: 'mse' }), 'compile: optimizer: missing'],
  ['optimizer: a number', compile({ optimizer: 0.1, loss: 'mse' }), 'compile: optimizer: 0.1 is unknown'],
  ['loss: unknown', compile({ optimizer: 'sgd', loss: 'rmse' }), "compile: loss: 'rmse' is unknown; allowed are"],
  ['loss: absent', compile({ optimizer: 'sgd' }), 'compile: loss: missing'],
  [
    'loss: one too many',
    compile({ optimizer: 'sgd', loss: ['mse', 'mae'] }),
    'When passing an Array as loss, it should have one entry per model output. The model has 1 output(s), but you passed loss=meanSquaredError,meanAbsolute',
  ],
  [
    'loss: for an unknown output',
    compile({ optimizer: 'sgd', loss: { out: 'mse' } }),
    'Unknown entry in loss dictionary: "out"',
  ],
  [
    'metrics: unknown',
    compile({ optimizer: 'sgd', loss: 'mse', metrics: ['f1'] }),
    "compile: metrics: 'f1' is unknown",
  ],
  ['metrics: a number', compile({ optimizer: 'sgd', loss: 'mse', metrics: [1] }), 'compile: metrics: 1 is unknown'],
])

describeRefusals('fit, evaluate, predict', [
  [
    'fit: before compile',
    async () => {
      const m = tinyLstmNet()
      try {
        await m.fit(x(), ones([4, 1]))
      } finally {
        m.dispose()
      }
    },
    'You must compile a model before training/testing. Use LayersModel.compile(modelCompileArgs).',
  ],
  ['fit: x absent', () => model.fit(any(undefined), ones([4, 1])), 'x: expected a tf.Tensor, got undefined'],
  ['fit: x an array', () => model.fit(any([[1]]), ones([4, 1])), 'x: expected a tf.Tensor, got [[1]]'],
  [
    'fit: x of another rank',
    () => model.fit(ones([4, 6]), ones([4, 1])),
    'to have 3 dimension(s). but got array with shape 4,6',
  ],
  [
    'fit: x of other features',
    () => model.fit(ones([4, 3, 1]), ones([4, 1])),
    'input expected a batch of elements where each example has shape [3,2] (i.e.,tensor shape [*,3,2]) but the input received an input with 4 examples, eac',
  ],
  [
    'fit: x of other steps',
    () => model.fit(ones([4, 2, 2]), ones([4, 1])),
    'input expected a batch of elements where each example has shape [3,2] (i.e.,tensor shape [*,3,2]) but the input received an input with 4 examples, eac',
  ],
  [
    'fit: x without examples',
    () => model.fit(ones([0, 3, 2]), ones([0, 1])),
    'x: a tensor of shape [0,3,2] holds no examples',
  ],
  [
    'fit: x of strings',
    () => model.fit(tf.fill([4, 3, 2], 'a') as tf.Tensor, ones([4, 1])),
    'x: a tensor of type string; allowed are float32, int32 and bool',
  ],
  ['fit: x disposed', () => model.fit(gone([4, 3, 2]), ones([4, 1])), 'x: the tensor of shape [4,3,2] is disposed'],
  [
    'fit: x NaN',
    () => model.fit(NaNs([4, 3, 2]), ones([4, 1])),
    'x: NaN at index 0 of a tensor of shape [4,3,2]; allowed are all numbers but NaN',
  ],
  ['fit: y absent', () => model.fit(x(), any(undefined)), 'y: expected a tf.Tensor, got undefined'],
  [
    'fit: y of another shape',
    () => model.fit(x(), y()),
    'target expected a batch of elements where each example has shape [1] (i.e.,tensor shape [*,1]) but the target received an input with 4 examples, each',
  ],
  [
    'fit: y of other examples',
    () => model.fit(x(), ones([3, 1])),
    'Input Tensors should have the same number of samples as target Tensors. Found 4 input sample(s) and 3 target sample(s).',
  ],
  ['fit: y disposed', () => model.fit(x(), gone([4, 1])), 'y: the tensor of shape [4,1] is disposed'],
  [
    'fit: y NaN',
    () => model.fit(x(), tf.tensor2d([1, 2, Number.NaN, 4], [4, 1])),
    'y: NaN at index 2 of a tensor of shape [4,1]; allowed are finite numbers',
  ],
  [
    'fit: y infinite',
    () => model.fit(x(), tf.tensor2d([1, 2, 1 / 0, 4], [4, 1])),
    'y: Infinity at index 2 of a tensor of shape [4,1]; allowed are finite numbers',
  ],
  [
    'fit: y of strings',
    () => model.fit(x(), tf.fill([4, 1], 'a') as tf.Tensor),
    'y: a tensor of type string; allowed are float32, int32 and bool',
  ],
  ['fit: epochs 0', () => model.fit(x(), ones([4, 1]), { epochs: 0 }), 'fit: epochs: 0 is not a positive integer'],
  [
    'fit: epochs NaN',
    () => model.fit(x(), ones([4, 1]), { epochs: Number.NaN }),
    'fit: epochs: NaN is not a positive integer',
  ],
  [
    'fit: batchSize 0',
    () => model.fit(x(), ones([4, 1]), { batchSize: 0 }),
    'fit: batchSize: 0 is not a positive integer',
  ],
  [
    'fit: batchSize 1.5',
    () => model.fit(x(), ones([4, 1]), { batchSize: 1.5 }),
    'fit: batchSize: 1.5 is not a positive integer',
  ],
  [
    'fit: validationSplit 2',
    () => model.fit(x(), ones([4, 1]), { validationSplit: 2 }),
    'fit: validationSplit: 2 is not in [0, 1)',
  ],
  [
    'fit: validationData without labels',
    () => model.fit(x(), ones([4, 1]), { validationData: any([x()]) }),
    'When passing validation data, it must contain 2 (valX, valY) or 3 (valX, valY, valSampleWeight) items; Tensor',
  ],
  [
    'fit: validationData NaN',
    () => model.fit(x(), ones([4, 1]), { validationData: [x(), NaNs([4, 1])] }),
    'y: NaN at index 0 of a tensor of shape [4,1]; allowed are finite numbers',
  ],
  [
    'fit: an unknown option',
    () => model.fit(x(), ones([4, 1]), any({ epoch: 3 })),
    "fit: unknown option 'epoch'; allowed are batchSize, verbose, epochs, callbacks, validationSplit, validationData, shuffle, classWeight, sampleWeight, i",
  ],
  [
    'fit: classWeight',
    () => model.fit(x(), ones([4, 1]), { classWeight: any('balanced') }),
    "fit: classWeight: expected an object of one weight for each class, got 'balanced'",
  ],
  [
    'fit: sampleWeight',
    () => model.fit(x(), ones([4, 1]), { sampleWeight: ones([4]) as tf.Tensor1D }),
    'sample weight is not supported yet.',
  ],
  [
    'fit: label out of range',
    () => sparse.fit(waves([3, 6, 6, 1]), tf.tensor1d([0, 1, 3], 'int32')),
    'y: label 3 at index 2 is no class of output',
  ],
  [
    'fit: label negative',
    () => sparse.fit(waves([3, 6, 6, 1]), tf.tensor1d([0, 1, -1], 'int32')),
    'y: label -1 at index 2 is no class of output',
  ],
  [
    'fit: label NaN',
    () => sparse.fit(waves([3, 6, 6, 1]), tf.tensor1d([0, 1, Number.NaN])),
    'y: label NaN at index 2 is no class of output',
  ],
  [
    'fit: label fraction',
    () => sparse.fit(waves([3, 6, 6, 1]), tf.tensor1d([0, 1, 0.5])),
    'y: label 0.5 at index 2 is no class of output',
  ],
  ['fit: labels of type bool', () => sparse.fit(waves([3, 6, 6, 1]), ones([3], 'bool')), 'y: labels of'],
  [
    'fit: one-hot labels',
    () => sparse.fit(waves([3, 6, 6, 1]), ones([3, 3])),
    'target expected a batch of elements where each example has shape [1] (i.e.,tensor shape [*,1]) but the target received an input with 3 examples, each',
  ],
  [
    'trainOnBatch: y NaN',
    () => model.trainOnBatch(x(), NaNs([4, 1])),
    'y: NaN at index 0 of a tensor of shape [4,1]; allowed are finite numbers',
  ],
  [
    'trainOnBatch: x NaN',
    () => model.trainOnBatch(NaNs([4, 3, 2]), ones([4, 1])),
    'x: NaN at index 0 of a tensor of shape [4,3,2]; allowed are all numbers but NaN',
  ],
  [
    'trainOnBatch: y of other examples',
    () => model.trainOnBatch(x(), ones([3, 1])),
    'Input Tensors should have the same number of samples as target Tensors. Found 4 input sample(s) and 3 target sample(s).',
  ],
  ['trainOnBatch: y absent', () => model.trainOnBatch(x(), any(undefined)), 'y: expected a tf.Tensor, got undefined'],
  [
    'evaluate: y NaN',
    () => model.evaluate(x(), NaNs([4, 1])),
    'y: NaN at index 0 of a tensor of shape [4,1]; allowed are finite numbers',
  ],
  [
    'evaluate: y of other examples',
    () => model.evaluate(x(), ones([3, 1])),
    'Input Tensors should have the same number of samples as target Tensors. Found 4 input sample(s) and 3 target sample(s).',
  ],
  [
    'evaluate: x disposed',
    () => model.evaluate(gone([4, 3, 2]), ones([4, 1])),
    'x: the tensor of shape [4,3,2] is disposed',
  ],
  [
    'evaluate: batchSize',
    () => model.evaluate(x(), ones([4, 1]), { batchSize: 0 }),
    'evaluate: batchSize: 0 is not a positive integer',
  ],
  ['predict: nothing', () => model.predict(any(undefined)), 'x: expected a tf.Tensor, got undefined'],
  ['predict: an array', () => model.predict(any([[[1, 2]]])), 'x: expected a tf.Tensor, got [[[1, 2]]]'],
  [
    'predict: x of another rank',
    () => model.predict(ones([3, 2])),
    'to have 3 dimension(s), but got array with shape [3,2]',
  ],
  [
    'predict: x of other features',
    () => model.predict(ones([1, 3, 3])),
    'to have shape [null,3,2] but got array with shape [1,3,3].',
  ],
  [
    'predict: x without examples',
    () => model.predict(ones([0, 3, 2])),
    'x: a tensor of shape [0,3,2] holds no examples',
  ],
  [
    'predict: two inputs',
    () => model.predict([x(), x()]),
    'Error when checking model : the Array of Tensors that you are passing to your model is not the size the the model expected. Expected to see 1 Tensor(s',
  ],
  ['predict: x disposed', () => model.predict(gone([4, 3, 2])), 'x: the tensor of shape [4,3,2] is disposed'],
  [
    'predict: strings',
    () => model.predict(tf.fill([4, 3, 2], 'a') as tf.Tensor),
    'x: a tensor of type string; allowed are float32, int32 and bool',
  ],
  [
    'predict: batchSize 0',
    () => model.predict(x(), { batchSize: 0 }),
    'predict: batchSize: 0 is not a positive integer',
  ],
  [
    'predict: batchSize NaN',
    () => model.predict(x(), { batchSize: Number.NaN }),
    'predict: batchSize: NaN is not a positive integer',
  ],
  [
    'predict: convNet, channels',
    () => sparse.predict(ones([1, 6, 6, 3])),
    'to have shape [null,6,6,1] but got array with shape [1,6,6,3].',
  ],
  [
    'predict: convNet, int32',
    () => sparse.predict(tf.fill([1, 6, 6, 1], 'a') as tf.Tensor),
    'x: a tensor of type string; allowed are float32, int32 and bool',
  ],
  [
    'predictOnBatch: x of another rank',
    () => model.predictOnBatch(ones([3, 2])),
    'to have 3 dimension(s), but got array with shape [3,2]',
  ],
  ['predictOnBatch: nothing', () => model.predictOnBatch(any(null)), 'x: expected a tf.Tensor, got null'],
  [
    'setWeights: too few',
    () => model.setWeights([ones([2, 16])]),
    "setWeights: weights: 1 tensors for the model's 8 weights",
  ],
  [
    'setWeights: of another shape',
    () => model.setWeights(model.getWeights().map(() => ones([2]))),
    '/kernel): a tensor of shape [2]; expected [2,16]',
  ],
  [
    'setWeights: NaN',
    () => model.setWeights(model.getWeights().map(({ shape }, i) => (i === 1 ? NaNs(shape) : ones(shape)))),
    '/recurrent_kernel): NaN at index 0 of a tensor of shape [4,16]; allowed are all numbers but NaN',
  ],
  [
    'setWeights: disposed',
    () => model.setWeights(model.getWeights().map(({ shape }) => gone(shape))),
    '/kernel): the tensor of shape [2,16] is disposed',
  ],
  [
    'setWeights: no list',
    () => model.setWeights(any(undefined)),
    'setWeights: weights: expected a list of tensors, got undefined',
  ],
  [
    'a disposed model',
    () => {
      const m = tinyLstmNet()
      m.dispose()
      m.predict(x())
    },
    /Layer 'lstm_LSTM\d+' is already disposed/,
  ],
])

describeRefusals('helpers', [
  [
    'withKerasNames: no model',
    () => withKerasNames(any({})),
    'model: expected a tf.LayersModel, got an object of Object',
  ],
  ['withKerasNames: nothing', () => withKerasNames(any(undefined)), 'model: expected a tf.LayersModel, got undefined'],
  [
    'buildModel: nothing',
    () => buildModel(any(undefined)),
    'buildModel: inputs: expected a tf.SymbolicTensor or a list of them, got undefined',
  ],
  [
    'buildModel: no outputs',
    () => buildModel(any({ inputs: tfl.input({ shape: [2] }) })),
    'buildModel: outputs: expected a tf.SymbolicTensor or a list of them, got undefined',
  ],
  [
    'buildModel: tensors',
    () => buildModel(any({ inputs: ones([2]), outputs: ones([2]) })),
    'buildModel: inputs: expected a tf.SymbolicTensor or a list of them, got an object of Tensor',
  ],
  ['readOptions: no object', () => readOptions('net', 3, {}), 'net: expected an object of options, got 3'],
  [
    'attentionScores: no model',
    () => attentionScores(any(null), ones([1, 3, 3])),
    'attentionScores: model: expected a tf.LayersModel, got null',
  ],
  [
    'attentionScores: without attention',
    () => attentionScores(model, x()),
    'attentionScores: layer: name one; the model has no attention layer',
  ],
  [
    'attentionScores: an unknown layer',
    () => attentionScores(attentive, ones([1, 3, 3]), 'attention_99'),
    "attentionScores: layer: there is no 'attention_99'; the model's attention layers are attention_Attention",
  ],
  [
    'attentionScores: x absent',
    () => attentionScores(attentive, any(undefined)),
    'x: expected a tf.Tensor, got undefined',
  ],
  [
    'attentionScores: x of other features',
    () => attentionScores(attentive, ones([1, 3, 4])),
    'to have shape [null,null,3] but got array with shape [1,3,4].',
  ],
  [
    'attentionScores: x disposed',
    () => attentionScores(attentive, gone([1, 3, 3])),
    'x: the tensor of shape [1,3,3] is disposed',
  ],
])
