import * as tf from '@tensorflow/tfjs-core'
import type { Workload } from '../measure/workload.ts'
import { operation } from './tensors.ts'

interface Product {
  name?: string
  transposeA?: boolean
  transposeB?: boolean
  targets?: Workload['targets']
}

function matmul(m: number, k: number, n: number, options: Product = {}): Workload {
  const { name = `matmul ${m}x${k}x${n}`, transposeA = false, transposeB = false, targets } = options
  return operation({
    name,
    flops: 2 * m * k * n,
    targets: { 'onnxruntime-web': { narrow: 1.5 }, ...targets },
    inputs: [{ shape: transposeA ? [k, m] : [m, k] }, { shape: transposeB ? [n, k] : [k, n], weight: true }],
    compute: ([a, b]) => tf.matMul(a, b, transposeA, transposeB),
    nodes: (graph, names) => ({
      name: graph.node('Gemm', names, { transA: Number(transposeA), transB: Number(transposeB) }),
      shape: [m, n],
    }),
  })
}

/** As many products, each of two matrices of its own. */
function batch(products: number, m: number, k: number, n: number): Workload {
  return operation({
    name: `matmul ${products} of ${m}x${k}x${n}`,
    flops: 2 * products * m * k * n,
    targets: { 'tfjs-wasm': OTHER, 'onnxruntime-web': { narrow: 1.5 } },
    inputs: [{ shape: [products, m, k] }, { shape: [products, k, n] }],
    compute: ([a, b]) => tf.matMul(a, b),
    nodes: (graph, names) => ({ name: graph.node('MatMul', names), shape: [products, m, n] }),
  })
}

const SQUARE = { narrow: 1.4, wide: 2.6 }
const OTHER = { narrow: 1.3, wide: 1.8 }
const PEAK = { narrow: 0.94, wide: 0.92 }

export const products: readonly Workload[] = [
  matmul(256, 256, 256, { name: 'matmul 256', targets: { 'tfjs-wasm': SQUARE } }),
  matmul(512, 512, 512, { name: 'matmul 512', targets: { 'tfjs-wasm': SQUARE, peak: PEAK } }),
  matmul(1024, 1024, 1024, { name: 'matmul 1024', targets: { 'tfjs-wasm': SQUARE, peak: PEAK } }),
  matmul(1, 1024, 1024, { targets: { 'tfjs-wasm': OTHER } }),
  matmul(32, 1600, 128, { targets: { 'tfjs-wasm': OTHER } }),
  matmul(64, 64, 64, { targets: { 'tfjs-wasm': OTHER } }),
  matmul(512, 512, 512, {
    name: 'matmul 512 A transposed',
    transposeA: true,
    targets: { 'tfjs-wasm': OTHER, peak: PEAK },
  }),
  matmul(512, 512, 512, {
    name: 'matmul 512 B transposed',
    transposeB: true,
    targets: { 'tfjs-wasm': OTHER, peak: PEAK },
  }),
  batch(1000, 2, 2, 2),
]
