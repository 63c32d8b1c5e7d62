import * as kernels from '@lanewise/kernels'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Numbers = Record<string, number>

/** A call with all its numbers, whole and by name; each of them is replaced by what it can not be. */
interface Call {
  /** 0 or more. */
  sizes: Numbers
  /** In [-2^31, 2^31). */
  offsets?: Numbers
  /** In bytes. */
  addresses?: Numbers
  run(numbers: Numbers): unknown
}

let rt: kernels.Runtime
let checksum = 0
const A = 1 << 22
const B = A + (1 << 20)
const C = B + (1 << 20)

beforeAll(async () => {
  rt = await kernels.createRuntime({ maximumBytes: 64 << 20 })
  rt.heap.alloc(16 << 20)
  checksum = product()
})
afterAll(() => rt.dispose())

/** A known product, of what lies where no call writes. */
function product(): number {
  const a = 12 << 20
  rt.f32.fill(0.5, a >>> 2, (a >>> 2) + 4096)
  kernels.gemm(rt, { m: 30, n: 21, k: 50, a, b: a + 8192, c: a + (1 << 20) })
  return rt.f32
    .subarray((a + (1 << 20)) >>> 2)
    .slice(0, 630)
    .reduce((sum, x) => sum + x)
}

const windows = {
  ...{ batch: 1, inHeight: 4, inWidth: 4, outHeight: 2, outWidth: 2, filterHeight: 3, filterWidth: 3 },
  ...{ strideHeight: 1, strideWidth: 1 },
}
const dilations = { dilationHeight: 1, dilationWidth: 1 }
const conv = { ...windows, ...dilations, inChannels: 8, outChannels: 8 }
const filter = { inChannels: 8, outChannels: 8, filterHeight: 3, filterWidth: 3 }
const pixel = { ...conv, filterHeight: 1, filterWidth: 1, outHeight: 4, outWidth: 4 }
const groups = { ...windows, ...dilations, channels: 8 }
const pool = { ...windows, channels: 8 }
const padding = { padTop: 0, padLeft: 0 }
const depths = { inDepth: 3, outDepth: 2, filterDepth: 2, strideDepth: 1 }
const volumes = { ...conv, ...depths, dilationDepth: 1 }
const flatVolumes = { ...volumes, inDepth: 2, filterDepth: 1 }
const filter3d = { ...filter, filterDepth: 2 }
const pool3d = { ...pool, ...depths }
const padding3d = { ...padding, padFront: 0 }
const axis = { outer: 2, n: 3, inner: 2 }
const resized = { batch: 1, height: 2, width: 2, channels: 3, newHeight: 4, newWidth: 4 }
const attention = { batch: 1, heads: 1, queries: 3, keys: 3, dim: 4, valueDim: 4 }
const lstm = { rows: 2, steps: 3, units: 4 }
const winograd = { batch: 1, inHeight: 4, inWidth: 4, outHeight: 2, outWidth: 2, inChannels: 8, outChannels: 8 }

const lying = (ptr: number) => ({ ptr, strides: [64, 64, 16] as const })
const places = ({ q, k, v, out }: Numbers) => ({ q: lying(q), k: lying(k), v: lying(v), out: lying(out) })

