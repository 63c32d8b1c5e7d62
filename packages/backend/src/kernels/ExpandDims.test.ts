import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { numbered } from './move.testing.ts'

describe('ExpandDims', () => {
  it('equals backend-cpu', async () => {
    for (const dim of [0, 1, 2, -1, -3]) await compareWithCpu(() => tf.expandDims(numbered([2, 3]), dim))
  })
})
