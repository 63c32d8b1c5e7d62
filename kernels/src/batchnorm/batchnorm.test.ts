import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { batchNormBounds, batchNormReference } from './batchnorm.reference.ts'
import { batchNorm } from './batchnorm.ts'

describeVariants('batchnorm', (lab) => {
  it('batchnorm_f32 is off by four roundings at most, with and without scale and offset', () => {
    for (const channels of [1, 2, 3, 4, 5, 8, 15, 16, 17, 33, 64, 69, 128, 129]) {
      for (const rows of [0, 1, 2, 7, 8, 13, 29, 71, 143]) {
        for (const affine of [false, true]) {
          const random = (seed: number) => randomF32(channels, seed, 0.2, 2)
          const values = {
            x: randomF32(rows * channels, 1, -3, 3),
            mean: random(2),
            variance: random(3),
            scale: affine ? random(4) : undefined,
            offset: affine ? random(5) : undefined,
            epsilon: 0.001,
          }
          const y = lab().out(rows * channels * 4)
          const put = (v?: Float32Array) => (v ? lab().f32(v) : 0)
          batchNorm(lab().rt, {
            y,
            x: put(values.x),
            mean: put(values.mean),
            variance: put(values.variance),
            scale: put(values.scale),
            offset: put(values.offset),
            rows,
            channels,
            epsilon: values.epsilon,
          })
          const actual = lab().readF32(y, rows * channels)
          const expected = batchNormReference(values)
          const bounds = batchNormBounds(values)
          expect(expected.filter((y, i) => !(Math.abs(actual[i] - y) <= bounds[i]))).toEqual([])
          lab().done()
        }
      }
    }
  })
})
