import { attentionNet } from '@lanewise/attention'
import { convNet, mobileNetV2, resNet50 } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import { describeRefusals } from './badInput.ts'

const cnn = (options: unknown) => () => convNet(options as never)

describeRefusals('convNet', [
  ['null', cnn(null), 'convNet: expected an object of options, got null'],
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
  ['activation: unknown', cnn({ activation: 'silu' }), "convNet: activation: 'silu' is not one of relu, relu6, elu"],
  ['activation: null', cnn({ activation: null }), 'convNet: activation: null is not one of relu'],
  ['dropout: 1', cnn({ dropout: 1 }), 'convNet: dropout: 1 is not in [0, 1)'],
  ['dropout: NaN', cnn({ dropout: Number.NaN }), 'convNet: dropout: NaN is not in [0, 1)'],
  ['name: empty', cnn({ name: '' }), "convNet: name: '' is not a string with content"],
  ['accelerate: 0', cnn({ accelerate: 0 }), 'convNet: accelerate: 0 is not true or false'],
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
  ['mobileNetV2: accelerate', mobile({ accelerate: null }), 'mobileNetV2: accelerate: null is not true or false'],
  ['resNet50: accelerate', residual({ accelerate: 'no' }), "resNet50: accelerate: 'no' is not true or false"],
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
  ['null', rnn(null), 'lstmNet: expected an object of options, got null'],
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
  ['accelerate: NaN', rnn({ accelerate: Number.NaN }), 'lstmNet: accelerate: NaN is not true or false'],
  ['dropout: -0.1', rnn({ dropout: -0.1 }), 'lstmNet: dropout: -0.1 is not in [0, 1)'],
  ['name: null', rnn({ name: null }), 'lstmNet: name: null is not a string with content'],
])

const att = (options: unknown) => () => attentionNet(options as never)

describeRefusals('attentionNet', [
  ['null', att(null), 'attentionNet: expected an object of options, got null'],
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
  ['accelerate: a string', att({ accelerate: 'yes' }), "attentionNet: accelerate: 'yes' is not true or false"],
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
