import type { Runtime } from './runtime.ts'

/** One row of a kernel's micro-benchmark; `<op>.bench.ts` exports `cases: KernelBench[]`. */
export interface KernelBench {
  /** Kernel and sizes, as in `gemm_f32 512x512x512`. */
  label: string
  /** Floating-point operations of one run, a multiply and an add counting as two; absent where memory is what counts. */
  flops?: number
  /** Bytes read and written in one run. */
  bytes?: number
  /** Allocates what is needed and returns the function to time. */
  prepare(rt: Runtime): () => void
}
