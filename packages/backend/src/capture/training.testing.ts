import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { capture, info } from '../index.ts'

/** Without the passes that change roundings. */
export const SAME = { passes: { lean: false, fuse: false } }

/** What captured train steps are to do. */
export function testTraining(): void {
  for (const [name, make] of Object.entries({
    sgd: () => tf.train.sgd(0.1),
    momentum: () => tf.train.momentum(0.1, 0.9),
    nesterov: () => tf.train.momentum(0.1, 0.9, true),
    rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.1),
    'centered rmsprop': () => tf.train.rmsprop(0.01, 0.9, 0.1, 1e-7, true),
    adam: () => tf.train.adam(0.01),
    adagrad: () => tf.train.adagrad(0.1),
    adadelta: () => tf.train.adadelta(0.1),
    adamax: () => tf.train.adamax(0.1),
  }))
    it(`replays a whole train step with ${name} as it runs eagerly, bit for bit`, () => {
      const initial = () => [
        tf.variable(tf.randomNormal([5, 8], 0, 1, 'float32', 1)),
        tf.variable(tf.zeros([8])),
        tf.variable(tf.randomNormal([8, 1], 0, 1, 'float32', 2)),
      ]
      const trainer =
        ([w, b, v]: tf.Variable[], optimizer: tf.Optimizer) =>
        (x: tf.Tensor, y: tf.Tensor) =>
          optimizer.minimize(
            () =>
              tf.losses.meanSquaredError(
                y,
                tf.matMul(
                  tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b)) as tf.Tensor2D,
                  v as tf.Tensor2D,
                ),
              ) as tf.Scalar,
            true,
            [w, b, v],
          ) as tf.Scalar
      const variables = [initial(), initial()]
      const optimizers = [make(), make()]
      const eager = trainer(variables[0], optimizers[0])
      const captured = capture(trainer(variables[1], optimizers[1]), [{ shape: [4, 5] }, { shape: [4, 1] }], SAME)
      const bytes: number[] = []
      for (let i = 0; i < 6; i++) {
        const x = tf.randomNormal([4, 5], 0, 1, 'float32', i + 10)
        const y = tf.randomNormal([4, 1], 0, 1, 'float32', i + 20)
        expect(captured(x, y).dataSync()).toEqual(eager(x, y).dataSync())
        for (let v = 0; v < 3; v++) expect(variables[1][v].dataSync()).toEqual(variables[0][v].dataSync())
        bytes.push(info().memory.bytesInUse)
      }
      expect(optimizers[1].iterations).toBe(optimizers[0].iterations)
      captured.dispose()
      for (const v of variables.flat()) v.dispose()
      for (const optimizer of optimizers) optimizer.dispose()
    })
}
