import * as tf from '@tensorflow/tfjs-core'
import type { Workload } from '../measure/workload.ts'
import { int64, type OnnxGraph } from '../onnx/graph.ts'
import { channelsFirst, channelsLast } from '../onnx/layout.ts'
import { operation } from './tensors.ts'

type Targets = Workload['targets']

const ORT = { 'onnxruntime-web': { narrow: 1.5 } }
const FIRST = channelsFirst(4)
const LAST = channelsLast(4)
/** A filter [height, width, inputs, outputs] as ONNX has it. */
const FILTER = [3, 2, 0, 1]

/** Padding before and after for 'same', as TensorFlow has it: the odd one comes after. */
function same(size: number, kernel: number, stride: number): [number, number] {
  const out = Math.ceil(size / stride)
  const all = Math.max(0, (out - 1) * stride + kernel - size)
  return [Math.floor(all / 2), Math.ceil(all / 2)]
}

/** ONNX's pads for `axes` axes alike: all before, then all after. */
function pads(size: number, kernel: number, stride: number, axes = 2): number[] {
  return same(size, kernel, stride).flatMap((pad) => new Array<number>(axes).fill(pad))
}

const title = (kernel: number, stride: number) => `${kernel}x${kernel}${stride > 1 ? ` stride ${stride}` : ''}`

function conv(
  kernel: number,
  stride: number,
  size: number,
  channels: number,
  filters: number,
  wasm?: { narrow: number; wide: number },
): Workload {
  const out = Math.ceil(size / stride)
  return operation({
    name: `conv ${title(kernel, stride)} ${size}x${size} ${channels} to ${filters}`,
    flops: 2 * out * out * filters * kernel * kernel * channels,
    targets: { ...ORT, 'tfjs-wasm': wasm },
    inputs: [
      { shape: [1, size, size, channels], axes: FIRST },
      { shape: [kernel, kernel, channels, filters], axes: FILTER, weight: true },
    ],
    compute: ([x, filter]) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, 'same'),
    nodes: (graph, names) => ({
      name: graph.node('Conv', names, { strides: [stride, stride], pads: pads(size, kernel, stride) }),
      shape: [1, filters, out, out],
      axes: LAST,
    }),
  })
}

/** A convolution 3x3 in ONNX Runtime's own order of axes, which stock tfjs-wasm does not know. */
function convFirst(size: number, channels: number, filters: number): Workload {
  return operation({
    name: `conv 3x3 ${size}x${size} ${channels} to ${filters}, channels first`,
    flops: 2 * size * size * filters * 9 * channels,
    targets: ORT,
    inputs: [{ shape: [1, channels, size, size] }, { shape: [3, 3, channels, filters], axes: FILTER, weight: true }],
    compute: ([x, filter]) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', 'NCHW'),
    nodes: (graph, names) => ({
      name: graph.node('Conv', names, { pads: pads(size, 3, 1) }),
      shape: [1, filters, size, size],
    }),
  })
}

interface DepthwiseOptions {
  stride?: number
  /** How many channels are made of each. */
  multiplier?: number
  dilation?: number
  first?: boolean
  targets?: Targets
}

function depthwise(
  kernel: number,
  size: number,
  channels: number,
  { stride = 1, multiplier = 1, dilation = 1, first = false, targets = {} }: DepthwiseOptions = {},
): Workload {
  const out = Math.ceil(size / stride)
  const filters = channels * multiplier
  const details = [
    multiplier > 1 ? `, ${multiplier} of each` : '',
    dilation > 1 ? `, dilated by ${dilation}` : '',
    first ? ', channels first' : '',
  ]
  return operation({
    name: `depthwise ${title(kernel, stride)} ${size}x${size}x${channels}${details.join('')}`,
    flops: 2 * out * out * filters * kernel * kernel,
    targets: { ...ORT, ...targets },
    inputs: [
      first ? { shape: [1, channels, size, size] } : { shape: [1, size, size, channels], axes: FIRST },
      { shape: [kernel, kernel, channels, multiplier], axes: [2, 3, 0, 1], weight: true },
    ],
    compute: ([x, filter]) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, 'same', first ? 'NCHW' : 'NHWC', dilation),
    nodes: (graph, [x, filter]) => ({
      name: graph.node('Conv', [x, grouped(graph, filter, [filters, 1, kernel, kernel], multiplier)], {
        group: channels,
        strides: [stride, stride],
        dilations: [dilation, dilation],
        pads: pads(size, dilation * (kernel - 1) + 1, stride),
      }),
      shape: [1, filters, out, out],
      axes: first ? undefined : LAST,
    }),
  })
}

/** A filter [channels, multiplier, height, width] as that of a convolution by groups. */
function grouped(graph: OnnxGraph, filter: string, shape: readonly number[], multiplier: number): string {
  return multiplier === 1 ? filter : graph.node('Reshape', [filter, graph.constant([shape.length], int64(shape))])
}

