import { broadcast_util, type StridedSliceAttrs, slice_util } from '@tensorflow/tfjs-core'
import { sizeOf } from '../src/data.ts'
import { convInfo } from '../src/kernels/windows.ts'
import { type Call, type Content, type Inputs, runOnCpu } from './call.ts'
import { gradientLoops, inAnyFormat, isDilated, onCpu } from './convolutions.ts'
import { convolutionLoops, maxPoolGradient } from './volumes.ts'

/** Calls that backend-cpu answers wrongly, and what is right. Each stands in docs/backend-cpu-faults.md. */
interface Fault {
  when(inputs: Record<string, Content>, attrs: Call['attrs']): boolean
  right(inputs: Record<string, Content>, attrs: Call['attrs']): Content[]
}

/** What `f` makes of each number of x, rounded once. */
const mapped = (f: (x: number) => number): Fault['right'] => {
  return ({ x }) => [{ ...x, values: x.values.map(f) }]
}

/** Through float32, in which int32 numbers above 2^24 lose digits. */
const throughFloat = ({ x }: Record<string, Content>, most = 2 ** 24) =>
  x.dtype === 'int32' && x.values.some((v) => Math.abs(v) > most)
/** exp(x) - 1, of which little is left near zero. */
const cancels = ({ x }: Record<string, Content>) => x.dtype === 'float32' && x.values.some((v) => v < 0 && v > -1e-3)

const faults: Record<string, Fault> = {
  Abs: { when: (inputs) => throughFloat(inputs), right: mapped(Math.abs) },
  Square: { when: (inputs) => throughFloat(inputs, 2 ** 12), right: mapped((x) => Math.imul(x, x)) },
  Elu: { when: cancels, right: mapped((x) => (x >= 0 ? x : Math.expm1(x))) },
  Selu: {
    when: cancels,
    right: mapped((x) => 1.0507009873554805 * (x >= 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  },
  Cumsum: {
    when: (_, { axis }) => (axis as number) < 0,
    right: (inputs, attrs) =>
      runOnCpu('Cumsum', inputs, { ...attrs, axis: (attrs.axis as number) + inputs.x.shape.length }),
  },
  Cumprod: {
    when: (_, { axis }) => (axis as number) < 0,
    right: (inputs, attrs) =>
      runOnCpu('Cumprod', inputs, { ...attrs, axis: (attrs.axis as number) + inputs.x.shape.length }),
  },
  DepthToSpace: { when: (inputs) => throughFloat(inputs), right: byPosition('DepthToSpace', 'x') },
  ResizeNearestNeighbor: {
    when: ({ images }) => throughFloat({ x: images }),
    right: byPosition('ResizeNearestNeighbor', 'images'),
  },
  BatchMatMul: { when: ({ a, b }) => mixesBatches(a, b), right: withFullBatches('BatchMatMul') },
  _FusedMatMul: { when: ({ a, b }) => mixesBatches(a, b), right: withFullBatches('_FusedMatMul') },
  Conv2D: { when: weighsPadding, right: inAnyFormat(withPixelsForPadding('Conv2D')) },
  FusedConv2D: { when: weighsPadding, right: inAnyFormat(withPixelsForPadding('FusedConv2D')) },
  Conv2DBackpropInput: { when: isDilated, right: gradientLoops('Conv2DBackpropInput') },
  Conv2DBackpropFilter: { when: isDilated, right: gradientLoops('Conv2DBackpropFilter') },
  ResizeBilinearGrad: {
    // Images that are not square, and the option.
    when: ({ images: { shape } }, { halfPixelCenters }) => shape[1] !== shape[2] || halfPixelCenters === true,
    right: transposedMap('ResizeBilinear'),
  },
  ResizeNearestNeighborGrad: {
    when: ({ images: { shape } }, { halfPixelCenters }) => shape[0] > 1 || halfPixelCenters === true,
    right: transposedMap('ResizeNearestNeighbor'),
  },
  Conv3D: { when: weighsPadding, right: convolutionLoops('forward') },
  Conv3DBackpropInputV2: { when: isDilated, right: convolutionLoops('x') },
  Conv3DBackpropFilterV2: { when: isDilated, right: convolutionLoops('filter') },
  MaxPool3DGrad: {
    when: (_, { filterSize }) => {
      const [, height, width] = [filterSize].flat() as number[]
      return height !== width
    },
    right: maxPoolGradient,
  },
  DepthwiseConv2dNative: { when: isChannelsFirst, right: inAnyFormat(onCpu('DepthwiseConv2dNative')) },
  FusedDepthwiseConv2D: { when: isChannelsFirst, right: inAnyFormat(onCpu('FusedDepthwiseConv2D')) },
  DepthwiseConv2dNativeBackpropInput: {
    when: isDilatedOrChannelsFirst,
    right: gradientLoops('DepthwiseConv2dNativeBackpropInput'),
  },
  DepthwiseConv2dNativeBackpropFilter: {
    when: isDilatedOrChannelsFirst,
    right: gradientLoops('DepthwiseConv2dNativeBackpropFilter'),
  },
  FusedBatchNorm: {
    when: (inputs) => Object.values(inputs).some((values) => values && values.shape.length > 1 && values !== inputs.x),
    right({ x, ...parameters }, attrs) {
      const whole = Object.entries(parameters).map(([name, values]) => [name, values && stretched(values, x.shape)])
      return runOnCpu('FusedBatchNorm', { x, ...Object.fromEntries(whole) }, attrs)
    },
  },
  GatherV2: {
    when: ({ x }, { batchDims }) => sizeOf(x.shape.slice(0, batchDims as number)) === 0,
    right({ x, indices }, attrs) {
      const [axis, batchDims] = [attrs.axis, attrs.batchDims] as number[]
      const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)]
      return [{ ...x, shape, values: x.values.slice(0, 0) }]
    },
  },
  Einsum: {
    when: (_, { equation }) => {
      const [terms, output] = (equation as string).split('->')
      const [first, second] = terms.split(',')
      const isAlone = (letter: string) =>
        !(first.includes(letter) && second.includes(letter)) && !output.includes(letter)
      return second !== undefined && [...first, ...second].some(isAlone)
    },
    right: einsum,
  },
  StridedSlice: {
    when(inputs, attrs) {
      const { shrinkAxisMask, strides } = attrs as { shrinkAxisMask: number; strides: number[] }
      return (
        (shrinkAxisMask !== 0 && strides.some((stride) => stride !== 1)) || sizeOf(box(inputs, attrs).finalShape) === 0
      )
    },
    right(inputs, attrs) {
      const { begin, end, strides, finalShape } = box(inputs, attrs)
      const { x } = inputs
      const indices = begin.map((first, d) => steps(first, end[d], strides[d]))
      const rowsOf = (offset: number, d: number): number[] =>
        d === indices.length ? [offset] : indices[d].flatMap((i) => rowsOf(offset * x.shape[d] + i, d + 1))
      const values = x.values.slice(0, sizeOf(finalShape))
      rowsOf(0, 0).forEach((from, to) => {
        values[to] = x.values[from]
      })
      return [{ ...x, shape: finalShape, values }]
    },
  },
}

