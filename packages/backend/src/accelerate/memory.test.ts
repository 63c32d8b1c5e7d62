import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { accelerate, info } from '../index.ts'
import { batch, compiled, eachTest, inUse, launches, small, target } from './accelerate.testing.ts'

eachTest()

describe('memory', () => {
  it('is flat over 1,000 steps of training and predicting', async () => {
    const model = accelerate(compiled('adam')())
    const x = batch(4)
    const y = target(4)
    const at: object[] = []
    for (let i = 0; i < 1000; i++) {
      await model.trainOnBatch(x, y)
      tf.dispose(model.predict(x))
      tf.dispose(model.evaluate(x, y))
      at.push(inUse())
    }
    expect(at[999]).toEqual(at[1])
  })

  it('is given back by dispose, and by compile for what is stale', async () => {
    const before = inUse()
    const model = accelerate(compiled('adam')())
    const eager = compiled('adam')()
    const x = batch(4)
    const y = target(4)
    const fit = { batchSize: 3, epochs: 2, verbose: 0, validationSplit: 0.25 } as const
    for (let time = 0; time < 3; time++) {
      for (const each of [model, eager]) {
        await each.fit(x, y, fit)
        tf.dispose(each.predict(x))
      }
      const compile = { optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' } as const
      const used = info().memory.bytesInUse
      for (const each of [model, eager]) (each as unknown as { optimizer: tf.Optimizer }).optimizer.dispose()
      model.compile(compile)
      eager.compile(compile)
      expect(info().memory.bytesInUse).toBeLessThan(used)
    }
    for (const each of [model, eager]) {
      each.dispose()
      ;(each as unknown as { optimizer: tf.Optimizer }).optimizer.dispose()
    }
    tf.dispose([x, y])
    expect(inUse()).toEqual(before)
  })

  it('is held for as many shapes as `limit` says, and those that come once drive none out', async () => {
    const model = accelerate(small(), { limit: 2 })
    const predict = (size: number) => model.predict(batch(size))
    predict(1)
    predict(2)
    for (let size = 3; size < 9; size++) predict(size)
    const x = [1, 2, 3].map((size) => batch(size))
    expect(await launches(() => model.predict(x[0]))).toBe(0)
    expect(await launches(() => model.predict(x[1]))).toBe(0)
    // This one comes again.
    model.predict(x[2])
    expect(await launches(() => model.predict(x[2]))).toBe(0)
    expect(await launches(() => model.predict(x[0]))).toBeGreaterThan(0)
  })
})
