import { OutOfMemoryError } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LanewiseBackend } from '../backend.ts'
import { CaptureError, capture, info } from '../index.ts'

const factory = tf.findBackendFactory('lanewise')

beforeEach(() => tf.setBackend('lanewise'))

afterEach(() => tf.disposeVariables())

const state = () => ({
  tensors: tf.memory().numTensors,
  buffers: tf.memory().numDataBuffers,
  numbers: tf.memory().numBytes,
  bytes: info().memory.bytesInUse,
})

/** A variable that shares its data with nothing, as a capture leaves it. */
function variable(values: number[]): tf.Variable {
  const made = tf.tidy(() => tf.variable(tf.tensor(values)))
  tf.add(made, 1).dispose()
  return made
}

it('refuses to dispose what was there before, and neither disposes nor uncounts it', () => {
  const t = tf.ones([3])
  const shared = tf.clone(t)
  const v = variable([1, 2, 3])
  const at = state()
  for (const [what, one] of Object.entries({ 'a tensor': t, 'the variable': v, 'a tensor that': shared })) {
    const dispose = () => capture((x: tf.Tensor) => [tf.neg(x), one.dispose()][0] as tf.Tensor, { shape: [3] })
    expect(dispose).toThrow(`the function disposes ${what}`)
    expect(one.isDisposed).toBe(false)
    expect(state()).toEqual(at)
  }
  expect([...v.dataSync()]).toEqual([1, 2, 3])
  tf.dispose([t, shared])
})

it('refuses gradients through a replay, and gives those beside it', () => {
  const w = variable([2, 3])
  const v = variable([1, 1])
  const step = capture((x: tf.Tensor) => tf.sum(tf.mul(w, x)), { shape: [2] })
  const x = tf.tensor([5, 7])
  const loss = () => tf.add(step(x), tf.sum(tf.mul(v, tf.mul(w, 100)))) as tf.Scalar
  expect(() => tf.variableGrads(loss)).toThrow(CaptureError)
  expect(() => tf.grad((x) => step(x))(x)).toThrow('a replay has no gradient')
  const { value, grads } = tf.variableGrads(loss, [v])
  expect(value.dataSync()[0]).toBe(31 + 500)
  expect([...grads[v.name].dataSync()]).toEqual([200, 300])
  tf.dispose([value, grads, x])
  step.dispose()
})

it('assigns nothing, and holds nothing, where there is no memory for the results', () => {
  const w = variable([1, 2])
  const step = capture(
    (x: tf.Tensor) => {
      w.assign(tf.add(w, x))
      return [tf.mul(w, 2), tf.neg(w), tf.abs(w)]
    },
    { shape: [2] },
  )
  const x = tf.tensor([1, 1])
  tf.dispose(step(x))
  const at = state()
  const { heap } = (tf.backend() as LanewiseBackend).rt
  for (const failing of [0, 1, 2]) {
    let left = failing
    const alloc = heap.alloc.bind(heap)
    heap.alloc = (bytes) => {
      if (left-- === 0) throw new OutOfMemoryError(bytes, heap.inUse, heap.limit)
      return alloc(bytes)
    }
    expect(() => step(x)).toThrow(OutOfMemoryError)
    Reflect.deleteProperty(heap, 'alloc')
    expect(state()).toEqual(at)
    expect([...w.dataSync()]).toEqual([2, 3])
  }
  const results = step(x)
  expect(results.map((y) => [...y.dataSync()])).toEqual([
    [6, 8],
    [-3, -4],
    [3, 4],
  ])
  tf.dispose([results, x])
  step.dispose()
})

it('holds no results where an index is out of range', () => {
  const t = tf.tensor([1, 2, 3])
  const step = capture((i: tf.Tensor1D) => tf.gather(t, i), { shape: [2], dtype: 'int32' })
  const at = state()
  expect(() => step(new Int32Array([0, 3]))).toThrow('is not in [0, 2]')
  expect(state()).toEqual(at)
  step.dispose()
  t.dispose()
})

it('takes any byte but 0 for true, as eager calls do', () => {
  const step = capture((x: tf.Tensor) => tf.cast(x, 'float32'), { shape: [3], dtype: 'bool' })
  const output = new Float32Array(3)
  step.run([new Uint8Array([0, 1, 255])], [output])
  expect([...output]).toEqual([0, 1, 1])
  step.dispose()
})

it('replays while another backend is active, and the variables that it writes keep their data', async () => {
  const at = state()
  const w = variable([1, 2])
  const step = capture((x: tf.Tensor) => w.assign(tf.add(w, x)), { shape: [2] })
  const before = tf.clone(w)
  await tf.setBackend('cpu')
  step(new Float32Array([1, 1]))
  tf.clone(w).dispose()
  expect([...w.dataSync()]).toEqual([2, 3])
  expect([...before.dataSync()]).toEqual([1, 2])
  await tf.setBackend('lanewise')
  tf.clone(w).dispose()
  step(new Float32Array([1, 1]))
  expect([...w.dataSync()]).toEqual([3, 4])
  tf.dispose([before, w])
  step.dispose()
  expect(state()).toEqual(at)
})

it('captures where variables are left of a backend that was removed', async () => {
  const left = tf.variable(tf.ones([3]))
  tf.add(left, 1).dispose()
  tf.removeBackend('lanewise')
  tf.registerBackend('lanewise', factory as NonNullable<typeof factory>, 4)
  await tf.setBackend('lanewise')
  const step = capture((x: tf.Tensor) => tf.neg(x), { shape: [3] })
  expect([...step(tf.ones([3])).dataSync()]).toEqual([-1, -1, -1])
  expect(() => capture((x: tf.Tensor) => tf.add(x, left), { shape: [3] })).toThrow('was removed')
  step.dispose()
})

it('lets other steps see what a step has assigned that ends in an error', () => {
  const w = variable([0, 1])
  const table = variable([2, 3])
  const optimizer = tf.train.sgd(1)
  // Derived of a weight alone, so kept.
  const exp = capture((x: tf.Tensor) => tf.add(x, tf.exp(w)), { shape: [2] })
  const train = capture(
    (i: tf.Tensor) => {
      optimizer.minimize(() => tf.sum(tf.mul(w, tf.mean(tf.gather(table, i)))), false, [w])
    },
    { shape: [2], dtype: 'int32' },
  )
  const zeros = tf.zeros([2])
  const check = () => {
    const [found, wanted] = tf.tidy(() => [exp(zeros).dataSync(), tf.exp(w).dataSync()])
    expect([...found]).toEqual([...wanted])
  }
  check()
  train(Int32Array.of(0, 1))
  check()
  const before = [...w.dataSync()]
  expect(() => train(Int32Array.of(1, 2))).toThrow('the index value 2 is not in [0, 1]')
  expect([...w.dataSync()]).not.toEqual(before)
  expect(optimizer.iterations).toBe(2)
  check()
  tf.dispose([zeros])
  for (const step of [exp, train]) step.dispose()
  optimizer.dispose()
})
