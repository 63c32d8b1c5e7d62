import type { KernelBench } from '../runtime/bench.ts'
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad, type PoolWindows } from './pool.ts'

/** Windows without padding. */
function windows(batch: number, size: number, channels: number, filter: number, stride: number): PoolWindows {
  const out = Math.floor((size - filter) / stride) + 1
  return {
    ...{ batch, channels, padTop: 0, padLeft: 0, inHeight: size, inWidth: size, outHeight: out, outWidth: out },
    ...{ filterHeight: filter, filterWidth: filter, strideHeight: stride, strideWidth: stride },
  }
}

const sizes = [
  windows(1, 26, 32, 2, 2),
  windows(32, 26, 32, 2, 2),
  windows(32, 11, 64, 2, 2),
  windows(1, 112, 64, 3, 2),
  windows(1, 112, 1, 2, 2),
  windows(1, 112, 3, 2, 2),
]

const ops = {
  maxpool_f32_nhwc: { run: maxPool, gradient: false },
  avgpool_f32_nhwc: { run: avgPool, gradient: false },
  maxpool_grad_f32_nhwc: { run: maxPoolGrad, gradient: true },
  avgpool_grad_f32_nhwc: { run: avgPoolGrad, gradient: true },
}

export const cases: KernelBench[] = Object.entries(ops).flatMap(([name, { run, gradient }]) =>
  sizes.map((w) => {
    const x = w.batch * w.inHeight * w.inWidth * w.channels
    const y = w.batch * w.outHeight * w.outWidth * w.channels
    return {
      label: `${name} ${w.batch}x${w.inHeight}x${w.inWidth}x${w.channels} ${w.filterHeight}x${w.filterWidth}/${w.strideHeight}`,
      bytes: 4 * (x + y),
      prepare(rt) {
        const [px, py, pdx] = [x, y, x].map((n) => rt.heap.alloc(n * 4))
        for (let i = 0; i < x; i++) rt.f32[px / 4 + i] = Math.sin(i)
        maxPool(rt, w, { x: px, y: py })
        const tensors = gradient ? { x: px, y: py, dy: py, dx: pdx } : { x: px, y: py, dy: 0, dx: 0 }
        return () => run(rt, w, tensors)
      },
    }
  }),
)
