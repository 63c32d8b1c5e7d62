import { scaledDotProductAttention } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { Workload } from '../measure/workload.ts'

type Shape = number[]

/** A function of tensors as a workload. Its inputs are uniform in [-limit, limit), the same on every engine. */
function tensorWorkload(
  name: string,
  flops: number,
  shapes: Shape[],
  compute: (inputs: tf.Tensor[], native: boolean) => tf.Tensor,
  limits = shapes.map(() => 1),
): Workload {
  return {
    name,
    flops,
    async tfjs(native) {
      const inputs = shapes.map((shape, seed) =>
        tf.tensor(uniform(tf.util.sizeFromShape(shape), seed + 1, limits[seed]), shape),
      )
      return {
        run: () => compute(inputs, native).dispose(),
        async output() {
          const result = compute(inputs, native)
          const values = result.dataSync()
          result.dispose()
          return values
        },
        dispose: () => tf.dispose(inputs),
      }
    },
  }
}

function matmul(m: number, k: number, n: number, name = `matmul ${m}x${k}x${n}`): Workload {
  const shapes = [
    [m, k],
    [k, n],
  ]
  return tensorWorkload(name, 2 * m * k * n, shapes, ([a, b]) => tf.matMul(a, b))
}

function conv(kernel: number, stride: number, size: number, channels: number, filters: number): Workload {
  const out = Math.ceil(size / stride)
  const name = `conv ${kernel}x${kernel}${stride > 1 ? ` stride ${stride}` : ''} ${size}x${size} ${channels} to ${filters}`
  const shapes = [
    [1, size, size, channels],
    [kernel, kernel, channels, filters],
  ]
  return tensorWorkload(name, 2 * out * out * filters * kernel * kernel * channels, shapes, ([x, filter]) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, 'same'),
  )
}

function depthwise(size: number, channels: number): Workload {
  const shapes = [
    [1, size, size, channels],
    [3, 3, channels, 1],
  ]
  return tensorWorkload(
    `depthwise 3x3 ${size}x${size}x${channels}`,
    2 * size * size * channels * 9,
    shapes,
    ([x, filter]) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  )
}

/** Multi-head self-attention with its four projections; on `lanewise` with its own op between them. */
function attention(steps: number, width: number, heads: number): Workload {
  const shapes = [[steps, width], ...Array.from({ length: 4 }, () => [width, width])]
  const flops = 8 * steps * width * width + 4 * steps * steps * width
  const compute = ([x, q, k, v, out]: tf.Tensor[], native: boolean) =>
    tf.tidy(() => {
      const attend = native ? fusedAttention : stockAttention
      const heeded = attend([q, k, v].map((weights) => tf.matMul(x, weights)) as Triple, heads)
      return tf.matMul(tf.reshape(heeded, [steps, width]), out)
    })
  // As an initializer would: larger weights make softmax a mere maximum.
  const limit = Math.sqrt(3 / width)
  return tensorWorkload(`attention ${steps}x${width} ${heads} heads`, flops, shapes, compute, [
    1,
    limit,
    limit,
    limit,
    limit,
  ])
}

type Triple = [tf.Tensor, tf.Tensor, tf.Tensor]

function fusedAttention(projections: Triple, heads: number): tf.Tensor {
  const [q, k, v] = projections.map((one) => tf.expandDims(one))
  return scaledDotProductAttention(q, k, v, { numHeads: heads })
}

function stockAttention(projections: Triple, heads: number): tf.Tensor {
  const [steps, width] = projections[0].shape
  const depth = width / heads
  const [q, k, v] = projections.map((one) => tf.transpose(tf.reshape(one, [steps, heads, depth]), [1, 0, 2]))
  const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(depth)))
  return tf.transpose(tf.matMul(weights, v), [1, 0, 2])
}

export const tensorWorkloads: readonly Workload[] = [
  matmul(256, 256, 256, 'matmul 256'),
  matmul(512, 512, 512, 'matmul 512'),
  matmul(1024, 1024, 1024, 'matmul 1024'),
  matmul(1, 1024, 1024),
  conv(3, 1, 56, 64, 64),
  conv(3, 1, 14, 256, 256),
  conv(1, 1, 28, 128, 256),
  conv(7, 2, 224, 3, 64),
  depthwise(112, 32),
  depthwise(14, 512),
  attention(128, 768, 12),
  attention(512, 256, 8),
  attention(16, 64, 4),
]

/** mulberry32 */
function uniform(length: number, seed: number, limit: number): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return limit * (((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1)
  })
}
