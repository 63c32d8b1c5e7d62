import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { numbered } from './move.testing.ts'

describe('UnsortedSegmentSum', () => {
  it('equals backend-cpu within 1e-6, ids out of range included', async () => {
    for (const shape of [[6], [6, 1], [6, 5], [6, 2, 3], [0, 3]]) {
      const ids = () => tf.tensor1d([0, 3, 3, -1, 1, 7].slice(0, shape[0]), 'int32')
      await compareWithCpu(() => tf.unsortedSegmentSum(numbered(shape), ids(), 5), 1e-6)
    }
  })
})
