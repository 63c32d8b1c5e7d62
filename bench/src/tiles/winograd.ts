import { type Conv2dShape, conv2d, packedFilterBytes, packFilter } from '../../../kernels/src/conv2d/conv2d.ts'
import { randomF32 } from '../../../kernels/src/runtime/lab.ts'
import { createRuntime, type Runtime } from '../../../kernels/src/runtime/runtime.ts'
import { transformedFilterBytes, transformFilter, winograd } from '../../../kernels/src/winograd/winograd.ts'

/** A line of kernels/src/winograd/choice.calibration.json, which winograd.choice.test.ts holds the rule against. */
export interface WinogradTimes {
  batch: number
  /** Height and width of image and result; the padding is `same`. */
  size: number
  inChannels: number
  outChannels: number
  /** Microseconds of one convolution: directly, by F(2x2) and by F(4x4). */
  us: Record<0 | 2 | 4, number>
}

const shapes = [
  [1, 4, 16, 16],
  [1, 8, 16, 16],
  [1, 6, 8, 64],
  [1, 8, 64, 8],
  [1, 10, 64, 64],
  [1, 12, 4, 32],
  [1, 14, 128, 128],
  [1, 28, 32, 32],
  [1, 28, 8, 8],
  [1, 56, 16, 64],
  [32, 7, 16, 16],
  [32, 12, 32, 64],
]
const sizes = [0, 2, 4] as const
const WARM_UP_MS = 1000
const ROUNDS = 60
const CALLS = 5

/** Times each way to compute each of the convolutions on this engine: the best of several rounds, the ways in turn. */
export async function measureWinograd(): Promise<WinogradTimes[]> {
  const rt = await createRuntime()
  const rows = shapes.map(([batch, size, inChannels, outChannels]) => {
    const calls = ways(rt, batch, size, inChannels, outChannels)
    const us = { 0: Infinity, 2: Infinity, 4: Infinity }
    return { batch, size, inChannels, outChannels, us, calls }
  })
  const start = performance.now()
  while (performance.now() - start < WARM_UP_MS) for (const { calls } of rows) for (const call of calls) call()
  for (const { us, calls } of rows)
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, way] of sizes.entries()) {
        const before = performance.now()
        for (let n = 0; n < CALLS; n++) calls[i]()
        us[way] = Math.min(us[way], ((performance.now() - before) * 1000) / CALLS)
      }
  rt.dispose()
  return rows.map(({ calls: _, us, ...row }) => ({
    ...row,
    us: { 0: rounded(us[0]), 2: rounded(us[2]), 4: rounded(us[4]) },
  }))
}

const rounded = (us: number) => Number(us.toPrecision(3))

function ways(rt: Runtime, batch: number, size: number, inChannels: number, outChannels: number): (() => void)[] {
  const sides = { inHeight: size, inWidth: size, outHeight: size, outWidth: size, filterHeight: 3, filterWidth: 3 }
  const unit = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 }
  const shape: Conv2dShape = { batch, inChannels, outChannels, ...sides, ...unit }
  const room = (numbers: number, seed: number) => {
    const at = rt.heap.alloc(numbers * 4)
    rt.f32.set(randomF32(numbers, seed), at >>> 2)
    return at
  }
  const pixels = batch * size * size
  const [x, filter] = [room(pixels * inChannels, 1), room(9 * inChannels * outChannels, 2)]
  const y = rt.heap.alloc(pixels * outChannels * 4)
  return sizes.map((way) => {
    const panels = rt.heap.alloc(way === 0 ? packedFilterBytes(shape) : transformedFilterBytes(shape, way))
    if (way === 0) packFilter(rt, shape, filter, panels)
    else transformFilter(rt, shape, way, { filter, panels })
    return () => (way === 0 ? conv2d(rt, shape, { x, panels, y }) : winograd(rt, shape, way, { x, panels, y }))
  })
}
