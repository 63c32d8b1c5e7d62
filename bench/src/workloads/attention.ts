import { scaledDotProductAttention } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { Workload } from '../measure/workload.ts'
import { int64, type OnnxGraph } from '../onnx/graph.ts'
import { operation } from './tensors.ts'

/** Multi-head self-attention with its four projections; on `lanewise` with its own op between them. */
function attention(steps: number, width: number, heads: number): Workload {
  // As an initializer would: larger weights make softmax a mere maximum.
  const weight = { shape: [width, width], limit: Math.sqrt(3 / width), weight: true }
  return operation({
    name: `attention ${steps}x${width} ${heads} heads`,
    flops: 8 * steps * width * width + 4 * steps * steps * width,
    targets: { 'onnxruntime-web': { narrow: 1.5 } },
    inputs: [{ shape: [1, steps, width] }, weight, weight, weight, weight],
    compute: ([x, q, k, v, out], native) =>
      tf.tidy(() => {
        const attend = native ? fused : composed
        return tf.matMul(attend([q, k, v].map((weights) => tf.matMul(x, weights)) as Triple, heads), out)
      }),
    nodes: (graph, names) => ({ name: nodes(graph, names, steps, width, heads), shape: [1, steps, width] }),
  })
}

type Triple = [tf.Tensor, tf.Tensor, tf.Tensor]

function fused([q, k, v]: Triple, heads: number): tf.Tensor {
  return scaledDotProductAttention(q, k, v, { numHeads: heads })
}

function composed(projections: Triple, heads: number): tf.Tensor {
  const [, steps, width] = projections[0].shape
  const depth = width / heads
  const [q, k, v] = projections.map((one) => tf.transpose(tf.reshape(one, [steps, heads, depth]), [1, 0, 2]))
  const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(depth)))
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [1, 0, 2]), [1, steps, width])
}

function nodes(graph: OnnxGraph, [x, ...weights]: string[], steps: number, width: number, heads: number): string {
  const depth = width / heads
  const split = graph.constant([3], int64([steps, heads, depth]))
  const joined = graph.constant([3], int64([1, steps, width]))
  const perms = [
    [1, 0, 2],
    [1, 2, 0],
    [1, 0, 2],
  ]
  const [q, k, v] = perms.map((perm, i) =>
    graph.node('Transpose', [graph.node('Reshape', [graph.node('MatMul', [x, weights[i]]), split])], { perm }),
  )
  const scale = graph.constant([], Float32Array.of(1 / Math.sqrt(depth)))
  const scores = graph.node('Softmax', [graph.node('Mul', [graph.node('MatMul', [q, k]), scale])], { axis: -1 })
  const heeded = graph.node('Transpose', [graph.node('MatMul', [scores, v])], { perm: [1, 0, 2] })
  return graph.node('MatMul', [graph.node('Reshape', [heeded, joined]), weights[3]])
}

export const attentions: readonly Workload[] = [attention(128, 768, 12), attention(512, 256, 8), attention(16, 64, 4)]
