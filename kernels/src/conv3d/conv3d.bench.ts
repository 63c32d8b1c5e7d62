import type { KernelBench } from '../runtime/bench.ts'
import {
  type Conv3dShape,
  conv3d,
  conv3dFilterGrad,
  conv3dInputGrad,
  packedFilterBytes3d,
  packedTransposedFilterBytes3d,
  packFilter3d,
  packTransposedFilter3d,
} from './conv3d.ts'

/** depth, height and width, channels in and out; filters 3x3x3 of stride 1 with a padding of 1 */
const shapes: Conv3dShape[] = [
  [16, 28, 1, 16],
  [16, 28, 16, 32],
  [8, 14, 64, 64],
].map(([depth, size, inChannels, outChannels]) => ({
  ...{ batch: 1, inDepth: depth, inHeight: size, inWidth: size, inChannels },
  ...{ outDepth: depth, outHeight: size, outWidth: size, outChannels },
  ...{ filterDepth: 3, filterHeight: 3, filterWidth: 3, padFront: 1, padTop: 1, padLeft: 1 },
  ...{ strideDepth: 1, strideHeight: 1, strideWidth: 1, dilationDepth: 1, dilationHeight: 1, dilationWidth: 1 },
}))

const kernels = ['conv3d_f32_ndhwc', 'conv3d_input_grad_f32_ndhwc', 'conv3d_filter_grad_f32_ndhwc'] as const

export const cases: KernelBench[] = kernels.flatMap((kernel) =>
  shapes.map((s) => {
    const pixels = s.inDepth * s.inHeight * s.inWidth
    const patch = 27 * s.inChannels
    return {
      label: `${kernel} ${s.inDepth}x${s.inHeight}x${s.inWidth}x${s.inChannels} 3x3x3 to ${s.outChannels}`,
      flops: 2 * pixels * s.outChannels * patch,
      prepare(rt) {
        const room = (numbers: number) => {
          const at = rt.heap.alloc(numbers * 4)
          for (let i = 0; i < numbers; i++) rt.f32[at / 4 + i] = Math.sin(i)
          return at
        }
        const [x, y] = [room(pixels * s.inChannels), room(pixels * s.outChannels)]
        const filter = room(patch * s.outChannels)
        if (kernel === 'conv3d_filter_grad_f32_ndhwc') return () => conv3dFilterGrad(rt, s, { x, dy: y, dw: filter })
        if (kernel === 'conv3d_input_grad_f32_ndhwc') {
          const panels = rt.heap.alloc(packedTransposedFilterBytes3d(s))
          packTransposedFilter3d(rt, s, filter, panels)
          return () => conv3dInputGrad(rt, s, { dy: y, panels, dx: x })
        }
        const panels = rt.heap.alloc(packedFilterBytes3d(s))
        packFilter3d(rt, s, filter, panels)
        return () => conv3d(rt, s, { x, panels, y })
      },
    }
  }),
)
