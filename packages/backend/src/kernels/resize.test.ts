import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { type DataType, numbered } from './move.testing.ts'

describe('ResizeBilinear and ResizeNearestNeighbor', () => {
  it('equal backend-cpu, the bilinear one within 1e-6', async () => {
    for (const [alignCorners, halfPixelCenters] of [
      [false, false],
      [true, false],
      [false, true],
    ])
      for (const size of [
        [1, 1],
        [4, 9],
        [10, 3],
        [5, 7],
      ] as [number, number][]) {
        const images = (dtype: DataType = 'float32') => numbered([2, 5, 7, 3], dtype) as tf.Tensor4D
        await compareWithCpu(() => tf.image.resizeBilinear(images(), size, alignCorners, halfPixelCenters), 1e-6)
        await compareWithCpu(() => tf.image.resizeNearestNeighbor(images(), size, alignCorners, halfPixelCenters))
        await compareWithCpu(() =>
          tf.image.resizeNearestNeighbor(images('int32'), size, alignCorners, halfPixelCenters),
        )
      }
  })
})
