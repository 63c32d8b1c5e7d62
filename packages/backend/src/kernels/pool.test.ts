import {
  AvgPool,
  AvgPoolGrad,
  engine,
  MaxPool,
  MaxPoolGrad,
  maxPool,
  setBackend,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

type Shape = [number, number, number, number]
type Pad = Parameters<typeof maxPool>[3]

/** Wave-like numbers; rounded, so that windows hold ties, and with NaN and infinities, when `ties`. */
function image(shape: Shape, ties = false): Tensor4D {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 3 * Math.sin(i * i + 1))
  if (ties) for (let i = 0; i < values.length; i++) values[i] = i % 17 === 3 ? Number.NaN : Math.round(values[i])
  if (ties) for (let i = 5; i < values.length; i += 23) values[i] = Number.NEGATIVE_INFINITY
  return tensor4d(values, shape)
}

// The ops around these kernels call others.
const run = (kernel: string, inputs: object, attrs: object) =>
  engine().runKernel(kernel, inputs as never, attrs as never) as Tensor
const pool = (kernel: string, x: Tensor, attrs: object) => run(kernel, { x }, attrs)
const averageGradient = (x: Tensor, dy: Tensor, attrs: object) => run(AvgPoolGrad, { dy, input: x }, attrs)
/** backend-cpu, too, finds the largest numbers in x again and does not read `output`. */
const maxGradient = (x: Tensor, dy: Tensor, attrs: object) => run(MaxPoolGrad, { dy, input: x, output: dy }, attrs)

const pads: [Pad, 'floor' | 'ceil' | undefined][] = [
  ['valid', undefined],
  ['same', undefined],
  [0, undefined],
  [1, 'floor'],
  [1, 'ceil'],
  [
    [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ] as never,
    undefined,
  ],
]

describe('pooling equals backend-cpu', () => {
  for (const filterSize of [1, 2, 3, [3, 2]] as (number | [number, number])[])
    for (const strides of [1, 2, 3, [1, 2]] as (number | [number, number])[])
      for (const [pad, rounding] of pads) {
        it(`filter ${filterSize}, stride ${strides}, pad ${JSON.stringify(pad)} ${rounding ?? ''}`, async () => {
          const attrs = { filterSize, strides, pad }
          const forward = { ...attrs, dimRoundingMode: rounding }
          for (const ties of [false, true]) {
            const x = () => image([2, 7, 6, 5], ties)
            await compareWithCpu(() => pool(MaxPool, x(), forward))
            await compareWithCpu(() => {
              const dy = image(pool(MaxPool, x(), forward).shape as Shape)
              return [pool(AvgPool, x(), forward), maxGradient(x(), dy, attrs), averageGradient(x(), dy, attrs)]
            }, 1e-6)
          }
        })
      }

  it.each([
    [0, 4, 4, 3],
    [2, 4, 4, 0],
    [1, 2, 4, 3],
  ] as Shape[])('an image or a result without pixels: %i, %i, %i, %i', async (...shape) => {
    const attrs = { filterSize: 3, strides: 1, pad: 'valid' }
    await compareWithCpu(() => {
      const y = pool(MaxPool, image(shape), attrs)
      const dy = image(y.shape as Shape)
      const gradients = [maxGradient(image(shape), dy, attrs), averageGradient(image(shape), dy, attrs)]
      return [y, pool(AvgPool, image(shape), attrs), ...gradients]
    })
  })

  it('int32 images are served by backend-cpu', async () => {
    const x = () => tensor4d([1, -7, 3, 4], [1, 2, 2, 1], 'int32')
    await compareWithCpu(() => maxPool(x(), 2, 1, 'same'), 0, { fallback: 'silent' })
    await expect(compareWithCpu(() => maxPool(x(), 2, 1, 'same'))).rejects.toThrow(/MaxPool.*x is int32/)
  })

  it('says what does not fit, and goes on', async () => {
    await setBackend('lanewise')
    expect(() => maxPool(image([1, 2, 2, 1]), 4, 1, 'valid')).toThrow(
      'MaxPool: a filter of 4x4 does not fit in an image of 2x2 with padding 0,0,0,0',
    )
    const attrs = { filterSize: 2, strides: 2, pad: 'valid' }
    expect(() => maxGradient(image([1, 8, 8, 1]), image([1, 3, 3, 1]), attrs)).toThrow(
      'MaxPoolGrad: dy has shape [1,3,3,1], expected [1,4,4,1]',
    )
    await compareWithCpu(() => maxPool(image([1, 4, 4, 1]), 2, 2, 'valid'))
  })
})
