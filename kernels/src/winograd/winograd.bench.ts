import type { Conv2dShape } from '../conv2d/conv2d.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { transformedFilterBytes, transformFilter, type WinogradSize, winograd } from './winograd.ts'

/** tiles, batch, height and width, channels in and out, padding on each side, filter, stride */
const shapes = [
  [1, 56, 64, 64, 1],
  [1, 28, 128, 128, 1],
  [1, 14, 256, 256, 1],
  [1, 7, 512, 512, 1],
  // The seed CNN's second layer.
  [1, 13, 32, 64, 0],
  [32, 13, 32, 64, 0],
].flatMap((shape) => [2, 4].map((size) => [size, ...shape, 3, 1]))
// The first layer of ResNet-50.
shapes.push([3, 1, 224, 3, 64, 3, 7, 2], [4, 1, 56, 32, 64, 2, 5, 2])

/** The operations counted are those of computing directly. */
export const cases: KernelBench[] = shapes.map(
  ([tiles, batch, side, inChannels, outChannels, pad, filterSize, stride]) => {
    const size = tiles as WinogradSize
    const out = Math.floor((side + 2 * pad - filterSize) / stride) + 1
    const s: Conv2dShape = {
      ...{ batch, inHeight: side, inWidth: side, inChannels, outHeight: out, outWidth: out, outChannels },
      ...{ filterHeight: filterSize, filterWidth: filterSize, strideHeight: stride, strideWidth: stride },
      ...{ dilationHeight: 1, dilationWidth: 1, padTop: pad, padLeft: pad },
    }
    const window = stride === 1 ? '' : `, ${filterSize}x${filterSize} / ${stride}`
    return {
      label: `winograd F(${size}x${size}) ${batch}x${side}x${side}x${inChannels} to ${outChannels}${window}`,
      flops: 2 * batch * out * out * outChannels * filterSize * filterSize * inChannels,
      prepare(rt) {
        const room = (numbers: number, seed: number) => {
          const at = rt.heap.alloc(numbers * 4)
          rt.f32.set(randomF32(numbers, seed), at >>> 2)
          return at
        }
        const x = room(batch * side * side * inChannels, 1)
        const y = room(batch * out * out * outChannels, 2)
        const filter = room(filterSize * filterSize * inChannels * outChannels, 3)
        const panels = rt.heap.alloc(transformedFilterBytes(s, size))
        transformFilter(rt, s, size, { filter, panels })
        return () => winograd(rt, s, size, { x, panels, y })
      },
    }
  },
)
