import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

type Op = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor

const floats = [0, -0, 1, -1, 2, 0.5, -2.5, 3, 7, -40, NaN, Infinity, -Infinity, 1e-40, -3e38]
const ints = [0, 1, -1, 2, -7, 40, 2 ** 31 - 1, -(2 ** 31), 65537, -123456789]

/** The op and whether int32 has a SIMD kernel too. */
const ops: Record<string, [op: Op, int32?: boolean]> = {
  add: [tf.add, true],
  div: [tf.div],
  equal: [tf.equal, true],
  floorDiv: [tf.floorDiv, true],
  greater: [tf.greater, true],
  greaterEqual: [tf.greaterEqual, true],
  less: [tf.less, true],
  lessEqual: [tf.lessEqual, true],
  maximum: [tf.maximum, true],
  minimum: [tf.minimum, true],
  mod: [tf.mod, true],
  mul: [tf.mul, true],
  notEqual: [tf.notEqual, true],
  pow: [tf.pow],
  prelu: [(a, b) => tf.prelu(a as tf.Tensor1D, b as tf.Tensor1D)],
  squaredDifference: [tf.squaredDifference, true],
  sub: [tf.sub, true],
}

/** Relative to max(|y|, 1): f32 arithmetic against double precision rounded once. */
const TOLERANCE = 2.5e-7

const shapes: [a: number[], b: number[]][] = [
  [[7], [7]],
  [[], [3]],
  [[4, 5], []],
  [[4, 5], [5]],
  [
    [4, 5],
    [4, 1],
  ],
  [
    [1, 5],
    [4, 1],
  ],
  [
    [2, 1, 3, 1],
    [4, 1, 5],
  ],
  [
    [0, 3],
    [1, 3],
  ],
]

const pick = (values: number[], shape: number[], from: number) =>
  Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => values[(i * 7 + from) % values.length])

describe('binary kernels', () => {
  for (const [name, [op, int32 = false]] of Object.entries(ops)) {
    it(`${name} is within ${TOLERANCE} of backend-cpu under broadcasting; int32 is equal`, async () => {
      for (const [a, b] of shapes) {
        for (const from of [0, 4]) {
          await compareWithCpu(
            () => op(tf.tensor(pick(floats, a, 1), a), tf.tensor(pick(floats, b, from), b)),
            TOLERANCE,
          )
          if (int32)
            await compareWithCpu(() =>
              op(tf.tensor(pick(ints, a, 1), a, 'int32'), tf.tensor(pick(ints, b, from), b, 'int32')),
            )
        }
      }
    })
  }

  it('division and powers of int32 equal backend-cpu', async () => {
    const a = () => tf.tensor([7, -7, 3], [3], 'int32')
    await compareWithCpu(() => tf.div(a(), tf.tensor([2, 2, -2], [3], 'int32')), 0, { fallback: 'silent' })
    await compareWithCpu(() => tf.pow(a(), tf.tensor([2, 3, 0], [3], 'int32')), 0, { fallback: 'silent' })
  })

  it('logicalAnd, logicalOr and logicalXor equal backend-cpu', async () => {
    for (const op of [tf.logicalAnd, tf.logicalOr, tf.logicalXor] as Op[]) {
      for (const [a, b] of shapes) {
        await compareWithCpu(() =>
          op(tf.tensor(pick([0, 1, 1], a, 1), a, 'bool'), tf.tensor(pick([0, 1], b, 0), b, 'bool')),
        )
      }
    }
  })

  it("the gradients of elu and relu equal backend-cpu's", async () => {
    const x = () => tf.tensor([-2, -0.5, 0, 0.5, 3])
    await compareWithCpu(() => tf.grad((v) => tf.elu(v).square())(x()), 1e-6)
    await compareWithCpu(() => tf.grad((v) => tf.relu(v).square())(x()), 0)
  })

  it('refuses shapes that do not broadcast, and the next call works', async () => {
    await tf.setBackend('lanewise')
    expect(() => tf.tidy(() => tf.add(tf.ones([2, 3]), tf.ones([2, 4])))).toThrow(
      'Operands could not be broadcast together with shapes 2,3 and 2,4',
    )
    expect(tf.tidy(() => tf.add(tf.ones([2]), 1).arraySync())).toEqual([2, 2])
  })

  it('addN equals backend-cpu', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      for (const count of [1, 2, 5])
        await compareWithCpu(() =>
          tf.addN(Array.from({ length: count }, (_, i) => tf.tensor(pick(ints, [3, 3], i), [3, 3], dtype))),
        )
    }
    await compareWithCpu(() => tf.addN([tf.zeros([0, 2]), tf.zeros([0, 2])]))
  })
})
