import fc from 'fast-check'
import { type ConvAttrs, convInfo, poolInfo } from '../src/kernels/windows.ts'
import { conv3dInfo, pool3dInfo } from '../src/kernels/windows3d.ts'
import type { Call } from './call.ts'
import { type Drawn, type Dtype, mostlyFloat, shapes, tensorOf } from './draw.ts'

type Pair = [number, number]
type Pad = ConvAttrs['pad']

const small = fc.nat(9)
const pair = (most: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }), fc.boolean())
    .map(([a, b, square]): Pair => [a, square ? a : b])
const side = fc.constantFrom(0, 0, 1, 2, 3)
const explicit = fc.tuple(side, side, side, side).map(
  ([top, bottom, left, right]): Pad => [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ],
)
const pad: fc.Arbitrary<Pad> = fc.oneof(fc.constantFrom<Pad[]>('same', 'valid'), side, explicit)
const rounding = fc.constantFrom('floor' as const, 'round' as const, 'ceil' as const)

interface Window {
  x: [number, number, number, number]
  filter: Pair
  strides: Pair
  dilations: Pair
  pad: Pad
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Windows that fit in their images, of which some have no pixels. */
function windows(dilated: boolean, rounded: boolean, channels = 20): fc.Arbitrary<Window> {
  return fc
    .record({
      x: fc.tuple(fc.nat(3), small, small, fc.oneof(fc.nat(5), fc.nat(channels))),
      filter: pair(5),
      strides: pair(4),
      dilations: fc.boolean().chain((plain) => (plain || !dilated ? fc.constant<Pair>([1, 1]) : pair(3))),
      pad,
      dimRoundingMode: rounded ? rounding : fc.constant(undefined),
    })
    .map((w) => (typeof w.pad === 'number' ? w : { ...w, dimRoundingMode: undefined }))
    .map((w) => (fits(w) ? w : { ...w, pad: 'same' as const, dimRoundingMode: undefined }))
}

function fits({ x, filter, ...attrs }: Window): boolean {
  const { outHeight, outWidth } = convInfo(x, [...filter, x[3], 1], attrs)
  return outHeight >= 0 && outWidth >= 0
}

const image = (shape: number[], dtype: Dtype = 'float32') => tensorOf(shape, dtype, { sums: true, scale: 4 })

const FIRST = [0, 3, 1, 2]
const first = <T>(list: T[]): T[] => FIRST.map((d) => list[d])

/** What the attributes of convolutions are, and their output's shape. */
function convolution(w: Window, outChannels: number, depthwise: boolean, dataFormat: string) {
  const { x, filter, strides, dilations, pad, dimRoundingMode } = w
  const filterShape = [...filter, x[3], outChannels]
  const { outShape } = convInfo(x, filterShape, w, depthwise)
  const attrs = { strides, pad, dilations, dimRoundingMode, dataFormat }
  if (dataFormat === 'NHWC') return { attrs, filterShape, inShape: x as number[], outShape: outShape as number[] }
  const padFirst = Array.isArray(pad) ? first(pad as unknown[]) : pad
  return {
    attrs: { ...attrs, pad: padFirst },
    filterShape,
    inShape: first<number>(x),
    outShape: first<number>(outShape),
  }
}

/** Calls of a convolution (`forward`) or of its gradient by the image or by the filter. */
function convolutions(kind: 'forward' | 'x' | 'filter', depthwise: boolean, fused = false): fc.Arbitrary<Call> {
  const forward = kind === 'forward'
  const drawn = fc.tuple(
    windows(true, forward).map((w) =>
      depthwise && Math.max(...w.strides) > 1 ? { ...w, dilations: [1, 1] as Pair } : w,
    ),
    depthwise ? fc.constantFrom(1, 1, 1, 2, 3, 4, 8) : fc.oneof(fc.nat(5), fc.nat(20)),
    fc.oneof({ weight: 19, arbitrary: fc.constant<Dtype>('float32') }, { weight: 1, arbitrary: mostlyFloat }),
    fc.constantFrom('NHWC', 'NHWC', 'NHWC', 'NCHW'),
  )
  return drawn.chain(([w, outs, dtype, dataFormat]): fc.Arbitrary<Call> => {
    const { attrs, filterShape, inShape, outShape } = convolution(w, outs, depthwise, dataFormat)
    // What falls back, backend-cpu's depthwise kernels take for images with channels last.
    const x = image(inShape, depthwise && dataFormat === 'NCHW' ? 'float32' : dtype)
    const filter = image(filterShape)
    const dy = image(outShape)
    if (kind === 'x')
      return fc.record({ inputs: fc.record({ dy, filter }), attrs: fc.constant({ ...attrs, inputShape: inShape }) })
    if (kind === 'filter')
      return fc.record({ inputs: fc.record({ x, dy }), attrs: fc.constant({ ...attrs, filterShape }) })
    if (!fused) return fc.record({ inputs: fc.record({ x, filter }), attrs: fc.constant(attrs) })
    return epilogue(outShape, dataFormat).chain(({ activation, bias, preluActivationWeights }) =>
      fc.record({
        inputs: fc.record({ x, filter, bias, preluActivationWeights }),
        attrs: fc.constant({ ...attrs, activation, leakyreluAlpha: activation === 'leakyrelu' ? 0.3 : undefined }),
      }),
    )
  })
}

const activations = ['linear', 'relu', 'relu6', 'elu', 'prelu', 'leakyrelu', 'sigmoid']

/** Bias and slopes as the fused kernels take them: for each channel, for all, or for each pixel. */
export function epilogue(
  outShape: number[],
  dataFormat = 'NHWC',
): fc.Arbitrary<{
  activation: string
  bias: fc.Arbitrary<Drawn | null>
  preluActivationWeights: fc.Arbitrary<Drawn | null>
}> {
  const isFirst = dataFormat === 'NCHW'
  const channels = isFirst ? outShape[1] : outShape[outShape.length - 1]
  const ofChannels = isFirst ? [channels, 1, 1] : [1, 1, channels]
  const shape = fc.constantFrom([channels], [channels], [channels], [], [1], ofChannels, outShape, outShape.slice(1))
  return fc
    .record({ activation: fc.constantFrom(...activations), of: shape, slopes: shape, none: fc.boolean() })
    .map(({ activation, of, slopes, none }) => ({
      activation,
      bias: none ? fc.constant(null) : tensorOf(of, 'float32', { tame: true, scale: 4 }),
      preluActivationWeights:
        activation === 'prelu' ? tensorOf(slopes, 'float32', { tame: true, scale: 1 }) : fc.constant(null),
    }))
}

/** `average`: sums, whose numbers must not overflow. */
function pooling(kind: 'forward' | 'gradient', average: boolean): fc.Arbitrary<Call> {
  return fc.tuple(windows(false, kind === 'forward', 40), mostlyFloat).chain(([w, type]) => {
    const dtype = kind === 'forward' ? type : 'float32'
    const attrs = { filterSize: w.filter, strides: w.strides, pad: w.pad, dimRoundingMode: w.dimRoundingMode }
    const x = tensorOf(w.x, dtype, { sums: average, scale: 4 })
    if (kind === 'forward') return fc.record({ inputs: fc.record({ x }), attrs: fc.constant(attrs) })
    const { outShape } = poolInfo({ shape: w.x, dtype, dataId: {} }, attrs)
    const dy = tensorOf(outShape, 'float32', { sums: true, scale: 4 })
    const inputs: fc.Arbitrary<Call['inputs']> = average
      ? fc.record({ dy, input: x })
      : fc.record({ dy, input: x, output: dy })
    return fc.record({ inputs, attrs: fc.constant(attrs) })
  })
}

type Triple = [number, number, number]
const triple = (most: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: most }),
      fc.integer({ min: 1, max: most }),
      fc.integer({ min: 1, max: most }),
      fc.boolean(),
    )
    .map(([a, b, c, cube]): Triple => (cube ? [a, a, a] : [a, b, c]))

