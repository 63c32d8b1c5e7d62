import {
  conv2d,
  engine,
  fused,
  reshape,
  scalar,
  setBackend,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { configure, info } from '../index.ts'
import { compareWithCpu } from '../testing.ts'
import { image, numbers, type Pad, type Pair, pads, type Shape, weights, withoutPixels } from './windows.testing.ts'

/** Relative to 1 or the result: sums of a few hundred products of numbers below 1. */
const TOLERANCE = 1e-5
/** As TOLERANCE, where Winograd's method rounds three times as much. */
const WINOGRAD_TOLERANCE = 3e-5
/** As WINOGRAD_TOLERANCE, for sums of up to 450 products. */
const STRIDED_TOLERANCE = 6e-5

const row = (n: number) => reshape(numbers([1, 1, 1, n], 5), [n]) as Tensor1D

function gradients(x: Tensor4D, filter: Tensor4D, y: Tensor4D, strides: Pair, pad: Pad): Tensor[] {
  const dy = numbers(y.shape, 3)
  const attrs = { strides, pad, dataFormat: 'NHWC' }
  return [
    engine().runKernel('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape } as never) as Tensor,
    engine().runKernel('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape } as never) as Tensor,
  ]
}

describe('conv2d and its gradients equal backend-cpu', () => {
  for (const size of [1, 2, 3, 5, [1, 3], [3, 2]])
    for (const strides of [1, 2, 3, [2, 1]] as Pair[])
      for (const pad of pads)
        for (const [inChannels, outChannels] of [
          [1, 8],
          [3, 5],
          [8, 16],
          [5, 1],
        ]) {
          const [height, width] = [size].flat().concat([size].flat())
          it(`filter ${height}x${width}x${inChannels}x${outChannels}, stride ${strides}, pad ${JSON.stringify(pad)}`, async () => {
            const x = () => image([2, 7, 6, inChannels])
            const filter = () => weights([height, width, inChannels, outChannels])
            await compareWithCpu(() => {
              const y = conv2d(x(), filter(), strides, pad)
              return [y, ...gradients(x(), filter(), y, strides, pad)]
            }, TOLERANCE)
            if (strides === 1)
              for (const dilations of [2, [3, 1]] as Pair[])
                if ((height - 1) * 3 < 7 && (width - 1) * 2 < 6)
                  await compareWithCpu(() => conv2d(x(), filter(), 1, pad, 'NHWC', dilations), TOLERANCE)
          })
        }

  it('one filter under small images, of which other taps lie over each', async () => {
    const pad = (top: number, left: number, size: number) =>
      [
        [0, 0],
        [top, size - top],
        [left, size - left],
        [0, 0],
      ] as Pad
    await compareWithCpu(() => {
      const filter = weights([3, 3, 5, 9])
      return [
        conv2d(image([2, 7, 7, 5]), filter, 1, 'same'),
        ...[0, 1, 2].flatMap((top) =>
          [0, 1, 2].map((left) => conv2d(image([2, 1, 1, 5]), filter, 1, pad(top, left, 2))),
        ),
        conv2d(image([2, 2, 4, 5]), filter, 1, pad(8, 4, 8), 'NHWC', 4),
        conv2d(image([2, 4, 2, 5]), filter, 1, 'same', 'NHWC', 4),
      ]
    }, WINOGRAD_TOLERANCE)
  })

  it.each([1, 2])('images smaller than the filter, stride %i, with bias and without', async (stride) => {
    for (const size of [3, 4, 5])
      for (const [height, width] of [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
        [1, 7],
        [7, 1],
        [3, 3],
      ])
        for (const [inChannels, outChannels] of [
          [5, 9],
          [8, 16],
          [4, 2],
        ])
          await compareWithCpu(() => {
            const x = image([2, height, width, inChannels])
            const filter = weights([size, size, inChannels, outChannels])
            const bias = row(outChannels)
            const both = (pad: number | 'same') => [
              conv2d(x, filter, stride, pad),
              fused.conv2d({ x, filter, strides: stride, pad, bias, activation: 'relu' }),
            ]
            return [...both('same'), ...both(size - 1)]
          }, WINOGRAD_TOLERANCE)
  })

  it.each([Number.NaN, Infinity, -Infinity])('%f in a tap over no pixel makes its channel NaN', async (value) => {
    await setBackend('lanewise')
    for (const [height, width] of [
      [1, 1],
      [1, 3],
      [3, 1],
    ])
      for (let tap = 0; tap < 9; tap++) {
        const isDead = (height === 1 && Math.floor(tap / 3) !== 1) || (width === 1 && tap % 3 !== 1)
        const values = weights([3, 3, 4, 8]).dataSync()
        values[(tap * 4 + 2) * 8 + 5] = value
        const x = image([1, height, width, 4])
        const filter = tensor(values, [3, 3, 4, 8]) as Tensor4D
        for (const bias of [undefined, row(8)]) {
          const y = fused.conv2d({ x, filter, strides: 1, pad: 'same', bias }).dataSync()
          const odd = Array.from(y, (v, i) => (Number.isFinite(v) ? -1 : i % 8)).filter((channel) => channel >= 0)
          expect(new Set(odd)).toEqual(new Set([5]))
          if (isDead) expect(y.filter(Number.isNaN).length).toBe(height * width)
        }
      }
  })

  it.each(['floor', 'round', 'ceil'] as const)(
    'dimRoundingMode %s, whose gradients see a larger dy',
    async (rounding) => {
      await compareWithCpu(() => {
        const x = image([2, 6, 7, 3])
        const filter = weights([3, 2, 3, 4])
        const y = conv2d(x, filter, 2, 1, 'NHWC', 1, rounding)
        return [y, ...gradients(x, filter, y, 2, 1)]
      }, TOLERANCE)
    },
  )

  it('an image or a result without pixels', async () => {
    for (const shape of withoutPixels)
      await compareWithCpu(() => {
        const x = image(shape)
        const filter = weights([3, 3, shape[3], 2])
        const y = conv2d(x, filter, 1, 'valid')
        return [y, ...gradients(x, filter, y, 1, 'valid')]
      })
  })

  it('says what does not fit, and goes on', async () => {
    await setBackend('lanewise')
    expect(() => conv2d(image([1, 2, 2, 1]), weights([4, 4, 1, 1]), 1, 'valid')).toThrow(
      'Conv2D: a filter of 4x4 does not fit in an image of 2x2 with padding 0,0,0,0',
    )
    const [x, filter] = [image([1, 8, 8, 3]), weights([3, 3, 3, 2])]
    expect(() => gradients(x, filter, image([1, 5, 6, 2]), 1, 'valid')).toThrow(
      'Conv2DBackpropInput: dy has shape [1,5,6,2], expected [1,6,6,2]',
    )
    expect(() =>
      engine().runKernel('Conv2D', { x, filter: weights([3, 3, 1, 2]) }, {
        strides: 1,
        pad: 'valid',
        dataFormat: 'NHWC',
        dilations: 1,
      } as never),
    ).toThrow('Conv2D: filter is for 1 channels, the image has 3')
    await compareWithCpu(() => conv2d(image([1, 8, 8, 3]), weights([3, 3, 3, 2]), 1, 'valid'), TOLERANCE)
  })

  for (const size of [1, 3, 5])
    for (const strides of [1, 2])
      for (const pad of pads)
        it(`channels first: filter ${size}x${size}, stride ${strides}, pad ${JSON.stringify(pad)}`, async () => {
          for (const channels of [3, 16]) {
            const padFirst = Array.isArray(pad) ? [[0, 0], [0, 0], pad[1], pad[2]] : pad
            const attrs = { strides, pad: padFirst, dataFormat: 'NCHW' }
            const run = (name: string, inputs: object, more: object) =>
              engine().runKernel(name, inputs as never, { ...attrs, ...more } as never) as Tensor
            await compareWithCpu(() => {
              const [x, filter] = [image([2, channels, 9, 8]), weights([size, size, channels, 16])]
              const y = conv2d(x, filter, strides, padFirst as Pad, 'NCHW')
              const dy = numbers(y.shape, 3)
              return [
                y,
                run('Conv2DBackpropInput', { dy, filter }, { inputShape: x.shape }),
                run('Conv2DBackpropFilter', { x, dy }, { filterShape: filter.shape }),
              ]
            }, WINOGRAD_TOLERANCE)
          }
        })

  it('one filter serves images of several sizes', async () => {
    await compareWithCpu(() => {
      const filter = weights([3, 3, 5, 6])
      return [
        [1, 3, 3, 5],
        [2, 6, 7, 5],
        [3, 3, 3, 5],
      ].flatMap((shape) => {
        const x = image(shape as Shape)
        const y = conv2d(x, filter, 1, 'valid')
        return [y, ...gradients(x, filter, y, 1, 'valid')]
      })
    }, TOLERANCE)
  })
})

describe('fused conv2d equals backend-cpu', () => {
  const inputs = () => ({ x: image([2, 6, 5, 3]), filter: weights([3, 3, 3, 10]), strides: 1, pad: 'same' as const })
  const vector = (shape: number[]) =>
    tensor(
      Array.from({ length: 10 }, (_, i) => Math.cos(i)),
      shape,
    )

  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'prelu', 'leakyrelu', 'sigmoid'] as const)
    for (const bias of ['no', 'a vector', 'a scalar', 'a [1, 1, 10]', 'a [1]'])
      it(`${activation} with ${bias} bias`, async () => {
        const biases: Record<string, () => Tensor | undefined> = {
          no: () => undefined,
          'a vector': () => vector([10]),
          'a scalar': () => scalar(0.7),
          'a [1, 1, 10]': () => vector([1, 1, 10]),
          'a [1]': () => tensor([0.7]),
        }
        const slopes =
          activation === 'prelu' ? [() => vector([10]), () => vector([1, 1, 10]), () => scalar(0.3)] : [undefined]
        for (const slope of slopes)
          for (const strides of [1, 2])
            await compareWithCpu(
              () =>
                fused.conv2d({
                  ...inputs(),
                  strides,
                  activation,
                  bias: biases[bias]() as never,
                  preluActivationWeights: slope?.(),
                  leakyreluAlpha: activation === 'leakyrelu' ? 0.3 : undefined,
                }),
              TOLERANCE,
            )
      })

  it('windows of one pixel, and of a whole image', async () => {
    for (const size of [1, 5]) {
      const filter = () => weights([size, size, 3, 10])
      const x = () => image([4, 5, 5, 3])
      const fuse = { strides: 1, pad: 'valid', activation: 'relu' } as const
      await compareWithCpu(() => fused.conv2d({ ...fuse, x: x(), filter: filter(), bias: vector([10]) }), TOLERANCE)
    }
  })

  it('a bias or slopes of other shapes', async () => {
    for (const shape of [
      [1, 6, 5, 10],
      [6, 5, 10],
      [6, 1, 1],
      [5, 1],
    ]) {
      const values = (step: number) => numbers([1, 1, 1, ...shape].slice(-4) as Shape, step).reshape(shape) as never
      for (const activation of ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid'] as const)
        await compareWithCpu(
          () => fused.conv2d({ ...inputs(), bias: values(5), activation, leakyreluAlpha: 0.3 }),
          TOLERANCE,
        )
      const slopes = (step: number) =>
        shape.length === 3 ? values(step) : (numbers([1, 1, 1, 10], step).flatten() as never)
      await compareWithCpu(
        () => fused.conv2d({ ...inputs(), bias: values(5), activation: 'prelu', preluActivationWeights: slopes(7) }),
        TOLERANCE,
      )
    }
  })

  it('channels first', async () => {
    for (const activation of ['relu', 'prelu'] as const)
      for (const shape of [[], [1], [10]])
        await compareWithCpu(
          () =>
            fused.conv2d({
              x: image([2, 3, 6, 10]),
              filter: weights([3, 3, 3, 10]),
              strides: 1,
              pad: 'same',
              dataFormat: 'NCHW',
              bias: numbers([1, 1, 1, Math.max(1, shape[0] ?? 1)], 5).reshape(shape) as never,
              activation,
              preluActivationWeights:
                activation === 'prelu' ? (numbers([1, 1, 1, 10], 7).flatten() as never) : undefined,
            }),
          WINOGRAD_TOLERANCE,
        )
  })
})

describe('conv2d by the method of Winograd equals backend-cpu', () => {
  for (const pad of pads)
    for (const [height, width] of [
      [3, 20],
      [4, 4],
      [5, 9],
      [6, 10],
      [7, 8],
      [16, 13],
      [20, 3],
    ])
      for (const [inChannels, outChannels] of [
        [16, 24],
        [17, 9],
      ])
        it(`2x${height}x${width}x${inChannels} to ${outChannels}, pad ${JSON.stringify(pad)}`, async () => {
          const x = () => image([2, height, width, inChannels])
          const filter = () => weights([3, 3, inChannels, outChannels])
          await compareWithCpu(() => {
            const y = conv2d(x(), filter(), 1, pad)
            return [y, ...gradients(x(), filter(), y, 1, pad)]
          }, WINOGRAD_TOLERANCE)
        })

  for (const pad of pads)
    for (const filter of [
      [4, 4],
      [5, 5],
      [5, 6],
      [7, 7],
      [8, 7],
    ])
      for (const [height, width, inChannels, outChannels] of [
        [40, 37, 3, 40],
        [23, 30, 8, 21],
      ])
        it(`stride 2: 2x${height}x${width}x${inChannels} to ${outChannels}, filter ${filter.join('x')}, pad ${JSON.stringify(pad)}`, async () => {
          await setBackend('lanewise')
          const run = () => {
            const x = image([2, height, width, inChannels])
            const w = weights([...filter, inChannels, outChannels] as Shape)
            const y = conv2d(x, w, 2, pad)
            return [y, ...gradients(x, w, y, 2, pad)]
          }
          await compareWithCpu(run, STRIDED_TOLERANCE)
          await setBackend('lanewise')
          const numbers = run()[0].dataSync()
          configure({ winograd: false })
          try {
            expect(run()[0].dataSync()).not.toEqual(numbers)
          } finally {
            configure({ winograd: true })
          }
        })

  it('stride 2 with channels first, a bias and an activation', async () => {
    const bias = () => tensor(Array.from({ length: 16 }, (_, i) => Math.cos(i)))
    for (const dataFormat of ['NHWC', 'NCHW'] as const)
      for (const activation of ['relu', 'sigmoid'] as const)
        await compareWithCpu(
          () =>
            fused.conv2d({
              x: image(dataFormat === 'NHWC' ? [2, 40, 41, 3] : [2, 3, 40, 41]),
              filter: weights([7, 7, 3, 16]),
              ...{ strides: 2, pad: 'same', dataFormat, activation, bias: bias() as never },
            }),
          STRIDED_TOLERANCE,
        )
  })

  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'prelu', 'leakyrelu', 'sigmoid'] as const)
    it(`fused with a bias and ${activation}`, async () => {
      const perChannel = (step: number) => tensor(Array.from({ length: 19 }, (_, i) => Math.cos(step * i)))
      await compareWithCpu(
        () =>
          fused.conv2d({
            x: image([2, 11, 9, 16]),
            filter: weights([3, 3, 16, 19]),
            ...{ strides: 1, pad: 'same', activation, bias: perChannel(1) as never },
            preluActivationWeights: activation === 'prelu' ? perChannel(2) : undefined,
            leakyreluAlpha: activation === 'leakyrelu' ? 0.3 : undefined,
          }),
        WINOGRAD_TOLERANCE,
      )
    })

  it('only where configure allows it, which may change at any time', async () => {
    await setBackend('lanewise')
    const [x, filter] = [image([2, 12, 12, 16]), weights([3, 3, 16, 16])]
    const run = () => {
      const y = conv2d(x, filter, 1, 'same')
      return [y, ...gradients(x, filter, y, 1, 'same')].map((result) => Array.from(result.dataSync()))
    }
    try {
      const on = run()
      expect(info().winograd).toBe(true)
      configure({ winograd: false })
      expect(info().winograd).toBe(false)
      const off = run()
      expect(off[0]).not.toEqual(on[0])
      expect(off[1]).not.toEqual(on[1])
      const again = () => conv2d(image([2, 12, 12, 16]), weights([3, 3, 16, 16]), 1, 'same')
      await compareWithCpu(again, TOLERANCE)
      await setBackend('lanewise')
      configure({ winograd: true })
      expect(run()).toEqual(on)
    } finally {
      configure({ winograd: true })
    }
  })
})

