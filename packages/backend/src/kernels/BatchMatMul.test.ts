import {
  broadcastTo,
  engine,
  grads,
  matMul,
  memory,
  ones,
  setBackend,
  tensor,
  tensor2d,
  test_util,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { info } from '../index.ts'
import { compareWithCpu } from '../testing.ts'
import { filled } from './matMul.testing.ts'

const TOLERANCE = 1e-5

describe('BatchMatMul', () => {
  beforeAll(async () => {
    await setBackend('lanewise')
  })

  it.each([
    [1, 1, 1],
    [1, 10, 128],
    [10, 1, 128],
    [7, 9, 5],
    [33, 17, 300],
    [130, 70, 65],
  ])('equals backend-cpu within 1e-5 for %i x %i x %i, with every transpose', async (m, n, k) => {
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        await compareWithCpu(() => {
          const a = filled(transposeA ? [k, m] : [m, k], 1)
          const b = filled(transposeB ? [n, k] : [k, n], 2)
          return matMul(a, b, transposeA, transposeB)
        }, TOLERANCE)
  })

  it('equals backend-cpu for batches, and broadcasts them', async () => {
    for (const [outerA, outerB] of [
      [[3], [3]],
      [[1], [3]],
      [[3], [1]],
      [[2, 3], [3]],
      [[], [2, 3]],
      [[2, 3], []],
    ])
      for (const transposeA of [false, true])
        await compareWithCpu(
          () =>
            matMul(filled([...outerA, ...(transposeA ? [5, 4] : [4, 5])], 1), filled([...outerB, 5, 6], 2), transposeA),
          TOLERANCE,
        )
  })

  it.each([
    [2, 2, 2],
    [3, 3, 3],
    [4, 4, 1],
    [1, 1, 3],
    [1, 1, 64],
    [3, 1, 2],
    [1, 3, 9],
  ])('equals backend-cpu for batches of tiny products %i x %i x %i, broadcast or not', async (m, n, k) => {
    for (const [outerA, outerB] of [
      [[7], [7]],
      [[7], [1]],
      [[1], [7]],
      [[2, 3], [3]],
      [[3], [2, 3]],
    ])
      for (const transposeA of [false, true])
        for (const transposeB of [false, true])
          await compareWithCpu(() => {
            const a = filled([...outerA, ...(transposeA ? [k, m] : [m, k])], 1)
            const b = filled([...outerB, ...(transposeB ? [n, k] : [k, n])], 2)
            return matMul(a, b, transposeA, transposeB)
          }, TOLERANCE)
  })

  it('broadcasts each dimension of the batch by itself', () => {
    tidy(() => {
      // Dimensions that both have, one of them, or neither, in each order.
      const shapes = [
        [
          [3, 1],
          [1, 4],
          [3, 4],
        ],
        [
          [2, 3, 1],
          [3, 4],
          [2, 3, 4],
        ],
        [
          [2, 1, 3, 4],
          [2, 2, 1, 1],
          [2, 2, 3, 4],
        ],
        [
          [2, 2, 1, 3],
          [2, 1, 1, 3],
          [2, 2, 1, 3],
        ],
      ]
      for (const [outerA, outerB, outer] of shapes)
        for (const size of [2, 3, 6]) {
          const [a, b] = [filled([...outerA, size, size], 1), filled([...outerB, size, size], 2)]
          const whole = [...outer, size, size]
          const expected = matMul(broadcastTo(a, whole), broadcastTo(b, whole))
          test_util.expectArraysClose(matMul(a, b).dataSync(), expected.dataSync(), TOLERANCE)
        }
      const a = filled([2, 1, 4, 5], 1)
      const b = filled([1, 3, 5, 6], 2)
      const c = matMul(a, b)
      expect(c.shape).toEqual([2, 3, 4, 6])
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 3; j++) {
          const [ai, bj] = [a.slice([i, 0], [1, 1]).reshape([4, 5]), b.slice([0, j], [1, 1]).reshape([5, 6])]
          const expected = matMul(ai, bj).dataSync()
          expect(c.slice([i, j], [1, 1]).dataSync()).toEqual(expected)
        }
    })
  })

  it('equals backend-cpu for zero sizes, NaN and infinities', async () => {
    for (const [m, n, k] of [
      [0, 3, 2],
      [3, 0, 2],
      [3, 2, 0],
    ])
      await compareWithCpu(() => matMul(ones([m, k]), ones([k, n])))
    await compareWithCpu(() => matMul(ones([0, 2, 3]), ones([0, 3, 2])))
    await compareWithCpu(() =>
      matMul(
        tensor2d([
          [Number.NaN, 1],
          [Number.POSITIVE_INFINITY, 0],
          [1, 2],
        ]),
        tensor2d([
          [1, 0],
          [2, -1],
        ]),
      ),
    )
  })

  it('leaves int32 to backend-cpu', async () => {
    const product = () => matMul(tensor([1, 2, 3, 4], [2, 2], 'int32'), tensor([5, 6, 7, 8], [2, 2], 'int32'))
    await compareWithCpu(product, 0, { fallback: 'silent' })
    await expect(compareWithCpu(product)).rejects.toThrow('BatchMatMul')
  })

  it('has gradients that equal backend-cpu, with every transpose', async () => {
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        await compareWithCpu(() => {
          const a = filled(transposeA ? [2, 5, 4] : [2, 4, 5], 1)
          const b = filled(transposeB ? [2, 6, 5] : [2, 5, 6], 2)
          return grads((x, y) => matMul(x, y, transposeA, transposeB))([a, b], filled([2, 4, 6], 3))
        }, TOLERANCE)
  })

  it.each([
    { rows: 8, n: 24, k: 40, transposed: true },
    { rows: 8, n: 512, k: 256, transposed: false },
    { rows: 200, n: 128, k: 128, transposed: false },
  ])('keeps the panels of a matrix that is used again, and frees them with it: %o', ({ rows, n, k, transposed }) => {
    const bytes = info().memory.bytesInUse
    const weights = filled(transposed ? [n, k] : [k, n], 1)
    const x = filled([rows, k], 2)
    const multiply = () => {
      const y = matMul(x, weights, false, transposed)
      const values = y.dataSync()
      y.dispose()
      return values
    }
    const first = multiply()
    const once = info().memory.bytesInUse
    expect(multiply()).toEqual(first)
    const twice = info().memory.bytesInUse
    expect(twice).toBeGreaterThanOrEqual(once + n * k * 4)
    expect(multiply()).toEqual(first)
    expect(info().memory.bytesInUse).toBe(twice)
    weights.dispose()
    x.dispose()
    expect(info().memory.bytesInUse).toBe(bytes)
  })

  it('names what is wrong with shapes, and works again after it', () => {
    expect(() => matMul(ones([2, 3]), ones([4, 5]))).toThrow('a of shape [2,3] has 3 columns')
    const run = (a: number[], b: number[]) =>
      tidy(() => engine().runKernel('BatchMatMul', { a: ones(a), b: ones(b) }, { transposeA: false, transposeB: true }))
    const tensors = memory().numTensors
    expect(() => run([2, 3], [4, 5])).toThrow(
      'a of shape [2,3] has 3 columns, but b of shape [4,5], transposed, has 5 rows',
    )
    expect(() => run([3], [4, 3])).toThrow('a has shape [3]')
    expect(() => run([2, 2, 3], [3, 4, 3])).toThrow('the batches [2] of a and [3] of b do not broadcast')
    expect(memory().numTensors).toBe(tensors)
    tidy(() => {
      expect([...matMul(ones([1, 2]), ones([2, 1])).dataSync()]).toEqual([2])
    })
  })
})
