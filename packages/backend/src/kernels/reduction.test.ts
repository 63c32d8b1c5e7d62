import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

/** Relative to max(|y|, 1), for a few thousand numbers of size 3 and less. */
const SUM = 2e-5

const shapes = [
  [],
  [1],
  [7],
  [3, 5],
  [1, 5],
  [4, 1],
  [2, 3, 4],
  [5, 1, 7],
  [2, 3, 4, 5],
  [2, 2, 3, 2, 3],
  [2, 1, 2, 2, 1, 3],
]

const numbers = (shape: number[], scale: number) =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => scale * Math.sin(i * i + 1))
const wave = (shape: number[], scale = 3) => tf.tensor(numbers(shape, scale), shape)
const whole = (shape: number[]) => tf.tensor(Int32Array.from(numbers(shape, 100)), shape, 'int32')
const bits = (shape: number[]) =>
  tf.tensor(
    Uint8Array.from(numbers(shape, 3), (v) => Number(v > 1)),
    shape,
    'bool',
  )

function axesOf(rank: number): (number | number[] | undefined)[] {
  const sets = Array.from({ length: 2 ** rank }, (_, mask) =>
    Array.from({ length: rank }, (_, d) => d).filter((d) => mask & (1 << d)),
  )
  return [undefined, ...sets.filter((axes) => axes.length > 0), ...(rank > 0 ? [-1] : [])]
}

describe.each(shapes.map((shape) => [shape]))('reductions of [%s]', (shape) => {
  const rank = shape.length
  for (const axis of axesOf(rank)) {
    it(`over ${axis ?? 'all'} equal backend-cpu: sums within ${SUM}, the others exactly`, async () => {
      for (const keepDims of [false, true]) {
        await compareWithCpu(() => [wave(shape).sum(axis, keepDims), wave(shape).mean(axis, keepDims)], SUM)
        await compareWithCpu(() => [wave(shape).max(axis, keepDims), wave(shape).min(axis, keepDims)])
        await compareWithCpu(() => [whole(shape).sum(axis, keepDims), whole(shape).max(axis, keepDims)])
        await compareWithCpu(() => whole(shape).min(axis, keepDims))
        await compareWithCpu(() => [tf.prod(wave(shape), axis, keepDims), tf.mean(bits(shape), axis, keepDims)], 1e-6)
        await compareWithCpu(() => [tf.any(bits(shape), axis, keepDims), tf.all(bits(shape), axis, keepDims)])
        await compareWithCpu(() => [bits(shape).max(axis, keepDims), bits(shape).min(axis, keepDims)])
        await compareWithCpu(() => [tf.sum(bits(shape), axis, keepDims), tf.prod(bits(shape), axis, keepDims)])
        await compareWithCpu(() => tf.prod(whole(shape), axis, keepDims))
        await compareWithCpu(() => tf.mean(whole(shape), axis, keepDims), 1e-5)
      }
    })
  }
  for (let axis = 0; axis < rank; axis++)
    it(`argMax and argMin over ${axis} equal backend-cpu`, async () => {
      await compareWithCpu(() => [wave(shape).argMax(axis), wave(shape).argMin(axis - rank)])
      await compareWithCpu(() => [whole(shape).argMax(axis), whole(shape).argMin(axis)])
      await compareWithCpu(() => [bits(shape).argMax(axis), bits(shape).argMin(axis)])
    })
})

describe('reductions', () => {
  it('of nothing equal backend-cpu', async () => {
    for (const shape of [[0], [0, 3], [3, 0], [2, 0, 3]])
      for (const dtype of ['float32', 'int32', 'bool'] as const) {
        const x = () => tf.zeros(shape, dtype)
        for (const axis of axesOf(shape.length)) {
          await compareWithCpu(() => [x().sum(axis), x().mean(axis), tf.prod(x(), axis)])
          await compareWithCpu(() => [x().max(axis), x().min(axis, true)])
          if (dtype === 'bool') await compareWithCpu(() => [tf.any(x(), axis), tf.all(x(), axis)])
        }
        for (let axis = 0; axis < shape.length; axis++) await compareWithCpu(() => [x().argMax(axis), x().argMin(axis)])
      }
  })

  it('multiply over axes that lie apart as in one go', async () => {
    const x = () => tf.tensor([1e30, 1, 1e-30, 1, 1e30, 1, 1e-30, 1], [2, 2, 2])
    await compareWithCpu(() => tf.prod(x(), [0, 2]), 1e-6)
    const large = () => tf.tensor([65537, -65539, 1 << 30, 3, 2147483647, -2147483648, 9, 11], [2, 2, 2], 'int32')
    await compareWithCpu(() => [tf.prod(large(), [0, 2]), tf.prod(large()), tf.prod(large(), 1)])
  })

  it('treat NaN and infinities as backend-cpu does', async () => {
    const odd = () => tf.tensor2d([NaN, 1, 2, 3, Infinity, 5, 6, -Infinity, 7, -Infinity, NaN, -0, 0, 1, 1], [3, 5])
    for (const axis of [0, 1, undefined]) {
      await compareWithCpu(() => [odd().sum(axis), odd().mean(axis), odd().max(axis), odd().min(axis)], 1e-6)
      if (axis !== undefined) await compareWithCpu(() => [odd().argMax(axis), odd().argMin(axis)])
    }
  })

  it('over an axis that is not there is an error, and the next call works', async () => {
    await tf.setBackend('lanewise')
    for (const op of [tf.sum, tf.mean, tf.max, tf.min, tf.prod])
      expect(() => tf.tidy(() => op(tf.ones([2, 3]), 2))).toThrow('axis 2')
    expect(() => tf.tidy(() => tf.argMax(tf.ones([2, 3]), 2))).toThrow('axis 2')
    expect(tf.tidy(() => tf.sum(tf.ones([2, 3])).arraySync())).toBe(6)
  })
})

describe('softmax', () => {
  it.each([[[1]], [[10]], [[32, 10]], [[2, 3, 17]], [[0, 4]], [[4, 0]]])(
    'of [%s] is within 1e-6 of backend-cpu',
    async (shape) => {
      await compareWithCpu(() => tf.softmax(wave(shape, 9)), 1e-6)
      await compareWithCpu(() => tf.grad((x) => tf.softmax(x).square())(wave(shape, 9)), 1e-6)
    },
  )

  it('of NaN, infinities and numbers far apart is within 1e-6 of backend-cpu', async () => {
    const odd = () => tf.tensor([NaN, 1, -Infinity, 2, Infinity, 1, 1e9, -1e9], [4, 2])
    await compareWithCpu(() => [tf.softmax(odd()), tf.logSoftmax(wave([3, 7]))], 1e-6)
  })

  it('of another dimension than the last is an error that names it', async () => {
    await tf.setBackend('lanewise')
    const x = tf.ones([2, 3])
    expect(() => tf.engine().runKernel('Softmax', { logits: x }, { dim: 0 })).toThrow(/dim is 0/)
    expect([...tf.softmax(x).dataSync()].map((p) => p.toFixed(3))).toEqual(new Array(6).fill('0.333'))
    x.dispose()
  })
})
