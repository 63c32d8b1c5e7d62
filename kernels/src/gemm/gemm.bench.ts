import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import { type GemmOptions, gemm } from './gemm.ts'

type Product = Pick<GemmOptions, 'm' | 'n' | 'k' | 'transposeA' | 'transposeB' | 'batch'>

const products: Product[] = [
  { m: 256, n: 256, k: 256 },
  { m: 512, n: 512, k: 512 },
  { m: 1024, n: 1024, k: 1024 },
  { m: 512, n: 512, k: 512, transposeA: true },
  { m: 512, n: 512, k: 512, transposeB: true },
  { m: 512, n: 512, k: 512, transposeA: true, transposeB: true },
  { m: 64, n: 64, k: 64 },
  // Rows that full tiles leave.
  { m: 3, n: 256, k: 256 },
  { m: 4, n: 256, k: 256 },
  { m: 8, n: 256, k: 256 },
  // So shallow that C is most of the work.
  { m: 1024, n: 1024, k: 2 },
  { m: 1024, n: 1024, k: 16 },
  { m: 12544, n: 32, k: 3 },
  { m: 1, n: 1024, k: 1024 },
  { m: 1, n: 1024, k: 1024, transposeB: true },
  { m: 1024, n: 1, k: 1024 },
  // The seed CNN's dense layers, forward and the gradients of weights and of inputs.
  { m: 1, n: 128, k: 1600 },
  { m: 32, n: 128, k: 1600 },
  { m: 1600, n: 128, k: 32, transposeA: true },
  { m: 32, n: 1600, k: 128, transposeB: true },
  { m: 32, n: 10, k: 128 },
  { m: 128, n: 10, k: 32, transposeA: true },
  { m: 32, n: 128, k: 10, transposeB: true },
  // LSTM(64): one step's recurrent product.
  { m: 1, n: 256, k: 64 },
  { m: 32, n: 256, k: 64 },
  { m: 64, n: 256, k: 32, transposeA: true },
  { m: 32, n: 64, k: 256, transposeB: true },
  // Attention of 16 steps, 64 wide.
  { m: 16, n: 16, k: 64, transposeB: true, batch: 32 },
  // Batches of tiny ones.
  { m: 2, n: 2, k: 2, batch: 1000 },
  { m: 4, n: 4, k: 4, batch: 1000 },
  { m: 1, n: 1, k: 64, batch: 1000 },
]

export const cases: KernelBench[] = products.map((product) => {
  const { m, n, k, transposeA, transposeB, batch = 1 } = product
  return {
    label: `gemm_f32 ${batch > 1 ? `${batch} x ` : ''}${m}x${n}x${k}${transposeA ? ' A^T' : ''}${transposeB ? ' B^T' : ''}`,
    flops: 2 * m * n * k * batch,
    prepare(rt) {
      const a = rt.heap.alloc(batch * m * k * 4)
      const b = rt.heap.alloc(batch * k * n * 4)
      const c = rt.heap.alloc(batch * m * n * 4)
      rt.f32.set(randomF32(batch * m * k, 1), a >>> 2)
      rt.f32.set(randomF32(batch * k * n, 2), b >>> 2)
      return () => gemm(rt, { ...product, a, b, c })
    },
  }
})
