import { OutOfMemoryError } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import type { LanewiseBackend } from '../backend.ts'
import { acceleration, info } from '../index.ts'
import { batch, eachTest, inUse, launches, read, setKnownWeights } from './accelerate.testing.ts'
import { built, compiled, PREDICTS, small, times } from './automatic.testing.ts'

const { conv2d, flatten } = tfl.layers

const warnings = eachTest()

describe('the memory of steps that nobody asked for', () => {
  it('is flat over predicts of random sizes, of which eight are captured and stay so', () => {
    const model = small()
    const sizes = Array.from({ length: 3000 }, (_, i) => 1 + ((i * 7919) % 60))
    const at: object[] = []
    let recordings = 0
    const { steps } = acceleration(model)
    let before = steps
    for (const size of sizes) {
      tf.tidy(() => void model.predict(batch(size), { batchSize: 64 }))
      const { steps, bytes } = acceleration(model)
      if (steps !== before) recordings++
      before = steps
      at.push({ ...inUse(), bytes })
    }
    expect(acceleration(model).steps).toBe(8)
    expect(recordings).toBe(8)
    expect(at.at(-1)).toEqual(at[1000])
  })

  it('goes over to a shape that comes from now on', async () => {
    const model = small()
    for (let size = 1; size <= 8; size++) times(PREDICTS, () => model.predict(batch(size)))
    const now = () => launches(() => tf.tidy(() => void model.predict(batch(9))))
    for (let i = 0; i < 31; i++) expect(await now()).toBeGreaterThan(0)
    await now()
    expect(await now()).toBe(0)
    expect(acceleration(model).steps).toBe(8)
  })

  it('is given back by dispose', async () => {
    const before = inUse()
    tf.tidy(() => {
      const model = small()
      times(PREDICTS, () => model.predict(batch(2)))
      expect(acceleration(model).steps).toBe(1)
      model.dispose()
    })
    expect(inUse()).toEqual(before)
  })

  it('of models whose weights are gone is given back when another one is captured', () => {
    const gone = small()
    times(PREDICTS, () => gone.predict(batch(2)))
    tf.dispose(gone.weights.map((weight) => weight.read()))
    expect(acceleration(gone).steps).toBe(1)
    times(PREDICTS, () => small().predict(batch(2)))
    const model = small()
    times(PREDICTS, () => model.predict(batch(2)))
    expect(acceleration(gone)).toMatchObject({ steps: 0, bytes: 0 })
  })

  it('is not missed: where a recording finds none, the model runs eagerly', async () => {
    const model = compiled()
    const { heap } = (tf.backend() as LanewiseBackend).home
    const x = batch(4)
    times(PREDICTS - 1, () => model.predict(x))
    const expected = read(model.predict(x) as tf.Tensor)
    for (const count of [0, 1, 2]) {
      const fresh = setKnownWeights(small())
      times(PREDICTS - 1, () => fresh.predict(x))
      const before = inUse()
      const alloc = heap.alloc.bind(heap)
      let left = count
      // No arena of a tape, which is the larger part of a small prediction.
      heap.alloc = (bytes) => {
        if (bytes > 200 && left-- >= 0) throw new OutOfMemoryError(bytes, heap.inUse, heap.limit)
        return alloc(bytes)
      }
      const actual = fresh.predict(x) as tf.Tensor
      Reflect.deleteProperty(heap, 'alloc')
      expect(read(actual)).toEqual(expected)
      actual.dispose()
      expect(inUse()).toEqual(before)
      expect(acceleration(fresh)).toMatchObject({ steps: 0, reasons: [expect.stringContaining('memory')] })
    }
    expect(warnings()).toEqual([])
  })

  it('is given up for what else wants it', () => {
    const model = small()
    const { heap } = (tf.backend() as LanewiseBackend).home
    const x = batch(32)
    const expected = read(model.predict(x) as tf.Tensor)
    times(PREDICTS, () => model.predict(x))
    expect(acceleration(model).steps).toBe(1)
    expect(() => heap.alloc(heap.limit - 1)).toThrow(OutOfMemoryError)
    expect(acceleration(model).steps).toBe(0)
    expect(read(model.predict(x) as tf.Tensor)).toEqual(expected)
  })

  it('is bounded: steps that would hold more than 256 MB are not kept', () => {
    const model = built([conv2d({ filters: 24, kernelSize: 1, activation: 'relu' }), flatten()], {}, [700, 700, 1])
    const x = tf.ones([6, 700, 700, 1])
    const { bytesInUse } = info().memory
    times(PREDICTS + 1, () => model.predict(x))
    expect(acceleration(model)).toMatchObject({ steps: 0, reasons: [expect.stringMatching(/would hold \d+ MB/)] })
    expect(info().memory.bytesInUse).toBeLessThan(bytesInUse + 20e6)
  })
})
