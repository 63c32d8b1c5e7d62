import { attentionScores } from '@lanewise/attention'
import {
  buildModel,
  choice,
  flag,
  number,
  optional,
  rate,
  readOptions,
  registerLayer,
  shape,
  size,
  sizes,
  text,
  withKerasNames,
} from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll } from 'vitest'
import { any, describeRefusals, gone, ones, tinyAttentionNet, tinyLstmNet, waves } from './badInput.ts'

let model: tfl.LayersModel
let attentive: tfl.LayersModel
const x = () => waves([4, 3, 2])

beforeAll(async () => {
  await tf.setBackend('lanewise')
  model = tinyLstmNet()
  attentive = tinyAttentionNet()
  model.compile({ optimizer: 'adam', loss: 'mean_squared_error' })
  attentive.compile({ optimizer: 'sgd', loss: 'mse' })
  tf.engine().startScope()
  for (let i = 0; i < 2; i++) {
    await model.fit(x(), ones([4, 1]))
    await attentive.fit(waves([3, 2, 3]), waves([3, 1]))
    model.evaluate(x(), ones([4, 1]))
  }
  tf.engine().endScope()
})
afterAll(() => {
  model.dispose()
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
    'buildModel: accelerate',
    () => buildModel(any({ inputs: tfl.input({ shape: [2] }), outputs: tfl.input({ shape: [2] }), accelerate: 2 })),
    'buildModel: accelerate: 2 is not true or false',
  ],
  [
    'registerLayer: nothing',
    () => registerLayer(any(undefined)),
    'registerLayer: expected a class of layers, got undefined',
  ],
  [
    'registerLayer: a function',
    () => registerLayer(any(waves)),
    'registerLayer: expected a class of layers, got a function',
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
  ['readOptions: flag', () => readOptions('net', { on: 1 }, { on: flag(true) }), 'net: on: 1 is not true or false'],
  ['readOptions: size', () => readOptions('net', { n: 0 }, { n: size(1) }), 'net: n: 0 is not a positive integer'],
  ['readOptions: sizes', () => readOptions('net', { n: [] }, { n: sizes([1]) }), 'net: n: [] needs at least 1 entry'],
  [
    'readOptions: shape',
    () => readOptions('net', { s: [0] }, { s: shape(['steps']) }),
    'net: s: [0] is not [steps] of positive integers',
  ],
  ['readOptions: number', () => readOptions('net', { x: 3 }, { x: number(0, 2) }), 'net: x: 3 is not in [0, 2]'],
  ['readOptions: text', () => readOptions('net', { t: '' }, { t: text() }), "net: t: '' is not a string with content"],
  [
    'readOptions: choice',
    () => readOptions('net', { by: 'c' }, { by: choice(['a', 'b'], 'a') }),
    "net: by: 'c' is not one of a, b",
  ],
  ['readOptions: rate', () => readOptions('net', { p: 1 }, { p: rate(0) }), 'net: p: 1 is not in [0, 1)'],
  [
    'readOptions: optional',
    () => readOptions('net', { p: '1' }, { p: optional(rate(0)) }),
    "net: p: '1' is not in [0, 1)",
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
