import { accelerate, acceleration, eagerly } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll } from 'vitest'
import { describeRefusals, gone, ones, tinyLstmNet, waves } from './badInput.ts'

let made: LayersModel | undefined

/** One accelerated model for all calls, which has predicted and trained. */
async function model(): Promise<LayersModel> {
  if (made === undefined) {
    made = accelerate(tinyLstmNet())
    made.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    tf.dispose(made.predict(waves([2, 3, 2])))
    await made.trainOnBatch(waves([2, 3, 2]), waves([2, 1]))
  }
  return made
}
afterAll(() => made?.dispose())

/** What is measured is the call, not the making of the model. */
await tf.setBackend('lanewise')
await model()

describeRefusals('accelerate', [
  ['no model', () => accelerate(undefined as never), 'accelerate: model: expected a tf.LayersModel or a tf.GraphModel'],
  ['a string', () => accelerate('model' as never), "expected a tf.LayersModel or a tf.GraphModel, got 'model'"],
  ['a tensor', () => accelerate(ones([1])), 'expected a tf.LayersModel or a tf.GraphModel, got an object of Tensor'],
  ['an unknown option', () => accelerate({}, { shapes: 2 } as never), "accelerate: there is no option 'shapes'"],
  ['null for options', () => accelerate({}, null as never), 'accelerate: options: expected an object, got null'],
  ['limit: 0', () => accelerate({}, { limit: 0 }), 'accelerate: limit: 0 is not a whole number, 1 or more'],
  ['limit: NaN', () => accelerate({}, { limit: Number.NaN }), 'accelerate: limit: NaN is not a whole number'],
  [
    'passes: a list',
    () => accelerate({}, { passes: 'none' as never }),
    "accelerate: passes: expected an object, got 'none'",
  ],
  ['an unknown pass', () => accelerate({}, { passes: { all: true } as never }), "accelerate: there is no pass 'all'"],
  [
    'a pass that is a number',
    () => accelerate({}, { passes: { fold: 1 as never } }),
    'passes: fold is 1; it may be true or false',
  ],
  [
    'acceleration: no model',
    () => acceleration(undefined as never),
    'acceleration: model: expected a model, got undefined',
  ],
  ['acceleration: a name', () => acceleration('cnn' as never), "acceleration: model: expected a model, got 'cnn'"],
  ['eagerly: no function', () => eagerly(undefined as never), 'eagerly: run: expected a function, got undefined'],
])

describeRefusals('an accelerated model', [
  [
    'predict: another shape',
    async () => (await model()).predict(ones([2, 3, 4])),
    /expected .*\[null,3,2\].*got array with shape \[2,3,4\]/,
  ],
  ['predict: disposed', async () => (await model()).predict(gone([2, 3, 2])), 'disposed'],
  ['trainOnBatch: another shape', async () => (await model()).trainOnBatch(ones([2, 3, 2]), ones([2, 4])), /shape/],
  [
    'trainOnBatch: fewer labels',
    async () => (await model()).trainOnBatch(ones([2, 3, 2]), ones([1, 1])),
    /same number of samples/,
  ],
  [
    'evaluate: a batch of none',
    async () => (await model()).evaluate(ones([2, 3, 2]), ones([2, 1]), { batchSize: 0 }),
    /batchSize/,
  ],
])