function box({ x }: Record<string, Content>, attrs: Call['attrs']) {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } =
    attrs as unknown as StridedSliceAttrs
  return slice_util.sliceInfo(
    ...([x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const),
  )
}

function steps(first: number, end: number, stride: number): number[] {
  const all: number[] = []
  for (let i = first; stride > 0 ? i < end : i > end; i += stride) all.push(i)
  return all
}

export function rightWhereCpuErrs(kernel: string, inputs: Inputs, attrs: Call['attrs']): Content[] | undefined {
  const fault = faults[kernel]
  if (fault === undefined) return undefined
  const named = { ...inputs } as Record<string, Content>
  return fault.when(named, attrs) ? fault.right(named, attrs) : undefined
}

/** For kernels that only move numbers, of int32 tensors: what they make of the positions says what goes where. */
function byPosition(kernel: string, input: string): Fault['right'] {
  return (inputs, attrs) => {
    const from = inputs[input]
    const positions = { ...from, dtype: 'float32' as const, values: Float32Array.from(from.values.keys()) }
    const [{ shape, values }] = runOnCpu(kernel, { [input]: positions }, attrs)
    return [{ shape, dtype: from.dtype, values: Int32Array.from(values, (at) => from.values[at]) }]
  }
}

/** backend-cpu counts batches modulo those of each operand. */
function mixesBatches(a: Content, b: Content): boolean {
  const [outerA, outerB] = [a, b].map(({ shape }) => shape.slice(0, -2))
  const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB)
  const isSuffix = (shape: number[]) => {
    const from = shape.findIndex((size) => size !== 1)
    const rest = from < 0 ? [] : shape.slice(from)
    return sizeOf(outer) > 0 && String(rest) === String(outer.slice(outer.length - rest.length))
  }
  return !isSuffix(outerA) || !isSuffix(outerB)
}

function withFullBatches(kernel: string): Fault['right'] {
  return (inputs, attrs) => {
    const outer = broadcast_util.assertAndGetBroadcastShape(inputs.a.shape.slice(0, -2), inputs.b.shape.slice(0, -2))
    const full = ({ shape, dtype, values }: Content): Content => {
      const matrix = shape.slice(-2)
      const size = sizeOf(matrix)
      const own = [...new Array<number>(outer.length + 2 - shape.length).fill(1), ...shape.slice(0, -2)]
      const all = new Float32Array(sizeOf(outer) * size)
      for (let i = 0; i < sizeOf(outer); i++) {
        let rest = i
        let at = 0
        let stride = 1
        for (let d = outer.length - 1; d >= 0; d--) {
          at += own[d] === 1 ? 0 : (rest % outer[d]) * stride
          rest = Math.floor(rest / outer[d])
          stride *= own[d]
        }
        all.set(values.subarray(at * size, (at + 1) * size), i * size)
      }
      return { shape: [...outer, ...matrix], dtype, values: all }
    }
    return runOnCpu(kernel, { ...inputs, a: full(inputs.a), b: full(inputs.b) }, attrs)
  }
}

