import {
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  depthwiseConv2d,
  engine,
  fused,
  setBackend,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { image, numbers, type Pad, type Pair, pads, weights, withoutPixels } from './windows.testing.ts'

/** Relative to 1 or the result: sums of at most a few hundred products of numbers below 1. */
const TOLERANCE = 1e-5

function gradients(x: Tensor4D, filter: Tensor4D, y: Tensor4D, strides: Pair, pad: Pad, dilations: Pair = 1): Tensor[] {
  const dy = numbers(y.shape, 3)
  const run = (name: string, inputs: object, attrs: object) =>
    engine().runKernel(name, inputs as never, { strides, pad, dilations, ...attrs } as never) as Tensor
  return [
    run(DepthwiseConv2dNativeBackpropInput, { dy, filter }, { inputShape: x.shape }),
    run(DepthwiseConv2dNativeBackpropFilter, { x, dy }, { filterShape: filter.shape }),
  ]
}

describe('depthwise convolution and its gradients equal backend-cpu', () => {
  for (const [height, width] of [
    [1, 1],
    [2, 2],
    [3, 3],
    [5, 5],
    [1, 3],
  ])
    for (const strides of [1, 2, 3, [2, 1]] as Pair[])
      for (const pad of pads)
        it(`filter ${height}x${width}, stride ${strides}, pad ${JSON.stringify(pad)}`, async () => {
          for (const channels of [1, 6, 35]) {
            const x = () => image([2, 7, 6, channels])
            const filter = () => weights([height, width, channels, 1])
            await compareWithCpu(() => {
              const y = depthwiseConv2d(x(), filter(), strides, pad)
              return [y, ...gradients(x(), filter(), y, strides, pad)]
            }, TOLERANCE)
            if (strides === 1 && height < 4)
              await compareWithCpu(() => depthwiseConv2d(x(), filter(), 1, pad, 'NHWC', [2, 1]), TOLERANCE)
          }
        })

  it.each(['floor', 'ceil'] as const)('dimRoundingMode %s, whose gradients see a larger dy', async (rounding) => {
    await compareWithCpu(() => {
      const x = image([2, 6, 7, 3])
      const filter = weights([3, 2, 3, 1])
      const y = depthwiseConv2d(x, filter, 2, 1, 'NHWC', 1, rounding)
      return [y, ...gradients(x, filter, y, 2, 1)]
    }, TOLERANCE)
  })

  it('an image or a result without pixels', async () => {
    for (const shape of withoutPixels)
      await compareWithCpu(() => {
        const x = image(shape)
        const filter = weights([3, 3, shape[3], 1])
        const y = depthwiseConv2d(x, filter, 1, 'valid')
        return [y, ...gradients(x, filter, y, 1, 'valid')]
      })
  })

  for (const size of [3, 5])
    for (const strides of [1, 2])
      it(`several channels of one: filter ${size}x${size}, stride ${strides}`, async () => {
        for (const [channels, multiplier] of [
          [3, 2],
          [8, 2],
          [9, 3],
          [4, 8],
          [1, 5],
          [3, 32],
        ])
          await compareWithCpu(() => {
            const [x, filter] = [image([2, 7, 6, channels]), weights([size, size, channels, multiplier])]
            const y = depthwiseConv2d(x, filter, strides, 'same')
            return [y, ...gradients(x, filter, y, strides, 'same')]
          }, TOLERANCE)
      })

  it.each([2, 8])('channels first, %i of one, gives what channels last gives', async (multiplier) => {
    await setBackend('lanewise')
    const [x, filter] = [image([2, 7, 6, 5]), weights([3, 3, 5, multiplier])]
    const last = depthwiseConv2d(x, filter, 1, 'same')
    const first = depthwiseConv2d(x.transpose<Tensor4D>([0, 3, 1, 2]), filter, 1, 'same', 'NCHW')
    expect(first.transpose([0, 2, 3, 1]).dataSync()).toEqual(last.dataSync())
  })

  it('leaves filters of several channels to backend-cpu that span more than scratch memory holds', async () => {
    const run = () => depthwiseConv2d(image([1, 182, 181, 1]), weights([182, 181, 1, 2]), 1, 'valid')
    await compareWithCpu(run, 1e-4, { fallback: 'silent' })
  })

  it('refuses those that backend-cpu would get wrong: channels first, and gradients with dilations', async () => {
    await setBackend('lanewise')
    const filter = weights([182, 181, 1, 2])
    expect(() => depthwiseConv2d(image([1, 1, 182, 181]), filter, 1, 'valid', 'NCHW')).toThrow(
      'filter: the filter spans 182x181 pixels; with a multiplier of 2 and dataFormat NCHW at most',
    )
    const [x, few] = [image([1, 182, 181, 1]), weights([2, 2, 1, 2])]
    const y = depthwiseConv2d(x, few, 1, 'valid', 'NHWC', [181, 180])
    expect(y.shape).toEqual([1, 1, 1, 2])
    expect(() => gradients(x, few, y, 1, 'valid', [181, 180])).toThrow(
      'filter: the filter spans 182x181 pixels; with a multiplier of 2 and dilations in a gradient at most',
    )
  })

  it('says what does not fit, and goes on', async () => {
    await setBackend('lanewise')
    expect(() => depthwiseConv2d(image([1, 2, 2, 1]), weights([4, 4, 1, 1]), 1, 'valid')).toThrow(
      'DepthwiseConv2dNative: a filter of 4x4 does not fit in an image of 2x2 with padding 0,0,0,0',
    )
    const fit = () => depthwiseConv2d(image([1, 4, 4, 1]), weights([4, 4, 1, 1]), 1, 'valid')
    await compareWithCpu(fit, TOLERANCE)
  })
})

describe('fused depthwise convolution equals backend-cpu', () => {
  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'prelu', 'leakyrelu', 'sigmoid'] as const)
    it(activation, async () => {
      const channels = (shape: number[]) =>
        tensor(
          Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(i)),
          shape,
        )
      for (const [shape, inputs, multiplier] of [
        [undefined, 10, 1],
        [[10], 10, 1],
        [[], 10, 1],
        [[1, 1, 10], 10, 1],
        [[46], 23, 2],
        [[80], 10, 8],
      ] as [number[] | undefined, number, number][])
        await compareWithCpu(
          () =>
            fused.depthwiseConv2d({
              x: image([2, 6, 5, inputs]),
              filter: weights([3, 3, inputs, multiplier]),
              strides: 1,
              pad: 'same',
              activation,
              bias: shape && (channels(shape) as never),
              preluActivationWeights: activation === 'prelu' ? channels(shape ?? [1]) : undefined,
              leakyreluAlpha: activation === 'leakyrelu' ? 0.3 : undefined,
            }),
          TOLERANCE,
        )
    })
})
