import { abs, neg, relu, tensor } from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

const special = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, -3e38]

describe('unary kernels', () => {
  for (const op of [abs, neg, relu]) {
    it(`${op.name} equals backend-cpu, special values and int32 included`, async () => {
      await compareWithCpu(() => op(tensor(special)))
      await compareWithCpu(() => op(tensor([], [0, 3])))
      await compareWithCpu(() => op(tensor(-3)))
      await compareWithCpu(() => op(tensor([-3, 0, 2 ** 30], [3], 'int32')), 0, { fallback: 'silent' })
    })
  }
})
