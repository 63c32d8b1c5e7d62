import * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll } from 'vitest'
import { any, describeRefusals, gone, ones, tinyConvNet, tinyLstmNet, waves } from './badInput.ts'

const NaNs = (shape: number[]) => tf.fill(shape, Number.NaN)

let model: tfl.LayersModel
let sparse: tfl.LayersModel
const x = () => waves([4, 3, 2])
const y = () => waves([4, 3])

beforeAll(async () => {
  await tf.setBackend('lanewise')
  model = tinyLstmNet()
  sparse = tinyConvNet()
  model.compile({ optimizer: 'adam', loss: 'mean_squared_error' })
  sparse.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' })
  tf.engine().startScope()
  for (let i = 0; i < 2; i++) {
    await model.fit(x(), ones([4, 1]))
    await sparse.fit(waves([3, 6, 6, 1]), tf.tensor1d([0, 1, 2], 'int32'))
    model.evaluate(x(), ones([4, 1]))
  }
  tf.engine().endScope()
})
afterAll(() => {
  model.dispose()
  sparse.dispose()
})

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
