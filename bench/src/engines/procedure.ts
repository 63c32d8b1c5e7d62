// What every engine does with each of the three models, and the reference did with stock layers on backend-cpu:
// predict, two training steps, predict again, from the same weights and data.
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Small, but with widths that are no multiple of a vector's 4, so that every kernel's tail runs too. */
export const settings = {
  cnn: { inputShape: [12, 12, 2], filters: [6, 9], units: 7, classes: 3 },
  lstm: { inputShape: [6, 3], units: [9, 6], outputs: 1 },
  attention: { inputShape: [5, 6], units: 9, outputs: 1 },
}

export type ModelName = keyof typeof settings

/** Rows of numbers by what they are: predictions, losses, each weight after training. */
export type Observed = Record<string, number[]>

const BATCH = 5
const STEPS = 2

export async function observe(name: ModelName, model: LayersModel): Promise<Observed> {
  const set = settings[name]
  const sparse = name === 'cnn'
  model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(uniform(sizeOf(shape), i + 1), shape)))
  model.compile({
    optimizer: tf.train.adam(0.01),
    loss: sparse ? 'sparseCategoricalCrossentropy' : 'meanSquaredError',
  })
  const x = tf.tensor(uniform(BATCH * sizeOf(set.inputShape), 100), [BATCH, ...set.inputShape])
  const y = sparse ? tf.tensor1d([0, 2, 1, 1, 0]) : tf.tensor2d(uniform(BATCH, 101), [BATCH, 1])
  const observed: Observed = { predicted: await read(model.predict(x) as tf.Tensor), losses: [] }
  for (let step = 0; step < STEPS; step++) observed.losses.push((await model.trainOnBatch(x, y)) as number)
  observed['predicted when trained'] = await read(model.predict(x) as tf.Tensor)
  for (const [i, weight] of model.getWeights().entries()) observed[`weight ${i} when trained`] = await read(weight)
  return observed
}

async function read(tensor: tf.Tensor): Promise<number[]> {
  return Array.from(await tensor.data<'float32'>())
}

function sizeOf(shape: (number | null)[]): number {
  return shape.reduce((product: number, length) => product * (length ?? 1), 1)
}

/** Numbers in [-0.5, 0.5) that are the same on every engine: a linear congruential generator's upper 24 bits. */
function uniform(count: number, seed: number): number[] {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) / 2 ** 24 - 0.5
  })
}
