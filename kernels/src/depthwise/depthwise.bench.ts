import type { KernelBench } from '../runtime/bench.ts'
import { depthwise, depthwiseFilterGrad, depthwiseInputGrad } from './depthwise.ts'

const ops = {
  depthwise_f32_nhwc: depthwise,
  depthwise_input_grad_f32_nhwc: depthwiseInputGrad,
  depthwise_filter_grad_f32_nhwc: depthwiseFilterGrad,
}

/** 3x3, padded by 1: height and width, channels, stride */
const sizes = [
  [112, 32, 1],
  [112, 64, 2],
  [14, 512, 1],
]

export const cases: KernelBench[] = Object.entries(ops).flatMap(([name, run]) =>
  sizes.map(([size, channels, stride]) => {
    const out = Math.floor((size - 1) / stride) + 1
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
      ...{ strideHeight: stride, strideWidth: stride, dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 },
    }
    return {
      label: `${name} ${size}x${size}x${channels} 3x3/${stride}`,
      flops: 2 * 9 * out * out * channels,
      prepare(rt) {
        const room = (numbers: number) => {
          const at = rt.heap.alloc(numbers * 4)
          for (let i = 0; i < numbers; i++) rt.f32[at / 4 + i] = Math.sin(i)
          return at
        }
        const [x, y] = [room(size * size * channels), room(out * out * channels)]
        const [filter, dx, dw] = [room(9 * channels), room(size * size * channels), room(9 * channels)]
        return () => run(rt, shape, { x, y, dy: y, filter, dx, dw })
      },
    }
  }),
)
