import {
  avgPool3d,
  conv3d,
  conv3dTranspose,
  engine,
  grads,
  maxPool3d,
  maxPoolWithArgmax,
  mul,
  setBackend,
  type Tensor,
  type Tensor4D,
  type Tensor5D,
  tensor,
} from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

/** Relative to 1 or the result: sums of a few hundred products of numbers below 1. */
const TOLERANCE = 1e-5

function numbers(shape: number[], step: number): Tensor5D {
  const size = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(step * i * i)),
    shape as Tensor5D['shape'],
  )
}

/** f and its gradients, where their sum is weighed. */
const withGradients = (f: (...xs: Tensor[]) => Tensor, ...xs: Tensor[]): Tensor[] => {
  const y = f(...xs)
  return [y, ...grads((...given: Tensor[]) => mul(f(...given), numbers(y.shape, 3)))(xs)]
}

describe('conv3d, its gradients and conv3dTranspose equal backend-cpu', () => {
  for (const [depth, height, width] of [
    [1, 1, 1],
    [1, 3, 3],
    [3, 1, 1],
    [2, 3, 2],
    [3, 3, 3],
  ])
    for (const strides of [1, 2, [2, 1, 2]] as (number | [number, number, number])[])
      for (const pad of ['valid', 'same'] as const)
        it(`filter ${depth}x${height}x${width}, strides ${strides}, pad ${pad}`, async () => {
          for (const [inChannels, outChannels] of [
            [1, 8],
            [3, 5],
            [8, 17],
          ])
            await compareWithCpu(
              () =>
                withGradients(
                  (x, filter) => conv3d(x as Tensor5D, filter as Tensor5D, strides, pad),
                  numbers([2, 4, 6, 5, inChannels], 1),
                  numbers([depth, height, width, inChannels, outChannels], 2),
                ),
              TOLERANCE,
            )
        })

  it('transposed, and with dilations', async () => {
    await compareWithCpu(
      () =>
        withGradients(
          (x, filter) => conv3dTranspose(x as Tensor5D, filter as Tensor5D, [1, 6, 4, 6, 3], 2, 'same'),
          numbers([1, 3, 2, 3, 4], 1),
          numbers([2, 2, 3, 3, 4], 2),
        ),
      TOLERANCE,
    )
    await compareWithCpu(
      () => conv3d(numbers([1, 6, 7, 8, 3], 1), numbers([2, 2, 3, 3, 4], 2), 1, 'same', 'NDHWC', [2, 3, 1]),
      TOLERANCE,
    )
  })

  it('one filter under several shapes, and on volumes of its size and larger', async () => {
    await compareWithCpu(() => {
      const filter = numbers([3, 3, 3, 8, 16], 2)
      return [filter, filter.reshape([3, 3, 3, 4, 32]), filter].flatMap((f) =>
        withGradients(
          (x) => conv3d(x as Tensor5D, f as Tensor5D, 1, 'same'),
          numbers([1, 4, 4, 4, (f as Tensor5D).shape[3]], 1),
        ),
      )
    }, 4 * TOLERANCE)
    await compareWithCpu(() => {
      const filter = numbers([1, 2, 1, 7, 9], 2)
      return [
        [1, 1, 2, 1, 7],
        [1, 1, 4, 5, 7],
        [1, 3, 2, 1, 7],
      ].flatMap((shape, i) =>
        withGradients((x) => conv3d(x as Tensor5D, filter, i === 2 ? [2, 1, 1] : 1, 'valid'), numbers(shape, 1)),
      )
    }, TOLERANCE)
  })

  it('volumes or results without pixels', async () => {
    for (const shape of [
      [0, 4, 4, 4, 3],
      [2, 4, 4, 4, 0],
      [1, 1, 4, 4, 3],
      [1, 1, 1, 1, 3],
    ])
      await compareWithCpu(() => conv3d(numbers(shape, 1), numbers([2, 2, 2, shape[4], 3], 2), 1, 'valid'))
  })

  it('says what does not fit', async () => {
    await setBackend('lanewise')
    const dy = numbers([1, 2, 2, 2, 1], 1)
    expect(() =>
      engine().runKernel('Conv3DBackpropInputV2', { dy, filter: numbers([2, 2, 2, 1, 1], 2) }, {
        ...{ strides: 1, pad: 'valid', inputShape: [1, 4, 4, 4, 1] },
      } as never),
    ).toThrow('Conv3DBackpropInputV2: dy has shape [1,2,2,2,1], expected [1,3,3,3,1]')
  })
})

describe('pooling equals backend-cpu', () => {
  for (const filter of [1, 2, 3, [2, 3, 3]] as (number | [number, number, number])[])
    for (const strides of [1, 2, [1, 2, 3]] as (number | [number, number, number])[])
      for (const pad of ['valid', 'same'] as const)
        it(`volumes: filter ${filter}, strides ${strides}, pad ${pad}`, async () => {
          for (const channels of [1, 5, 33])
            for (const pool of [maxPool3d, avgPool3d])
              await compareWithCpu(
                () =>
                  withGradients(
                    (x) => pool(x as Tensor5D, filter, strides, pad) as Tensor,
                    numbers([2, 4, 6, 5, channels], 1),
                  ),
                TOLERANCE,
              )
        })

  for (const includeBatch of [false, true])
    it(`maxima and where they are, includeBatchInIndex ${includeBatch}`, async () => {
      for (const channels of [1, 4, 7])
        for (const pad of ['valid', 'same'] as const)
          await compareWithCpu(() =>
            Object.values(
              maxPoolWithArgmax(numbers([2, 7, 6, channels], 1) as unknown as Tensor4D, [3, 2], 2, pad, includeBatch),
            ),
          )
    })
})
