import * as tf from '@tensorflow/tfjs-core'
import { both } from './case.ts'

const matrix = (a: number[], b: number[], transposeA = false, transposeB = false) =>
  both((numbers) => ({
    kernel: 'BatchMatMul',
    name: `[${a}] by [${b}], transposed: ${transposeA}, ${transposeB}`,
    inputs: [numbers(a, 1), numbers(b, 2)],
    f: (x, y) => tf.matMul(x, y, transposeA, transposeB),
  }))

export const matrices = [
  ...matrix([5, 9], [9, 7]),
  ...matrix([9, 5], [9, 7], true),
  ...matrix([5, 9], [7, 9], false, true),
  ...matrix([9, 5], [7, 9], true, true),
  ...matrix([1, 9], [9, 1]),
  ...matrix([3, 2, 4], [3, 4, 5]),
  ...matrix([2, 4, 2], [2, 5, 4], true, true),
  ...both((numbers) => ({
    kernel: '_FusedMatMul',
    name: 'with bias',
    inputs: [numbers([5, 9], 1), numbers([9, 7], 2), numbers([7], 3)],
    f: (a, b, bias) => tf.fused.matMul({ a, b, bias }),
  })),
]