describe('conv2d and its gradients equal backend-cpu where one filter', () => {
  const used = (x: Tensor4D, filter: Tensor4D, stride: Pair, pad: Pad) => {
    const y = conv2d(x, filter, stride, pad)
    return [y, ...gradients(x, filter, y, stride, pad)]
  }

  for (const [name, from, to, size, stride] of [
    ['directly', [3, 3, 8, 16], [3, 3, 4, 32], 6, 3],
    ['directly, of other sizes', [2, 3, 10, 9], [1, 4, 5, 27], 6, 1],
    ['of few outputs', [3, 3, 8, 3], [3, 3, 24, 1], 9, 1],
    ["by Winograd's method", [3, 3, 16, 16], [3, 3, 32, 8], 12, 1],
    ["by Winograd's method with stride 2", [5, 6, 4, 16], [6, 5, 8, 8], 24, 2],
  ] as [string, Shape, Shape, number, number][])
    it(`has two shapes: ${name}`, async () => {
      await compareWithCpu(() => {
        const filter = weights(from)
        return [filter, reshape(filter, to), filter].flatMap((f) =>
          used(image([2, size, size, (f as Tensor4D).shape[2]]), f as Tensor4D, stride, 'same'),
        )
      }, STRIDED_TOLERANCE)
    })

  it('is as large as an image, and smaller than another', async () => {
    for (const shape of [
      [2, 1, 7, 9],
      [2, 2, 7, 5],
      [1, 3, 15, 16],
    ] as Shape[])
      await compareWithCpu(() => {
        const filter = weights(shape)
        const [height, width, channels] = shape
        const small = () => used(image([2, height, width, channels]), filter, 1, 'valid')
        return [...small(), ...used(image([2, 5, 4, channels]), filter, 1, 'valid'), ...small()]
      }, TOLERANCE)
  })
})
