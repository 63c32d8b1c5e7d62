import { type ReduceKernel, runReduce } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { STRIP } from './command.ts'

export type Reduction = 'sum_f32' | 'max_f32' | 'min_f32' | 'sum_i32' | 'max_i32' | 'min_i32'

export interface ReduceOptions {
  /** x is [outer, n, inner] at byte address x; y is [outer, inner] at y. */
  outer: number
  n: number
  inner: number
  x: number
  y: number
  /** A f32 sum is divided by it: n for a mean. */
  divisor?: number
}

/** y[o, i] = reduction over r of x[o, r, i], as `command.ts` says. max and min want n >= 1. */
export function reduce(exec: Executor, kernel: Reduction, options: ReduceOptions): void {
  const { outer, n, inner, x, y, divisor = 1 } = options
  if (inner === 1) runReduce(exec, `${kernel}_rows` as ReduceKernel, outer, { x, y, n, inner, divisor })
  else {
    const items = outer * Math.ceil(inner / STRIP)
    runReduce(exec, `${kernel}_columns` as ReduceKernel, items, { x, y, n, inner, divisor })
  }
}

/** As {@link reduce}, for the kernels that take one outer index an item. any and all want n >= 1. */
export function reduceScalar(exec: Executor, kernel: 'prod_f32' | 'any_u8' | 'all_u8', options: ReduceOptions): void {
  const { outer, n, inner, x, y } = options
  runReduce(exec, kernel, outer, { x, y, n, inner, divisor: 1 })
}
