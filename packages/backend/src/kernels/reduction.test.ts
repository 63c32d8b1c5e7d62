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
        const one = { fallback: 'silent' as const }
        await compareWithCpu(() => tf.prod(wave(shape), axis, keepDims), 1e-6, one)
        await compareWithCpu(() => [tf.any(bits(shape), axis, keepDims), tf.all(bits(shape), axis, keepDims)], 0, one)
      }
    })
  }
  for (let axis = 0; axis < rank; axis++)
    it(`argMax and argMin over ${axis} equal backend-cpu`, async () => {
      await compareWithCpu(() => [wave(shape).argMax(axis), wave(shape).argMin(axis - rank)])
      await compareWithCpu(() => [whole(shape).argMax(axis), whole(shape).argMin(axis)])
    })
})

describe('reductions', () => {
  it('of nothing equal backend-cpu', async () => {
    const silent = { fallback: 'silent' as const }
    for (const shape of [[0], [0, 3], [3, 0], [2, 0, 3]])
      for (const axis of axesOf(shape.length)) {
        await compareWithCpu(() => [tf.zeros(shape).sum(axis), tf.zeros(shape).mean(axis)])
        await compareWithCpu(
          () => [tf.zeros(shape).max(axis), tf.zeros(shape).min(axis), tf.prod(tf.zeros(shape), axis)],
          0,
          silent,
        )
      }
  })

  it('treat NaN and infinities as backend-cpu does', async () => {
    const odd = () => tf.tensor2d([NaN, 1, 2, 3, Infinity, 5, 6, -Infinity, 7, -Infinity, NaN, -0, 0, 1, 1], [3, 5])
    for (const axis of [0, 1, undefined]) {
      await compareWithCpu(() => [odd().sum(axis), odd().mean(axis), odd().max(axis), odd().min(axis)], 1e-6)
      if (axis !== undefined) await compareWithCpu(() => [odd().argMax(axis), odd().argMin(axis)])
    }
  })

  it('sum bool, and average int32, as backend-cpu does', async () => {
    const silent = { fallback: 'silent' as const }
    await compareWithCpu(() => [tf.sum(bits([3, 4]), 0), tf.mean(bits([3, 4]), 1)], 1e-6, silent)
    await compareWithCpu(() => tf.mean(whole([3, 4]), 1), 1e-5, silent)
  })
})

describe('softmax', () => {
  it.each([[[1]], [[10]], [[32, 10]], [[2, 3, 17]], [[0, 4]], [[4, 0]]])(
    'of [%s] is within 1e-6 of backend-cpu',
    async (shape) => {
      await compareWithCpu(() => tf.softmax(wave(shape, 9)), 1e-6)
    },
  )

  it('of another dimension than the last is an error that names it', async () => {
    await tf.setBackend('lanewise')
    const x = tf.ones([2, 3])
    expect(() => tf.engine().runKernel('Softmax', { logits: x }, { dim: 0 })).toThrow(/dim is 0/)
    expect([...tf.softmax(x).dataSync()].map((p) => p.toFixed(3))).toEqual(new Array(6).fill('0.333'))
    x.dispose()
  })
})
