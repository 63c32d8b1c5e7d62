import * as tf from '@tensorflow/tfjs-core'
import type { Workload } from '../measure/workload.ts'
import { int64 } from '../onnx/graph.ts'
import { channelsFirst, channelsLast } from '../onnx/layout.ts'
import { operation } from './tensors.ts'

const FIRST = channelsFirst(4)
const LAST = channelsLast(4)
const ORT = { 'onnxruntime-web': { narrow: 1.5 } }

/** Bytes of so many float32 numbers. */
const float32 = (...counts: number[]) => 4 * counts.reduce((sum, count) => sum + count, 0)

function pool(type: 'max' | 'average', window: number, stride: number, size: number, channels: number): Workload {
  const out = Math.ceil(size / stride)
  const all = (out - 1) * stride + window - size
  const pad = [Math.floor(all / 2), Math.ceil(all / 2)]
  return operation({
    name: `${type} pool ${window}x${window}${stride > 1 ? ` stride ${stride}` : ''} ${size}x${size}x${channels}`,
    bytes: float32(size * size * channels, out * out * channels),
    targets: ORT,
    inputs: [{ shape: [1, size, size, channels], axes: FIRST }],
    compute: ([x]) => (type === 'max' ? tf.maxPool : tf.avgPool)(x as tf.Tensor4D, window, stride, 'same'),
    nodes: (graph, names) => ({
      name: graph.node(type === 'max' ? 'MaxPool' : 'AveragePool', names, {
        kernel_shape: [window, window],
        strides: [stride, stride],
        pads: [pad[0], pad[0], pad[1], pad[1]],
      }),
      shape: [1, channels, out, out],
      axes: LAST,
    }),
  })
}

function maxPool3d(window: number, depth: number, size: number, channels: number): Workload {
  const out = [depth, size, size].map((length) => length / window)
  return operation({
    name: `max pool 3d ${window}x${window}x${window} stride ${window} ${depth}x${size}x${size}x${channels}`,
    bytes: float32(depth * size * size * channels, out[0] * out[1] * out[2] * channels),
    targets: ORT,
    inputs: [{ shape: [1, depth, size, size, channels], axes: channelsFirst(5) }],
    compute: ([x]) => tf.maxPool3d(x as tf.Tensor5D, window, window, 'valid'),
    nodes: (graph, names) => ({
      name: graph.node('MaxPool', names, { kernel_shape: [window, window, window], strides: [window, window, window] }),
      shape: [1, channels, ...out],
      axes: channelsLast(5),
    }),
  })
}

function batchNormalization(size: number, channels: number): Workload {
  const EPSILON = 1e-3
  return operation({
    name: `batch normalization ${size}x${size}x${channels}`,
    bytes: float32(2 * size * size * channels),
    targets: ORT,
    inputs: [
      { shape: [1, size, size, channels], axes: FIRST },
      ...Array.from({ length: 4 }, () => ({ shape: [channels], weight: true, positive: true })),
    ],
    compute: ([x, ...weights]) => {
      const [scale, offset, mean, variance] = weights as tf.Tensor1D[]
      return tf.batchNorm(x, mean, variance, offset, scale, EPSILON)
    },
    nodes: (graph, [x, scale, offset, mean, variance]) => ({
      name: graph.node('BatchNormalization', [x, scale, offset, mean, variance], { epsilon: { float: EPSILON } }),
      shape: [1, channels, size, size],
      axes: LAST,
    }),
  })
}

/** To twice the height and width. */
function resize(type: 'bilinear' | 'nearest', size: number, channels: number): Workload {
  const out = 2 * size
  return operation({
    name: `resize ${type} ${size}x${size} to ${out}x${out} x${channels}`,
    bytes: float32(size * size * channels, out * out * channels),
    targets: ORT,
    inputs: [{ shape: [1, size, size, channels], axes: FIRST }],
    compute: ([x]) =>
      (type === 'bilinear' ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor)(x as tf.Tensor4D, [out, out]),
    nodes: (graph, [x]) => ({
      name: graph.node('Resize', [x, '', graph.constant([4], Float32Array.of(1, 1, 2, 2))], {
        mode: type === 'bilinear' ? 'linear' : 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
      shape: [1, channels, out, out],
      axes: LAST,
    }),
  })
}

/** From twice the height and width: ONNX has no such thing. */
function resizeGradient(size: number, channels: number): Workload {
  const out = 2 * size
  return operation({
    name: `resize bilinear ${size}x${size} to ${out}x${out} x${channels}, gradient`,
    bytes: float32(size * size * channels, out * out * channels),
    inputs: [{ shape: [1, out, out, channels] }, { shape: [1, size, size, channels], weight: true }],
    compute: ([dy, images]) =>
      tf.engine().runKernel<tf.Tensor>('ResizeBilinearGrad', { images, dy }, { alignCorners: false }),
  })
}

/** The k largest numbers of each row. */
function topk(rows: number, columns: number, k: number): Workload {
  return operation({
    name: `topk ${k} of ${rows}x${columns}`,
    bytes: float32(rows * columns, 2 * rows * k),
    targets: ORT,
    inputs: [{ shape: [rows, columns] }],
    compute([x]) {
      const { values, indices } = tf.topk(x, k)
      indices.dispose()
      return values
    },
    nodes: (graph, [x]) => ({
      name: graph.nodeOf('TopK', [x, graph.constant([1], int64([k]))], {}, 2)[0],
      shape: [rows, k],
    }),
  })
}

export const imageOperations: readonly Workload[] = [
  pool('max', 2, 2, 112, 64),
  pool('max', 3, 2, 112, 64),
  pool('max', 2, 2, 112, 3),
  pool('average', 3, 1, 28, 192),
  maxPool3d(2, 16, 56, 32),
  batchNormalization(56, 128),
  resize('bilinear', 56, 64),
  resize('nearest', 56, 64),
  resizeGradient(56, 64),
  topk(32, 1000, 5),
]
