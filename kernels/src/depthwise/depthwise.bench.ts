import type { KernelBench } from '../runtime/bench.ts'
import { depthwise, depthwiseFilterGrad, depthwiseInputGrad } from './depthwise.ts'

const ops = {
  depthwise_f32_nhwc: depthwise,
  depthwise_input_grad_f32_nhwc: depthwiseInputGrad,
  depthwise_filter_grad_f32_nhwc: depthwiseFilterGrad,
}

/** 3x3, padded by 1: height and width, channels, stride, outputs of a channel, dilation */
const sizes = [
  [112, 32, 1, 1, 1],
  [112, 64, 2, 1, 1],
  [14, 512, 1, 1, 1],
  [56, 64, 1, 1, 1],
  [56, 32, 1, 2, 1],
  [56, 8, 1, 8, 1],
  [224, 3, 2, 32, 1],
  [224, 3, 1, 1, 1],
  [28, 1, 1, 1, 1],
  [56, 16, 2, 8, 1],
  [28, 128, 1, 1, 2],
]

export const cases: KernelBench[] = Object.entries(ops).flatMap(([name, run]) =>
  sizes.map(([size, channels, stride, multiplier, dilation]) => {
    const out = Math.floor((size - 1) / stride) + 1
    const outputs = channels * multiplier
    const shape = {
      ...{
        batch: 1,
        inHeight: size,
        inWidth: size,
        channels,
        outHeight: out,
        outWidth: out,
        filterHeight: 3,
        filterWidth: 3,
      },
      ...{ strideHeight: stride, strideWidth: stride, dilationHeight: dilation, dilationWidth: dilation },
      ...{ padTop: dilation, padLeft: dilation, multiplier },
    }
    return {
      label: `${name} ${size}x${size}x${channels} 3x3/${stride}${multiplier > 1 ? ` to ${outputs}` : ''}${dilation > 1 ? `, dilation ${dilation}` : ''}`,
      flops: 2 * 9 * out * out * outputs,
      prepare(rt) {
        const room = (numbers: number) => {
          const at = rt.heap.alloc(numbers * 4)
          for (let i = 0; i < numbers; i++) rt.f32[at / 4 + i] = Math.sin(i)
          return at
        }
        const [x, y] = [room(size * size * channels), room(out * out * outputs)]
        const [filter, dx, dw] = [room(9 * outputs), room(size * size * channels), room(9 * outputs)]
        return () => run(rt, shape, { x, y, dy: y, filter, dx, dw })
      },
    }
  }),
)
