// Calls of kernels by their functions' names.
import * as kernels from '@lanewise/kernels'

export type Numbers = Record<string, number>

/** A call with all its numbers, whole and by name; each of them is replaced by what it can not be. */
interface Call {
  /** 0 or more. */
  sizes: Numbers
  /** In [-2^31, 2^31). */
  offsets?: Numbers
  /** In bytes. */
  addresses?: Numbers
  run(rt: kernels.Runtime, numbers: Numbers): unknown
}

// Addresses of memory that a call may write to.
const A = 1 << 22
const B = A + (1 << 20)
const C = B + (1 << 20)

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
const { strideWidth: _, ...winograd } = { ...windows, inChannels: 8, outChannels: 8 }

const lying = (ptr: number) => ({ ptr, strides: [64, 64, 16] as const })
const places = ({ q, k, v, out }: Numbers) => ({ q: lying(q), k: lying(k), v: lying(v), out: lying(out) })

type Kernel = (...args: unknown[]) => unknown
const kernel = (name: string) => (kernels as unknown as Record<string, Kernel>)[name]

/** The calls of convolutions, of images or of volumes ('3d'). */
function convolutions(dimensions: '' | '3d', sizes: Numbers, offsets: Numbers, filter: Numbers): Record<string, Call> {
  const whole = { ...sizes, ...offsets }
  const named = dimensions === '' ? 'conv2d' : 'conv3d'
  const call = (name: string, addresses: Numbers, others: Numbers = {}): Record<string, Call> => ({
    [name]: { sizes, offsets, addresses, run: (rt, o) => kernel(name)(rt, o, { ...o, ...others }) },
  })
  const bytes = (name: string): Record<string, Call> => ({
    [name]: { sizes: filter, run: (_, o) => kernel(name)({ ...whole, ...o }) },
  })
  const pack = (name: string): Record<string, Call> => ({
    [name]: {
      sizes: filter,
      addresses: { panels: B },
      run: (rt, o) => kernel(name)(rt, { ...whole, ...o }, A, o.panels),
    },
  })
  return {
    ...call(named, { x: A, panels: B, y: C }),
    ...call(`${named}InputGrad`, { dy: A, panels: B, dx: C }),
    ...call(`${named}FilterGrad`, { x: A, dw: C }, { dy: B }),
    ...bytes(`packedFilterBytes${dimensions}`),
    ...bytes(`packedTransposedFilterBytes${dimensions}`),
    ...pack(`packFilter${dimensions}`),
    ...pack(`packTransposedFilter${dimensions}`),
  }
}

function pools(dimensions: '' | '3d', sizes: Numbers, offsets: Numbers): Record<string, Call> {
  const call = (name: string, addresses: Numbers): Record<string, Call> => ({
    [name]: { sizes, offsets, addresses, run: (rt, o) => kernel(name)(rt, o, o) },
  })
  return {
    ...call(`maxPool${dimensions}`, { x: A, y: B }),
    ...call(`avgPool${dimensions}`, { x: A, y: B }),
    ...call(`maxPool${dimensions}Grad`, { x: A, dy: B, dx: C }),
    ...call(`avgPool${dimensions}Grad`, { dy: B, dx: C }),
  }
}

