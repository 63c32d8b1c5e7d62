import { expect, it } from 'vitest'
import { describeVariants, maxRelativeError, randomF32 } from '../runtime/lab.ts'
import {
  resizeBilinearGradReference,
  resizeBilinearReference,
  resizeNearestGradReference,
  resizeNearestReference,
} from './resize.reference.ts'
import { resizeBilinear, resizeBilinearGrad, resizeNearest, resizeNearestGrad } from './resize.ts'

const TOLERANCE = 1e-6
/** Sums of up to 77 terms. */
const GRAD_TOLERANCE = 4e-6

const sizes = [
  [1, 1, 1, 1],
  [1, 1, 4, 5],
  [4, 5, 1, 1],
  [3, 4, 6, 8],
  [6, 7, 3, 2],
  [5, 5, 5, 5],
  [2, 3, 7, 11],
]

describeVariants('resize', (lab) => {
  for (const alignCorners of [false, true])
    for (const halfPixelCenters of [false, true]) {
      if (alignCorners && halfPixelCenters) continue
      const how = alignCorners ? 'corners aligned' : halfPixelCenters ? 'half pixel centres' : 'as by default'
      it.each([1, 3, 4, 5, 8, 16, 17, 33])(
        `resize_bilinear_f32 is within ${TOLERANCE}, the nearest pixel exact, gradients within ${GRAD_TOLERANCE}, ${how}, %i channels`,
        (channels) => {
          for (const [height, width, newHeight, newWidth] of sizes)
            for (const batch of [1, 2]) {
              const shape = { batch, height, width, channels, newHeight, newWidth, alignCorners, halfPixelCenters }
              const x = randomF32(batch * height * width * channels, channels)
              const n = batch * newHeight * newWidth * channels
              const y = lab().out(n * 4)
              const z = lab().out(n * 4)
              const source = lab().f32(x)
              resizeBilinear(lab().rt, { ...shape, x: source, y })
              resizeNearest(lab().rt, { ...shape, x: source, y: z }, 4)
              const error = maxRelativeError(lab().readF32(y, n), resizeBilinearReference(x, shape))
              expect(error).toBeLessThan(TOLERANCE)
              expect(Array.from(lab().readF32(z, n))).toEqual(resizeNearestReference(x, shape))

              const dy = randomF32(n, channels + 1)
              const at = { dy: lab().f32(dy), dx: lab().out(x.length * 4) }
              resizeBilinearGrad(lab().rt, { ...shape, ...at })
              const dx = resizeBilinearGradReference(dy, shape)
              expect(maxRelativeError(lab().readF32(at.dx, x.length), dx)).toBeLessThan(GRAD_TOLERANCE)
              resizeNearestGrad(lab().rt, { ...shape, ...at })
              const nearest = resizeNearestGradReference(dy, shape)
              expect(maxRelativeError(lab().readF32(at.dx, x.length), nearest)).toBeLessThan(GRAD_TOLERANCE)
              lab().done()
            }
        },
      )
    }
})
