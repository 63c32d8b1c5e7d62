import { expect, it } from 'vitest'
import { describeVariants, maxRelativeError, randomF32 } from '../runtime/lab.ts'
import { segmentSumReference } from './segment.reference.ts'
import { segmentSum } from './segment.ts'

/** Sums of up to a hundred numbers in [-1, 1). */
const TOLERANCE = 2e-6

describeVariants('segment', (lab) => {
  it.each([0, 1, 2, 3, 4, 5, 15, 16, 17, 40])(
    `segment_sum_f32 is within ${TOLERANCE}, segment_sum_i32 exact, for %i segments`,
    (segments) => {
      for (const width of [0, 1, 3, 4, 5, 16, 33]) {
        for (const n of [0, 1, 100]) {
          const ids = Array.from(randomF32(n, width, -1, segments + 1), Math.floor)
          const x = randomF32(n * width, n)
          const integers = Array.from(x, (v) => Math.floor(v * 1000))
          const size = segments * width
          const y = lab().out(size * 4)
          const z = lab().out(size * 4)
          const shape = { ids: lab().i32(ids), n, width, segments }
          segmentSum(lab().rt, { ...shape, type: 'f32', x: lab().f32(x), y })
          segmentSum(lab().rt, { ...shape, type: 'i32', x: lab().i32(integers), y: z })
          const error = maxRelativeError(lab().readF32(y, size), segmentSumReference(x, ids, width, segments))
          expect(error).toBeLessThan(TOLERANCE)
          expect(Array.from(lab().readI32(z, size))).toEqual(segmentSumReference(integers, ids, width, segments))
          lab().done()
        }
      }
    },
  )
})
