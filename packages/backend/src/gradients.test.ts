// tfjs-layers registers tfjs-core's gradients when it is imported, here after this backend's were.
import './index.ts'
import {
  Conv2D,
  conv2d,
  cumsum,
  type GradConfig,
  getGradient,
  grad,
  grads,
  maximum,
  ones,
  registerGradient,
  setBackend,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

let stock: GradConfig

beforeAll(async () => {
  const ours = getGradient(Conv2D)
  await import('@tensorflow/tfjs-layers')
  stock = getGradient(Conv2D)
  expect(stock).not.toBe(ours)
  await setBackend('lanewise')
})

const dilated = () =>
  grad((x: Tensor) => sum(conv2d(x as Tensor4D, ones([2, 2, 1, 1]), 1, 'valid', 'NHWC', 2)))(ones([1, 3, 3, 1]))

describe('gradients that tfjs-core refuses or has wrong, where tfjs-layers is imported after the backend', () => {
  it('conv2d with dilations', async () => {
    expect([...(await dilated().data())]).toEqual([1, 0, 1, 0, 0, 0, 1, 0, 1])
  })

  it('cumsum over the first axis', async () => {
    const dx = grad((x: Tensor) => sum(cumsum(x, 0)))(ones([3, 2]))
    expect(dx.shape).toEqual([3, 2])
    expect([...(await dx.data())]).toEqual([3, 3, 2, 2, 1, 1])
  })

  it('maximum of shapes that differ', async () => {
    const [da, db] = grads((a: Tensor, b: Tensor) => sum(maximum(a, b)))([tensor([[1, 5]]), tensor([[2], [3]])])
    expect([da.shape, [...(await da.data())]]).toEqual([
      [1, 2],
      [0, 2],
    ])
    expect([db.shape, [...(await db.data())]]).toEqual([
      [2, 1],
      [1, 1],
    ])
  })

  it('conv2d with dilations, where tfjs-layers is imported by the packages when the backend is in use', async () => {
    registerGradient(stock)
    expect(dilated).toThrow('dilation rates greater than 1 are not yet supported')
    await import('./layers/index.ts')
    expect([...(await dilated().data())]).toEqual([1, 0, 1, 0, 0, 0, 1, 0, 1])
  })
})