/** Of the whole shape, aligned at its last dimension. */
function stretched({ shape, dtype, values }: Content, whole: readonly number[]): Content {
  const all = new Float32Array(sizeOf(whole))
  for (let i = 0; i < all.length; i++) {
    let [rest, at, stride] = [i, 0, 1]
    for (let d = 1; d <= shape.length; d++) {
      const size = whole[whole.length - d]
      if (shape[shape.length - d] !== 1) {
        at += (rest % size) * stride
        stride *= size
      }
      rest = Math.floor(rest / size)
    }
    all[i] = values[at]
  }
  return { shape: [...whole], dtype, values: all }
}

function isChannelsFirst(_: unknown, { dataFormat }: Call['attrs']): boolean {
  return dataFormat === 'NCHW'
}

function isDilatedOrChannelsFirst(_: unknown, attrs: Call['attrs']): boolean {
  return isDilated(_, attrs) || isChannelsFirst(_, attrs)
}

/** The gradient of what is linear, by what the kernel makes of an image with a single 1, for each of its pixels. */
function transposedMap(kernel: string): Fault['right'] {
  return ({ images, dy }, attrs) => {
    const [, height, width] = dy.shape
    const dx = images.values.map((_, i) => {
      const values = new Float32Array(images.values.length)
      values[i] = 1
      const [y] = runOnCpu(kernel, { images: { ...images, values } }, { ...attrs, size: [height, width] })
      return (dy.values as Float32Array).reduce((sum, owed, at) => sum + owed * y.values[at], 0)
    })
    return [{ ...images, values: dx }]
  }
}

/** Zero times NaN or infinity is NaN; backend-cpu leaves out what lies in the padding. */
function weighsPadding({ filter }: Record<string, Content>, { pad }: Call['attrs']): boolean {
  return pad !== 'valid' && !filter.values.every(Number.isFinite)
}

/** Padding is pixels of zero. */
function withPixelsForPadding(kernel: string): Fault['right'] {
  return (inputs, attrs) => {
    const { x, filter } = inputs
    const info = convInfo(x.shape, filter.shape, attrs as never)
    const { outHeight, outWidth, strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info
    const [batch, height, width, channels] = x.shape
    const { top, left } = info.padInfo
    // As much as the windows reach, be it more or less than there is.
    const rows = Math.max(0, (outHeight - 1) * strideHeight + effectiveFilterHeight)
    const columns = Math.max(0, (outWidth - 1) * strideWidth + effectiveFilterWidth)
    const values = new Float32Array(batch * rows * columns * channels)
    values.forEach((_, at) => {
      const c = at % channels
      const column = (Math.floor(at / channels) % columns) - left
      const row = (Math.floor(at / channels / columns) % rows) - top
      const b = Math.floor(at / channels / columns / rows)
      if (row >= 0 && row < height && column >= 0 && column < width)
        values[at] = x.values[((b * height + row) * width + column) * channels + c]
    })
    const whole = { ...x, shape: [batch, rows, columns, channels], values }
    const [y] = runOnCpu(kernel, { ...inputs, x: whole }, { ...attrs, pad: 'valid', dimRoundingMode: undefined })
    if (String(y.shape) !== String(info.outShape)) throw new Error(`[${y.shape}] is not [${info.outShape}]`)
    return [y]
  }
}

function einsum(inputs: Record<string, Content>, attrs: Call['attrs']): Content[] {
  const [left, output] = (attrs.equation as string).split('->')
  const terms = left.split(',')
  const letters = [...new Set([...output, ...left.replace(',', '')])]
  const given = Object.values(inputs)
  const size = (letter: string) => {
    const i = terms.findIndex((term) => term.includes(letter))
    return given[i].shape[terms[i].indexOf(letter)]
  }
  const sizes = letters.map(size)
  const shape = [...output].map(size)
  const sums = new Float64Array(sizeOf(shape))
  const index = (term: string, at: number[]) =>
    [...term].reduce((sum, letter) => sum * size(letter) + at[letters.indexOf(letter)], 0)
  for (let i = 0; i < sizeOf(sizes); i++) {
    const at: number[] = []
    let rest = i
    for (let d = sizes.length - 1; d >= 0; d--) {
      at[d] = rest % sizes[d]
      rest = Math.floor(rest / sizes[d])
    }
    sums[index(output, at)] += terms.reduce((p, term, t) => p * given[t].values[index(term, at)], 1)
  }
  return [{ shape, dtype: 'float32', values: Float32Array.from(sums) }]
}
