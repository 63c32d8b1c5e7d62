import { type Conv2dShape, conv2d, packedFilterBytes, packFilter } from '../../../kernels/src/conv2d/conv2d.ts'
import { randomF32 } from '../../../kernels/src/runtime/lab.ts'
import { createRuntime, type Runtime } from '../../../kernels/src/runtime/runtime.ts'
import { winogradSizes } from '../../../kernels/src/winograd/choice.ts'
import {
  transformedFilterBytes,
  transformFilter,
  type WinogradSize,
  winograd,
} from '../../../kernels/src/winograd/winograd.ts'

/** A line of kernels/src/winograd/choice.calibration.json, which winograd.choice.test.ts holds the rule against. */
export interface WinogradTimes {
  batch: number
  /** Height and width of the image; the padding is `same`. */
  size: number
  inChannels: number
  outChannels: number
  /** Height and width. */
  filter: number
  stride: number
  /** Microseconds of one convolution: directly (0), and by tiles of these sizes. */
  us: Partial<Record<0 | WinogradSize, number>>
}

const shapes = [
  [1, 4, 16, 16, 3, 1],
  [1, 8, 16, 16, 3, 1],
  [1, 6, 8, 64, 3, 1],
  [1, 8, 64, 8, 3, 1],
  [1, 10, 64, 64, 3, 1],
  [1, 12, 4, 32, 3, 1],
  [1, 32, 5, 4, 3, 1],
  [1, 64, 3, 3, 3, 1],
  [1, 64, 6, 8, 3, 1],
  [1, 64, 6, 16, 3, 1],
  [1, 112, 4, 64, 3, 1],
  [1, 14, 128, 128, 3, 1],
  [1, 28, 32, 32, 3, 1],
  [1, 28, 8, 8, 3, 1],
  [1, 56, 16, 64, 3, 1],
  [32, 7, 16, 16, 3, 1],
  [32, 12, 32, 64, 3, 1],
  [1, 8, 8, 8, 4, 2],
  [1, 64, 3, 64, 4, 2],
  [1, 28, 32, 64, 4, 2],
  [1, 4, 8, 8, 5, 2],
  [1, 8, 16, 16, 5, 2],
  [1, 28, 1, 6, 5, 2],
  [1, 28, 16, 32, 5, 2],
  [1, 14, 64, 128, 5, 2],
  [1, 64, 3, 32, 6, 2],
  [8, 32, 8, 16, 5, 2],
  [1, 8, 3, 8, 7, 2],
  [1, 28, 1, 16, 7, 2],
  [1, 64, 3, 1, 7, 2],
  [1, 112, 3, 64, 7, 2],
  [1, 16, 32, 64, 8, 2],
]
const WARM_UP_MS = 1000
const ROUNDS = 60
const CALLS = 5

/** Times each way to compute each of the convolutions on this engine: the best of several rounds, the ways in turn. */
export async function measureWinograd(): Promise<WinogradTimes[]> {
  const rt = await createRuntime()
  const rows = shapes.map(([batch, size, inChannels, outChannels, filter, stride]) => {
    const calls = ways(rt, batch, size, inChannels, outChannels, filter, stride)
    return { batch, size, inChannels, outChannels, filter, stride, us: calls.map(() => Infinity), calls }
  })
  const start = performance.now()
  while (performance.now() - start < WARM_UP_MS) for (const { calls } of rows) for (const { call } of calls) call()
  for (const { us, calls } of rows)
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, { call }] of calls.entries()) {
        const before = performance.now()
        for (let n = 0; n < CALLS; n++) call()
        us[i] = Math.min(us[i], ((performance.now() - before) * 1000) / CALLS)
      }
  rt.dispose()
  return rows.map(({ calls, us, ...row }) => ({
    ...row,
    us: Object.fromEntries(calls.map(({ tiles }, i) => [tiles, Number(us[i].toPrecision(3))])),
  }))
}

/** Of a convolution, the size of the tiles and what computes it by them. */
interface Way {
  tiles: 0 | WinogradSize
  call: () => void
}

function ways(
  rt: Runtime,
  batch: number,
  size: number,
  inChannels: number,
  outChannels: number,
  filterSize: number,
  stride: number,
): Way[] {
  const out = Math.ceil(size / stride)
  const pad = Math.floor(Math.max(0, (out - 1) * stride + filterSize - size) / 2)
  const shape: Conv2dShape = {
    ...{ batch, inHeight: size, inWidth: size, inChannels, outHeight: out, outWidth: out, outChannels },
    ...{ filterHeight: filterSize, filterWidth: filterSize, strideHeight: stride, strideWidth: stride },
    ...{ dilationHeight: 1, dilationWidth: 1, padTop: pad, padLeft: pad },
  }
  const room = (numbers: number, seed: number) => {
    const at = rt.heap.alloc(numbers * 4)
    rt.f32.set(randomF32(numbers, seed), at >>> 2)
    return at
  }
  const x = room(batch * size * size * inChannels, 1)
  const filter = room(filterSize * filterSize * inChannels * outChannels, 2)
  const y = rt.heap.alloc(batch * out * out * outChannels * 4)
  const packed = rt.heap.alloc(packedFilterBytes(shape))
  packFilter(rt, shape, filter, packed)
  const byTiles = winogradSizes(shape).map((tiles): Way => {
    const panels = rt.heap.alloc(transformedFilterBytes(shape, tiles))
    transformFilter(rt, shape, tiles, { filter, panels })
    return { tiles, call: () => winograd(rt, shape, tiles, { x, panels, y }) }
  })
  return [{ tiles: 0, call: () => conv2d(rt, shape, { x, panels: packed, y }) }, ...byTiles]
}
