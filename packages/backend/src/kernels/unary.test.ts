import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

const special = [0, -0, 1, -1, 0.5, 2.5, -1.5, 7, -40, 88, 1e-7, NaN, Infinity, -Infinity, 1e-40, -3e38]
const SMOOTH = 1e-6

/** The op, its largest difference from backend-cpu relative to max(|y|, 1), and whether int32 has a SIMD kernel too. */
const ops: Record<string, [op: (x: tf.Tensor) => tf.Tensor, tolerance?: number, int32?: boolean]> = {
  abs: [tf.abs, 0, true],
  ceil: [tf.ceil],
  clipByValue: [(x) => tf.clipByValue(x, -0.7, 1.1)],
  elu: [tf.elu, SMOOTH],
  erf: [tf.erf, SMOOTH],
  exp: [tf.exp, SMOOTH],
  expm1: [tf.expm1, SMOOTH],
  floor: [tf.floor],
  isFinite: [tf.isFinite],
  isInf: [tf.isInf],
  isNaN: [tf.isNaN],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.3), SMOOTH],
  log: [tf.log, SMOOTH],
  log1p: [tf.log1p, SMOOTH],
  neg: [tf.neg, 0, true],
  reciprocal: [tf.reciprocal],
  relu: [tf.relu, 0, true],
  relu6: [tf.relu6],
  round: [tf.round],
  rsqrt: [tf.rsqrt, SMOOTH],
  selu: [tf.selu, SMOOTH],
  sigmoid: [tf.sigmoid, SMOOTH],
  sign: [tf.sign, 0, true],
  softplus: [tf.softplus, SMOOTH],
  sqrt: [tf.sqrt],
  square: [tf.square, 0, true],
  step: [(x) => tf.step(x, -0.3)],
  tanh: [tf.tanh, SMOOTH],
}

describe('unary kernels', () => {
  for (const [name, [op, tolerance = 0, int32 = false]] of Object.entries(ops)) {
    it(`${name} is within ${tolerance} of backend-cpu, special values, int32 and no elements included`, async () => {
      await compareWithCpu(() => op(tf.tensor(special)), tolerance)
      await compareWithCpu(() => op(tf.tensor([], [0, 3])), tolerance)
      await compareWithCpu(() => op(tf.tensor(-3)), tolerance)
      if (int32) await compareWithCpu(() => op(tf.tensor([-3, 0, 4000], [3], 'int32')))
    })
  }

  it('int32 falls back where it has no SIMD kernel', async () => {
    for (const op of [tf.reciprocal, tf.relu6, tf.round])
      await compareWithCpu(() => op(tf.tensor([-3, 1, 4000], [3], 'int32')), 0, { fallback: 'silent' })
  })

  it('logicalNot equals backend-cpu', async () => {
    await compareWithCpu(() => tf.logicalNot(tf.tensor([true, false, false], [3], 'bool')))
  })
})
