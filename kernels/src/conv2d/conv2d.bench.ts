import type { KernelBench } from '../runtime/bench.ts'
import {
  type Conv2dShape,
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  packedFilterBytes,
  packedTransposedFilterBytes,
  packFilter,
  packTransposedFilter,
} from './conv2d.ts'

/** batch, height and width, channels in and out, filter, stride, padding on each side */
const shapes: Conv2dShape[] = [
  // The seed CNN's layers.
  [1, 28, 1, 32, 3, 1, 0],
  [1, 13, 32, 64, 3, 1, 0],
  [32, 28, 1, 32, 3, 1, 0],
  [32, 13, 32, 64, 3, 1, 0],
  // Of larger nets.
  [1, 56, 64, 64, 3, 1, 1],
  [1, 14, 256, 256, 3, 1, 1],
  [1, 28, 128, 256, 1, 1, 0],
  [1, 224, 3, 64, 7, 2, 3],
  [1, 128, 1, 32, 3, 1, 1],
  // The last layer of networks that make images, and masks.
  [1, 128, 32, 3, 9, 1, 4],
  [1, 56, 64, 1, 1, 1, 0],
].map(([batch, size, inChannels, outChannels, filter, stride, pad]) => {
  const out = Math.floor((size + 2 * pad - filter) / stride) + 1
  return {
    ...{ batch, inHeight: size, inWidth: size, inChannels, outHeight: out, outWidth: out, outChannels },
    ...{ filterHeight: filter, filterWidth: filter, strideHeight: stride, strideWidth: stride },
    ...{ dilationHeight: 1, dilationWidth: 1, padTop: pad, padLeft: pad },
  }
})

const kernels = ['conv2d_f32_nhwc', 'conv2d_input_grad_f32_nhwc', 'conv2d_filter_grad_f32_nhwc'] as const

export const cases: KernelBench[] = kernels.flatMap((kernel) =>
  shapes.map((s) => {
    const y = s.batch * s.outHeight * s.outWidth * s.outChannels
    const x = s.batch * s.inHeight * s.inWidth * s.inChannels
    const patch = s.filterHeight * s.filterWidth * s.inChannels
    return {
      label: `${kernel} ${s.batch}x${s.inHeight}x${s.inWidth}x${s.inChannels} ${s.filterHeight}x${s.filterWidth}/${s.strideHeight} to ${s.outChannels}`,
      flops: 2 * y * patch,
      prepare(rt) {
        const room = (numbers: number) => {
          const at = rt.heap.alloc(numbers * 4)
          for (let i = 0; i < numbers; i++) rt.f32[at / 4 + i] = Math.sin(i)
          return at
        }
        const at = { x: room(x), y: room(y), filter: room(patch * s.outChannels) }
        if (kernel === 'conv2d_filter_grad_f32_nhwc')
          return () => conv2dFilterGrad(rt, s, { x: at.x, dy: at.y, dw: at.filter })
        if (kernel === 'conv2d_input_grad_f32_nhwc') {
          const panels = rt.heap.alloc(packedTransposedFilterBytes(s))
          packTransposedFilter(rt, s, at.filter, panels)
          return () => conv2dInputGrad(rt, s, { dy: at.y, panels, dx: at.x })
        }
        const panels = rt.heap.alloc(packedFilterBytes(s))
        packFilter(rt, s, at.filter, panels)
        return () => conv2d(rt, s, { x: at.x, panels, y: at.y })
      },
    }
  }),
)