const calls: Record<string, Call> = {
  argReduce: { sizes: axis, addresses: { x: A, y: B }, run: (o) => kernels.argReduce(rt, 'argmax_f32', o as never) },
  attention: {
    sizes: attention,
    addresses: { q: A, k: A, v: A, out: B, stats: C },
    run: (o) => kernels.attention(rt, { ...o, ...places(o), scale: 1 } as never),
  },
  attentionGrad: {
    sizes: attention,
    addresses: { q: A, k: A, v: A, out: B, stats: C, dOut: B, dq: C + 4096, dk: C + 8192, dv: C + 12288 },
    run: (o) => kernels.attentionGrad(rt, { ...o, ...places(o), scale: 1 } as never),
  },
  attentionBlocks: {
    sizes: { queries: 2, keys: 2, dim: 2, valueDim: 2 },
    run: (o) => kernels.attentionBlocks('attention_f32', o as never),
  },
  batchNorm: {
    sizes: { rows: 2, channels: 3 },
    addresses: { x: A, y: B, mean: C, variance: C, scale: C, offset: C },
    run: (o) => kernels.batchNorm(rt, { ...o, epsilon: 0.1 } as never),
  },
  cast: { sizes: { n: 4 }, addresses: { x: A, y: B }, run: (o) => kernels.cast(rt, 'cast_f32_i32', o.x, o.y, o.n) },
  conv2d: {
    sizes: conv,
    offsets: padding,
    addresses: { x: A, panels: B, y: C },
    run: (o) => kernels.conv2d(rt, o as never, o as never),
  },
  'conv2d, 1x1': {
    sizes: pixel,
    run: (o) => kernels.conv2d(rt, { ...padding, ...o } as never, { x: A, panels: B, y: C }),
  },
  packedFilterBytes: { sizes: filter, run: (o) => kernels.packedFilterBytes({ ...conv, ...padding, ...o }) },
  packFilter: {
    sizes: filter,
    addresses: { panels: B },
    run: (o) => kernels.packFilter(rt, { ...conv, ...padding, ...o }, A, o.panels),
  },
  conv2dInputGrad: {
    sizes: conv,
    offsets: padding,
    addresses: { dy: A, panels: B, dx: C },
    run: (o) => kernels.conv2dInputGrad(rt, o as never, o as never),
  },
  packedTransposedFilterBytes: {
    sizes: filter,
    run: (o) => kernels.packedTransposedFilterBytes({ ...conv, ...padding, ...o }),
  },
  packTransposedFilter: {
    sizes: filter,
    addresses: { panels: B },
    run: (o) => kernels.packTransposedFilter(rt, { ...conv, ...padding, ...o }, A, o.panels),
  },
  conv2dFilterGrad: {
    sizes: conv,
    offsets: padding,
    addresses: { x: A, dw: C },
    run: (o) => kernels.conv2dFilterGrad(rt, o as never, { ...o, dy: B } as never),
  },
  conv3d: {
    sizes: volumes,
    offsets: padding3d,
    addresses: { x: A, panels: B, y: C },
    run: (o) => kernels.conv3d(rt, o as never, o as never),
  },
  'conv3d, of images': {
    sizes: flatVolumes,
    offsets: padding3d,
    addresses: { x: A, panels: B, y: C },
    run: (o) => kernels.conv3d(rt, o as never, o as never),
  },
  packedFilterBytes3d: {
    sizes: filter3d,
    run: (o) => kernels.packedFilterBytes3d({ ...volumes, ...padding3d, ...o }),
  },
  packFilter3d: {
    sizes: filter3d,
    addresses: { panels: B },
    run: (o) => kernels.packFilter3d(rt, { ...volumes, ...padding3d, ...o }, A, o.panels),
  },
  conv3dInputGrad: {
    sizes: volumes,
    offsets: padding3d,
    addresses: { dy: A, panels: B, dx: C },
    run: (o) => kernels.conv3dInputGrad(rt, o as never, o as never),
  },
  packedTransposedFilterBytes3d: {
    sizes: filter3d,
    run: (o) => kernels.packedTransposedFilterBytes3d({ ...volumes, ...padding3d, ...o }),
  },
  packTransposedFilter3d: {
    sizes: filter3d,
    addresses: { panels: B },
    run: (o) => kernels.packTransposedFilter3d(rt, { ...volumes, ...padding3d, ...o }, A, o.panels),
  },
  conv3dFilterGrad: {
    sizes: volumes,
    offsets: padding3d,
    addresses: { x: A, dw: C },
    run: (o) => kernels.conv3dFilterGrad(rt, o as never, { ...o, dy: B } as never),
  },
  cumsum: {
    sizes: axis,
    addresses: { x: A, y: B },
    run: (o) => kernels.cumsum(rt, 'f32', { ...o, exclusive: false, reverse: false } as never),
  },
  depthwise: {
    sizes: groups,
    offsets: padding,
    addresses: { x: A, filter: B, y: C },
    run: (o) => kernels.depthwise(rt, o as never, o as never),
  },
  depthwiseInputGrad: {
    sizes: groups,
    offsets: padding,
    addresses: { dy: A, dx: C },
    run: (o) => kernels.depthwiseInputGrad(rt, o as never, { ...o, filter: B } as never),
  },
  depthwiseFilterGrad: {
    sizes: groups,
    offsets: padding,
    addresses: { dy: A, dw: C },
    run: (o) => kernels.depthwiseFilterGrad(rt, o as never, { ...o, x: B } as never),
  },
  fill: { sizes: { bytes: 64 }, addresses: { y: A }, run: (o) => kernels.fill(rt, o.y, o.bytes, 0) },
  gemm: {
    sizes: { m: 4, n: 4, k: 4, lda: 4, ldb: 4, ldc: 4, batch: 1 },
    offsets: { batchA: 0, batchB: 0, batchC: 0 },
    addresses: { a: A, b: B, c: C, bias: B },
    run: (o) => kernels.gemm(rt, o as never),
  },
  gemmPacked: {
    sizes: { m: 4, n: 4, k: 4 },
    addresses: { a: A, b: B, c: C },
    run: (o) => kernels.gemmPacked(rt, o as never),
  },
  packB: {
    sizes: { n: 4, k: 4 },
    offsets: { ldb: 4 },
    addresses: { b: A, panels: B },
    run: (o) => kernels.packB(rt, o as never),
  },
  packedBytes: { sizes: { n: 4, k: 4 }, run: (o) => kernels.packedBytes(o.n, o.k) },
  lstmStep: {
    sizes: lstm,
    addresses: { gates: A, panels: B, hLast: C, cLast: C + 4096 },
    run: (o) => kernels.lstmStep(rt, o as never),
  },
  lstmStepGrad: {
    sizes: lstm,
    addresses: { gates: A, panels: B, h: C, c: C + 4096, dz: A + 8192, dh0: C + 8192, dc0: C + 12288 },
    run: (o) => kernels.lstmStepGrad(rt, o as never),
  },
  maxPool: {
    sizes: pool,
    offsets: padding,
    addresses: { x: A, y: B },
    run: (o) => kernels.maxPool(rt, o as never, o as never),
  },
  avgPool: {
    sizes: pool,
    offsets: padding,
    addresses: { x: A, y: B },
    run: (o) => kernels.avgPool(rt, o as never, o as never),
  },
  maxPoolGrad: {
    sizes: pool,
    offsets: padding,
    addresses: { x: A, dy: B, dx: C },
    run: (o) => kernels.maxPoolGrad(rt, o as never, o as never),
  },
  avgPoolGrad: {
    sizes: pool,
    offsets: padding,
    addresses: { dy: B, dx: C },
    run: (o) => kernels.avgPoolGrad(rt, o as never, o as never),
  },
  maxPoolWithArgmax: {
    sizes: pool,
    offsets: padding,
    addresses: { x: A, y: B, indices: C },
    run: (o) => kernels.maxPoolWithArgmax(rt, o as never, o as never, true),
  },
  maxPool3d: {
    sizes: pool3d,
    offsets: padding3d,
    addresses: { x: A, y: B },
    run: (o) => kernels.maxPool3d(rt, o as never, o as never),
  },
  avgPool3d: {
    sizes: pool3d,
    offsets: padding3d,
    addresses: { x: A, y: B },
    run: (o) => kernels.avgPool3d(rt, o as never, o as never),
  },
  maxPool3dGrad: {
    sizes: pool3d,
    offsets: padding3d,
    addresses: { x: A, dy: B, dx: C },
    run: (o) => kernels.maxPool3dGrad(rt, o as never, o as never),
  },
  avgPool3dGrad: {
    sizes: pool3d,
    offsets: padding3d,
    addresses: { dy: B, dx: C },
    run: (o) => kernels.avgPool3dGrad(rt, o as never, o as never),
  },
  random: {
    sizes: { n: 2, stream: 0 },
    addresses: { state: A, y: B },
    run: (o) => kernels.random(rt, 'random_uniform_f32', { ...o, a: 0, b: 1 } as never),
  },
  reduce: { sizes: axis, addresses: { x: A, y: B }, run: (o) => kernels.reduce(rt, 'sum_f32', o as never) },
  resizeBilinear: {
    sizes: resized,
    addresses: { x: A, y: B },
    run: (o) => kernels.resizeBilinear(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never),
  },
  resizeNearest: {
    sizes: resized,
    addresses: { x: A, y: B },
    run: (o) => kernels.resizeNearest(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never, 4),
  },
  resizeBilinearGrad: {
    sizes: resized,
    addresses: { dy: A, dx: B },
    run: (o) => kernels.resizeBilinearGrad(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never),
  },
  resizeNearestGrad: {
    sizes: resized,
    addresses: { dy: A, dx: B },
    run: (o) => kernels.resizeNearestGrad(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never),
  },
  segmentSum: {
    sizes: { n: 2, width: 3, segments: 2 },
    addresses: { x: A, ids: B, y: C },
    run: (o) => kernels.segmentSum(rt, { ...o, type: 'f32' } as never),
  },
  select: {
    sizes: { n: 4 },
    addresses: { condition: A, t: A, e: A, y: B },
    run: (o) => kernels.select(rt, 4, o as never),
  },
  unary: { sizes: { n: 4 }, addresses: { x: A, y: B }, run: (o) => kernels.unary(rt, 'relu_f32', o.x, o.y, o.n) },
  unaryToBool: {
    sizes: { n: 4 },
    addresses: { x: A, y: B },
    run: (o) => kernels.unaryToBool(rt, 'isnan_f32', o.x, o.y, o.n),
  },
  winograd: {
    sizes: winograd,
    offsets: padding,
    addresses: { x: A, panels: B, y: C },
    run: (o) => kernels.winograd(rt, o as never, 2, o as never),
  },
  transformFilter: {
    sizes: { inChannels: 8, outChannels: 8 },
    addresses: { filter: A, panels: B },
    run: (o) => kernels.transformFilter(rt, o as never, 2, o as never),
  },
  transformedFilterBytes: {
    sizes: { inChannels: 8, outChannels: 8 },
    run: (o) => kernels.transformedFilterBytes(o as never, 2),
  },
}

const bad = {
  sizes: [Number.NaN, -1, 1.5, '3', null, 1 / 0],
  offsets: [Number.NaN, 0.5, '0', 2 ** 31],
  addresses: [Number.NaN, -64, 0.5, '4194304', 2 ** 32],
}

describe('sizes and addresses of kernels', () => {
  for (const [name, call] of Object.entries(calls))
    it(name, () => {
      const numbers = { ...call.sizes, ...call.offsets, ...call.addresses }
      call.run(numbers)
      const { blocks, inUse } = rt.heap
      for (const kind of ['sizes', 'offsets', 'addresses'] as const)
        for (const field of Object.keys(call[kind] ?? {}))
          for (const value of bad[kind])
            expect(() => call.run({ ...numbers, [field]: value } as Numbers), `${field}: ${value}`).toThrow(
              new RegExp(`\\b${field}: '?${value}'? is not `),
            )
      expect([rt.heap.blocks, rt.heap.inUse]).toEqual([blocks, inUse])
      expect(product()).toBe(checksum)
    })
})
