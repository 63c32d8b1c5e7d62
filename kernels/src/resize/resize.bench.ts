import type { KernelBench } from '../runtime/bench.ts'
import { resizeBilinear, resizeNearest } from './resize.ts'

export const cases: KernelBench[] = [
  { height: 224, width: 224, channels: 3, newHeight: 112, newWidth: 112 },
  { height: 64, width: 64, channels: 16, newHeight: 128, newWidth: 128 },
  { height: 56, width: 56, channels: 64, newHeight: 112, newWidth: 112 },
].flatMap((size) => {
  const { height, width, channels, newHeight, newWidth } = size
  const bytes = (height * width + newHeight * newWidth) * channels * 4
  return (['bilinear', 'nearest'] as const).map(
    (kind): KernelBench => ({
      label: `resize_${kind} [${height}, ${width}, ${channels}] to [${newHeight}, ${newWidth}]`,
      bytes,
      prepare(rt) {
        const x = rt.heap.alloc(height * width * channels * 4)
        const y = rt.heap.alloc(newHeight * newWidth * channels * 4)
        const resize = { ...size, x, y, batch: 1, alignCorners: false, halfPixelCenters: false }
        return kind === 'bilinear' ? () => resizeBilinear(rt, resize) : () => resizeNearest(rt, resize, 4)
      },
    }),
  )
})