/** Windows that fit in their volumes, of which some have no pixels. */
function windows3d(dilated: boolean) {
  return fc
    .record({
      x: fc.tuple(fc.nat(2), fc.nat(5), fc.nat(5), fc.nat(6), fc.oneof(fc.nat(5), fc.nat(9))),
      filterSize: triple(3),
      strides: triple(3),
      dilations: dilated ? fc.oneof(fc.constant<Triple>([1, 1, 1]), triple(2)) : fc.constant<Triple>([1, 1, 1]),
      pad: fc.constantFrom<(number | 'same' | 'valid')[]>('same', 'valid', 0, 1),
    })
    .map((w) => (Math.max(...w.strides) > 1 ? { ...w, dilations: [1, 1, 1] as Triple } : w))
    .map((w) => {
      const { outShape } = conv3dInfo('', w.x, [...w.filterSize, w.x[4], 1], { ...w, pad: 'same' })
      const reach = w.filterSize.map((size, d) => (size - 1) * w.dilations[d] + 1)
      const room = (pad: number) => reach.every((size, d) => size <= w.x[d + 1] + 2 * pad)
      const isFit = w.pad === 'same' || room(w.pad === 'valid' ? 0 : w.pad)
      return outShape && isFit ? w : { ...w, pad: 'same' as const }
    })
}

function convolutions3d(kind: 'forward' | 'x' | 'filter'): fc.Arbitrary<Call> {
  const drawn = fc.tuple(windows3d(true), fc.oneof(fc.nat(5), fc.nat(18)), mostlyFloat)
  return drawn.chain(([{ x: inputShape, filterSize, ...attrs }, outs, dtype]): fc.Arbitrary<Call> => {
    const filterShape = [...filterSize, inputShape[4], outs]
    const { outShape } = conv3dInfo('', inputShape, filterShape, attrs)
    const [x, filter, dy] = [
      image(inputShape, kind === 'forward' ? dtype : 'float32'),
      image(filterShape),
      image(outShape),
    ]
    if (kind === 'x')
      return fc.record({ inputs: fc.record({ dy, filter }), attrs: fc.constant({ ...attrs, inputShape }) })
    if (kind === 'filter')
      return fc.record({ inputs: fc.record({ x, dy }), attrs: fc.constant({ ...attrs, filterShape }) })
    return fc.record({ inputs: fc.record({ x, filter }), attrs: fc.constant({ ...attrs, dataFormat: 'NDHWC' }) })
  })
}

