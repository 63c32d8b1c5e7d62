import { fused, setBackend, type Tensor, type Tensor2D, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { filled } from './matMul.testing.ts'

const TOLERANCE = 1e-5

type Options = Partial<Parameters<typeof fused.matMul>[0]>
const product = (m: number, n: number, k: number, options: () => Options) => () =>
  fused.matMul({ a: filled([m, k], 1), b: filled([k, n], 2), ...options() }) as Tensor

describe('_FusedMatMul', () => {
  beforeAll(async () => {
    await setBackend('lanewise')
  })

  it.each(['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid'] as const)(
    '%s with a bias equals backend-cpu within 1e-5',
    async (activation) => {
      for (const [m, n, k] of [
        [1, 10, 128],
        [10, 1, 33],
        [33, 17, 300],
        [2, 3, 0],
        [0, 3, 2],
      ]) {
        await compareWithCpu(
          product(m, n, k, () => ({ bias: filled([n], 3), activation, leakyreluAlpha: 0.3 })),
          TOLERANCE,
        )
        await compareWithCpu(
          product(m, n, k, () => ({ activation, leakyreluAlpha: 0.3 })),
          TOLERANCE,
        )
      }
    },
  )

  it.each([[[17]], [[1, 17]], [[1]], [[]], [[9, 1]], [[9, 17]]])('takes a bias of shape [%s]', async (shape) => {
    await compareWithCpu(
      product(9, 17, 20, () => ({ bias: filled(shape, 3), activation: 'relu' })),
      TOLERANCE,
    )
  })

  it.each([[[17]], [[1, 17]], [[1]], [[]]])('takes prelu weights of shape [%s]', async (shape) => {
    await compareWithCpu(
      product(9, 17, 20, () => ({
        bias: filled([17], 3),
        activation: 'prelu',
        preluActivationWeights: filled(shape, 4),
      })),
      TOLERANCE,
    )
  })

  it.each([[[3, 4]], [[3, 1]]])('takes prelu weights per element, of shape [%s]', async (shape) => {
    const call = product(3, 4, 5, () => ({ activation: 'prelu', preluActivationWeights: filled(shape, 4) }))
    await compareWithCpu(call, TOLERANCE)
  })

  it('transposes and batches', async () => {
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        await compareWithCpu(
          () =>
            fused.matMul({
              a: filled(transposeA ? [3, 5, 4] : [3, 4, 5], 1),
              b: filled(transposeB ? [6, 5] : [5, 6], 2),
              transposeA,
              transposeB,
              bias: filled([6], 3),
              activation: 'elu',
            }),
          TOLERANCE,
        )
  })

  it('gives the same numbers from panels as without them', () => {
    tidy(() => {
      const options = {
        a: filled([8, 40], 1),
        b: filled([24, 40], 2),
        transposeB: true,
        bias: filled([24], 3),
        activation: 'relu' as const,
      }
      const first = fused.matMul(options).dataSync()
      for (let i = 0; i < 3; i++) expect(fused.matMul(options).dataSync()).toEqual(first)
    })
  })

  it('lets NaN through each activation as backend-cpu does', async () => {
    for (const activation of ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid'] as const)
      await compareWithCpu(
        () =>
          fused.matMul({
            a: tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0], [5, 1]) as Tensor2D,
            b: tensor([1, 2, 3, -4, 5], [1, 5]) as Tensor2D,
            activation,
          }),
        TOLERANCE,
      )
  })
})
