import type { Conv2dShape } from '../conv2d/conv2d.ts'
import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { transformedFilterBytes, transformFilter, winograd } from './winograd.ts'

/** batch, height and width, channels in and out, padding on each side */
const shapes: Conv2dShape[] = [
  [1, 56, 64, 64, 1],
  [1, 28, 128, 128, 1],
  [1, 14, 256, 256, 1],
  [1, 7, 512, 512, 1],
  // The seed CNN's second layer.
  [1, 13, 32, 64, 0],
  [32, 13, 32, 64, 0],
].map(([batch, size, inChannels, outChannels, pad]) => ({
  ...{ batch, inHeight: size, inWidth: size, inChannels, outChannels },
  ...{ outHeight: size + 2 * pad - 2, outWidth: size + 2 * pad - 2, filterHeight: 3, filterWidth: 3 },
  ...{ strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padTop: pad, padLeft: pad },
}))

/** The operations counted are those of computing directly. */
export const cases: KernelBench[] = ([2, 4] as const).flatMap((size) =>
  shapes.map((s) => ({
    label: `winograd F(${size}x${size}) ${s.batch}x${s.inHeight}x${s.inWidth}x${s.inChannels} to ${s.outChannels}`,
    flops: 2 * s.batch * s.outHeight * s.outWidth * s.outChannels * 9 * s.inChannels,
    prepare(rt) {
      const room = (numbers: number, seed: number) => {
        const at = rt.heap.alloc(numbers * 4)
        rt.f32.set(randomF32(numbers, seed), at >>> 2)
        return at
      }
      const x = room(s.batch * s.inHeight * s.inWidth * s.inChannels, 1)
      const y = room(s.batch * s.outHeight * s.outWidth * s.outChannels, 2)
      const filter = room(9 * s.inChannels * s.outChannels, 3)
      const panels = rt.heap.alloc(transformedFilterBytes(s, size))
      transformFilter(rt, s, size, { filter, panels })
      return () => winograd(rt, s, size, { x, panels, y })
    },
  })),
)