function pooling3d(kind: 'forward' | 'gradient', average: boolean): fc.Arbitrary<Call> {
  return fc
    .tuple(windows3d(false), rounding, mostlyFloat)
    .chain(([{ dilations: _, x: shape, ...w }, mode, type]): fc.Arbitrary<Call> => {
      const dtype = kind === 'forward' ? type : 'float32'
      const attrs = { ...w, dimRoundingMode: typeof w.pad === 'number' ? mode : undefined }
      const x = tensorOf(shape, dtype, { sums: average, scale: 4 })
      if (kind === 'forward')
        return fc.record({ inputs: fc.record({ x }), attrs: fc.constant({ ...attrs, dataFormat: 'NDHWC' }) })
      const { outShape } = pool3dInfo({ shape, dtype, dataId: {} }, attrs)
      const dy = tensorOf(outShape, 'float32', { sums: true, scale: 4 })
      return fc.record({ inputs: fc.record({ dy, input: x }), attrs: fc.constant(attrs) })
    })
}

const withArgmax = fc
  .tuple(windows(false, false, 40), mostlyFloat, fc.boolean())
  .chain(([w, dtype, includeBatchInIndex]) =>
    fc.record({
      inputs: fc.record({ x: tensorOf(w.x, dtype, { scale: 4 }) }),
      attrs: fc.constant({ filterSize: w.filter, strides: w.strides, pad: w.pad, includeBatchInIndex }),
    }),
  )

const resizing = (dtype: fc.Arbitrary<Dtype>, numbers = {}) =>
  fc
    .tuple(
      shapes(4, 40, 4),
      dtype,
      fc.tuple(fc.nat(12), fc.nat(12)),
      fc.constantFrom([false, false], [true, false], [false, true]),
    )
    .chain(([[batch, height, width, channels], type, size, [alignCorners, halfPixelCenters]]) =>
      fc.record({
        inputs: fc.record({
          images: tensorOf([batch, Math.max(height, 1), Math.max(width, 1), channels], type, numbers),
        }),
        attrs: fc.constant({ size, alignCorners, halfPixelCenters }),
      }),
    )

/** Of images, and of the gradient at what they are resized to. */
const resizingGradients = fc
  .tuple(
    shapes(4, 40, 4),
    fc.tuple(fc.nat(7), fc.nat(7)),
    fc.constantFrom([false, false], [true, false], [false, true]),
  )
  .chain(([[batch, rows, columns, channels], size, [align, halfPixelCenters]]) => {
    const [height, width] = [Math.max(rows, 1), Math.max(columns, 1)]
    // Where corners of a single pixel are aligned to several, backend-cpu's ResizeNearestNeighborGrad never ends.
    const alignCorners = align && (height > 1 || size[0] < 2) && (width > 1 || size[1] < 2)
    return fc.record({
      inputs: fc.record({
        images: tensorOf([batch, height, width, channels], 'float32'),
        dy: tensorOf([batch, ...size, channels], 'float32', { tame: true, scale: 4 }),
      }),
      attrs: fc.constant({ alignCorners, halfPixelCenters }),
    })
  })

export const windowed: Record<string, fc.Arbitrary<Call>> = {
  Conv2D: convolutions('forward', false),
  Conv2DBackpropInput: convolutions('x', false),
  Conv2DBackpropFilter: convolutions('filter', false),
  FusedConv2D: convolutions('forward', false, true),
  DepthwiseConv2dNative: convolutions('forward', true),
  DepthwiseConv2dNativeBackpropInput: convolutions('x', true),
  DepthwiseConv2dNativeBackpropFilter: convolutions('filter', true),
  FusedDepthwiseConv2D: convolutions('forward', true, true),
  AvgPool: pooling('forward', true),
  AvgPoolGrad: pooling('gradient', true),
  MaxPool: pooling('forward', false),
  MaxPoolGrad: pooling('gradient', false),
  MaxPoolWithArgmax: withArgmax,
  Conv3D: convolutions3d('forward'),
  Conv3DBackpropInputV2: convolutions3d('x'),
  Conv3DBackpropFilterV2: convolutions3d('filter'),
  AvgPool3D: pooling3d('forward', true),
  AvgPool3DGrad: pooling3d('gradient', true),
  MaxPool3D: pooling3d('forward', false),
  MaxPool3DGrad: pooling3d('gradient', false),
  ResizeBilinear: resizing(mostlyFloat, { tame: true, scale: 4 }),
  ResizeBilinearGrad: resizingGradients,
  ResizeNearestNeighborGrad: resizingGradients,
  ResizeNearestNeighbor: resizing(fc.constantFrom<Dtype[]>('float32', 'int32', 'bool')),
}
