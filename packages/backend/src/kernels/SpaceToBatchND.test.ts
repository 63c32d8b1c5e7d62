import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { numbered } from './move.testing.ts'

describe('SpaceToBatchND, BatchToSpaceND, DepthToSpace', () => {
  it('equal backend-cpu', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const x = (shape: number[]) => numbered(shape, dtype) as tf.Tensor4D
      for (const [block, paddings] of [
        [
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ],
        [
          [2, 3],
          [
            [1, 1],
            [2, 1],
          ],
        ],
        [
          [1, 1],
          [
            [1, 0],
            [0, 0],
          ],
        ],
      ])
        await compareWithCpu(() => tf.spaceToBatchND(x([2, 4, 6, 3]), block as number[], paddings as number[][]))
      await compareWithCpu(() => tf.spaceToBatchND(x([2, 6]), [3], [[0, 0]]))
      await compareWithCpu(() =>
        tf.batchToSpaceND(
          x([8, 2, 3, 5]),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
      )
      await compareWithCpu(() =>
        tf.batchToSpaceND(
          x([8, 2, 3, 5]),
          [2, 2],
          [
            [1, 0],
            [1, 2],
          ],
        ),
      )
    }
    await compareWithCpu(() => tf.depthToSpace(numbered([2, 3, 4, 8]) as tf.Tensor4D, 2))
    await compareWithCpu(() => tf.depthToSpace(numbered([1, 2, 2, 27]) as tf.Tensor4D, 3))
  })
})