export const calls: Readonly<Record<string, Call>> = {
  argReduce: {
    sizes: axis,
    addresses: { x: A, y: B },
    run: (rt, o) => kernels.argReduce(rt, 'argmax_f32', o as never),
  },
  attention: {
    sizes: attention,
    addresses: { q: A, k: A, v: A, out: B, stats: C },
    run: (rt, o) => kernels.attention(rt, { ...o, ...places(o), scale: 1 } as never),
  },
  attentionGrad: {
    sizes: attention,
    addresses: { q: A, k: A, v: A, out: B, stats: C, dOut: B, dq: C + 4096, dk: C + 8192, dv: C + 12288 },
    run: (rt, o) => kernels.attentionGrad(rt, { ...o, ...places(o), scale: 1 } as never),
  },
  attentionBlocks: {
    sizes: { queries: 2, keys: 2, dim: 2, valueDim: 2 },
    run: (_, o) => kernels.attentionBlocks('attention_f32', o as never),
  },
  batchNorm: {
    sizes: { rows: 2, channels: 3 },
    addresses: { x: A, y: B, mean: C, variance: C, scale: C, offset: C },
    run: (rt, o) => kernels.batchNorm(rt, { ...o, epsilon: 0.1 } as never),
  },
  batchNormTables: {
    sizes: { channels: 3 },
    addresses: { mean: A, variance: A, scale: A, offset: A, tables: B },
    run: (rt, o) => kernels.batchNormTables(rt, { ...o, epsilon: 0.1 } as never),
  },
  cast: { sizes: { n: 4 }, addresses: { x: A, y: B }, run: (rt, o) => kernels.cast(rt, 'cast_f32_i32', o.x, o.y, o.n) },
  ...convolutions('', conv, padding, filter),
  'conv2d, 1x1': {
    sizes: pixel,
    run: (rt, o) => kernels.conv2d(rt, { ...padding, ...o } as never, { x: A, panels: B, y: C }),
  },
  ...convolutions('3d', volumes, padding3d, filter3d),
  'conv3d, of images': {
    sizes: flatVolumes,
    offsets: padding3d,
    addresses: { x: A, panels: B, y: C },
    run: (rt, o) => kernels.conv3d(rt, o as never, o as never),
  },
  cumsum: {
    sizes: axis,
    addresses: { x: A, y: B },
    run: (rt, o) => kernels.cumsum(rt, 'f32', { ...o, exclusive: false, reverse: false } as never),
  },
  cumprod: {
    sizes: axis,
    addresses: { x: A, y: B },
    run: (rt, o) => kernels.cumprod(rt, 'f32', { ...o, exclusive: false, reverse: false } as never),
  },
  depthwise: {
    sizes: groups,
    offsets: padding,
    addresses: { x: A, filter: B, y: C },
    run: (rt, o) => kernels.depthwise(rt, o as never, o as never),
  },
  depthwiseInputGrad: {
    sizes: groups,
    offsets: padding,
    addresses: { dy: A, dx: C },
    run: (rt, o) => kernels.depthwiseInputGrad(rt, o as never, { ...o, filter: B } as never),
  },
  depthwiseFilterGrad: {
    sizes: groups,
    offsets: padding,
    addresses: { dy: A, dw: C },
    run: (rt, o) => kernels.depthwiseFilterGrad(rt, o as never, { ...o, x: B } as never),
  },
  fill: { sizes: { bytes: 64 }, addresses: { y: A }, run: (rt, o) => kernels.fill(rt, o.y, o.bytes, 0) },
  gemm: {
    sizes: { m: 4, n: 4, k: 4, lda: 4, ldb: 4, ldc: 4, batch: 1 },
    offsets: { batchA: 0, batchB: 0, batchC: 0 },
    addresses: { a: A, b: B, c: C, bias: B, tables: A },
    run: (rt, o) => kernels.gemm(rt, o as never),
  },
  gemmPacked: {
    sizes: { m: 4, n: 4, k: 4 },
    addresses: { a: A, b: B, c: C, tables: A },
    run: (rt, o) => kernels.gemmPacked(rt, o as never),
  },
  packB: {
    sizes: { n: 4, k: 4 },
    offsets: { ldb: 4 },
    addresses: { b: A, panels: B },
    run: (rt, o) => kernels.packB(rt, o as never),
  },
  packedBytes: { sizes: { n: 4, k: 4 }, run: (_, o) => kernels.packedBytes(o.n, o.k) },
  lstmStep: {
    sizes: lstm,
    addresses: { gates: A, panels: B, hLast: C, cLast: C + 4096 },
    run: (rt, o) => kernels.lstmStep(rt, o as never),
  },
  lstmStepGrad: {
    sizes: lstm,
    addresses: { gates: A, panels: B, h: C, c: C + 4096, dz: A + 8192, dh0: C + 8192, dc0: C + 12288 },
    run: (rt, o) => kernels.lstmStepGrad(rt, o as never),
  },
  ...pools('', pool, padding),
  maxPoolWithArgmax: {
    sizes: pool,
    offsets: padding,
    addresses: { x: A, y: B, indices: C },
    run: (rt, o) => kernels.maxPoolWithArgmax(rt, o as never, o as never, true),
  },
  ...pools('3d', pool3d, padding3d),
  random: {
    sizes: { n: 2, stream: 0 },
    addresses: { state: A, y: B },
    run: (rt, o) => kernels.random(rt, 'random_uniform_f32', { ...o, a: 0, b: 1 } as never),
  },
  reduce: { sizes: axis, addresses: { x: A, y: B }, run: (rt, o) => kernels.reduce(rt, 'sum_f32', o as never) },
  resizeBilinear: {
    sizes: resized,
    addresses: { x: A, y: B },
    run: (rt, o) => kernels.resizeBilinear(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never),
  },
  resizeNearest: {
    sizes: resized,
    addresses: { x: A, y: B },
    run: (rt, o) => kernels.resizeNearest(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never, 4),
  },
  resizeBilinearGrad: {
    sizes: resized,
    addresses: { dy: A, dx: B },
    run: (rt, o) => kernels.resizeBilinearGrad(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never),
  },
  resizeNearestGrad: {
    sizes: resized,
    addresses: { dy: A, dx: B },
    run: (rt, o) => kernels.resizeNearestGrad(rt, { ...o, alignCorners: false, halfPixelCenters: false } as never),
  },
  flatIndices: {
    sizes: { n: 2 },
    addresses: { indices: A, y: B },
    run: (rt, o) => kernels.flatIndices(rt, { ...o, shape: [2, 3], strides: [3, 1] } as never),
  },
  scatter: {
    sizes: { n: 2, run: 4, segments: 2 },
    addresses: { x: A, ids: B, y: C },
    run: (rt, o) => kernels.scatter(rt, { ...o, single: false } as never),
  },
  segmentSum: {
    sizes: { n: 2, width: 3, segments: 2 },
    addresses: { x: A, ids: B, y: C },
    run: (rt, o) => kernels.segmentSum(rt, { ...o, type: 'f32' } as never),
  },
  select: {
    sizes: { n: 4 },
    addresses: { condition: A, t: A, e: A, y: B },
    run: (rt, o) => kernels.select(rt, 4, o as never),
  },
  unary: { sizes: { n: 4 }, addresses: { x: A, y: B }, run: (rt, o) => kernels.unary(rt, 'relu_f32', o.x, o.y, o.n) },
  unaryToBool: {
    sizes: { n: 4 },
    addresses: { x: A, y: B },
    run: (rt, o) => kernels.unaryToBool(rt, 'isnan_f32', o.x, o.y, o.n),
  },
  winograd: {
    sizes: winograd,
    offsets: padding,
    addresses: { x: A, panels: B, y: C },
    run: (rt, o) => kernels.winograd(rt, o as never, 2, o as never),
  },
  transformFilter: {
    sizes: winograd,
    addresses: { filter: A, panels: B },
    run: (rt, o) => kernels.transformFilter(rt, o as never, 2, o as never),
  },
  transformedFilterBytes: {
    sizes: winograd,
    run: (_, o) => kernels.transformedFilterBytes(o as never, 2),
  },
}