function conv1d(kernel: number, size: number, channels: number, filters: number): Workload {
  return operation({
    name: `conv1d ${kernel} ${size} ${channels} to ${filters}`,
    flops: 2 * size * filters * kernel * channels,
    targets: ORT,
    inputs: [
      { shape: [1, size, channels], axes: channelsFirst(3) },
      { shape: [kernel, channels, filters], axes: [2, 1, 0], weight: true },
    ],
    compute: ([x, filter]) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, 'same'),
    nodes: (graph, names) => ({
      name: graph.node('Conv', names, { pads: pads(size, kernel, 1, 1) }),
      shape: [1, filters, size],
      axes: channelsLast(3),
    }),
  })
}

function conv3d(kernel: number, depth: number, size: number, channels: number, filters: number): Workload {
  return operation({
    name: `conv3d ${kernel}x${kernel}x${kernel} ${depth}x${size}x${size} ${channels} to ${filters}`,
    flops: 2 * depth * size * size * filters * kernel ** 3 * channels,
    targets: ORT,
    inputs: [
      { shape: [1, depth, size, size, channels], axes: channelsFirst(5) },
      { shape: [kernel, kernel, kernel, channels, filters], axes: [4, 3, 0, 1, 2], weight: true },
    ],
    compute: ([x, filter]) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, 'same'),
    nodes: (graph, names) => ({
      name: graph.node('Conv', names, { pads: pads(size, kernel, 1, 3) }),
      shape: [1, filters, depth, size, size],
      axes: channelsLast(5),
    }),
  })
}

function transposed(kernel: number, stride: number, size: number, channels: number, filters: number): Workload {
  const out = size * stride
  return operation({
    name: `transposed conv ${title(kernel, stride)} ${size}x${size} ${channels} to ${filters}`,
    flops: 2 * size * size * filters * kernel * kernel * channels,
    targets: ORT,
    inputs: [
      { shape: [1, size, size, channels], axes: FIRST },
      { shape: [kernel, kernel, filters, channels], axes: FILTER, weight: true },
    ],
    compute: ([x, filter]) =>
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, out, out, filters], stride, 'same'),
    nodes: (graph, names) => ({
      name: graph.node('ConvTranspose', names, { strides: [stride, stride], pads: pads(out, kernel, stride) }),
      shape: [1, filters, out, out],
      axes: LAST,
    }),
  })
}

type Gradient = 'input' | 'filter'

/** The gradient of a convolution 3x3, of stride 1, of as many channels as filters: ONNX has no such thing. */
function gradient(of: Gradient, size: number, channels: number): Workload {
  const image = [1, size, size, channels] as const
  const filter = [3, 3, channels, channels] as const
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 }
  const kernel = of === 'input' ? 'Conv2DBackpropInput' : 'Conv2DBackpropFilter'
  return operation({
    name: `conv 3x3 ${size}x${size} ${channels} to ${channels}, ${of} gradient`,
    flops: 2 * size * size * channels * channels * 9,
    // backend-cpu would take 13 s.
    long: of === 'filter',
    inputs: [{ shape: image }, { shape: of === 'input' ? filter : image, weight: of === 'input' }],
    compute: ([dy, other]) =>
      of === 'input'
        ? tf.engine().runKernel<tf.Tensor>(kernel, { dy, filter: other }, { ...attributes, inputShape: [...image] })
        : tf.engine().runKernel<tf.Tensor>(kernel, { x: other, dy }, { ...attributes, filterShape: [...filter] }),
  })
}

export const convolutions: readonly Workload[] = [
  conv(3, 1, 56, 64, 64, { narrow: 2.6, wide: 4 }),
  conv(3, 1, 14, 256, 256, { narrow: 2.6, wide: 4 }),
  conv(1, 1, 28, 128, 256, { narrow: 1.4, wide: 2.5 }),
  conv(7, 2, 224, 3, 64, { narrow: 1.35, wide: 2.4 }),
  conv(3, 2, 56, 64, 128),
  conv(5, 1, 28, 32, 64),
  convFirst(56, 64, 64),
  depthwise(3, 112, 32, { targets: { 'tfjs-wasm': { narrow: 1.7, wide: 2.2 } } }),
  depthwise(3, 14, 512, { targets: { 'tfjs-wasm': { narrow: 1.7, wide: 2.2 } } }),
  depthwise(3, 112, 64, { stride: 2 }),
  depthwise(5, 28, 120),
  depthwise(3, 56, 64, { first: true }),
  depthwise(3, 56, 32, { multiplier: 2 }),
  depthwise(3, 56, 64, { dilation: 2 }),
  conv1d(5, 1024, 64, 128),
  conv3d(3, 16, 28, 16, 32),
  transposed(4, 2, 28, 128, 64),
  gradient('input', 56, 64),
  gradient('filter', 56, 64),
]
