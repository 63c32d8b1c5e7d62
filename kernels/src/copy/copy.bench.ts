import type { KernelBench } from '../runtime/bench.ts'
import { sliceView, transposeView, type View } from './copy.reference.ts'
import { ViewCopy } from './copy.ts'

const views: [label: string, view: View][] = [
  ['transpose [512, 512]', transposeView([512, 512], [1, 0])],
  ['transpose [500, 500]', transposeView([500, 500], [1, 0])],
  ['transpose [32, 10, 64] by 1, 0, 2', transposeView([32, 10, 64], [1, 0, 2])],
  ['transpose [8, 128, 12, 64] by 0, 2, 1, 3', transposeView([8, 128, 12, 64], [0, 2, 1, 3])],
  ['transpose [8, 56, 56, 64] by 0, 3, 1, 2', transposeView([8, 56, 56, 64], [0, 3, 1, 2])],
  ['slice [32, 64] of [32, 256]', sliceView([32, 256], [32, 64])],
  ['slice [510, 510] of [512, 512]', sliceView([512, 512], [510, 510])],
  ['slice [100, 98, 6] of [100, 100, 8]', sliceView([100, 100, 8], [100, 98, 6])],
  ['copy [1000000]', sliceView([1000000], [1000000])],
]

export const cases: KernelBench[] = views.map(([label, { size, from, to }]) => {
  const bytes = size.reduce((a, b) => a * b, 4)
  const span = size.reduce((sum, n, d) => sum + (n - 1) * from[d] * 4, 4)
  const copy = new ViewCopy()
  return {
    label: `copy_32 ${label}`,
    bytes: 2 * bytes,
    prepare(rt) {
      const src = rt.heap.alloc(span)
      const dst = rt.heap.alloc(bytes)
      return () => {
        copy.start(4)
        for (let d = 0; d < size.length; d++) copy.dimension(size[d], from[d], to[d])
        copy.run(rt, src, dst)
      }
    },
  }
})
