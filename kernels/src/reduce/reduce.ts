import { evenBlock } from '../gemm/gemm.ts'
import { runReduce } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { shareBlock } from '../runtime/share.ts'
import { NUMBERS_PER_NS, STRIP } from './command.ts'

/** With several threads: columns in one item, at least. */
const LEAST_STRIP = 256

/** A reduction and the type of its elements. */
export type Reduction = `${'sum' | 'max' | 'min' | 'prod'}_${'f32' | 'i32'}` | 'any_u8' | 'all_u8'

export interface ReduceOptions {
  /** x is [outer, n, inner] at byte address x; y is [outer, inner] at y. n >= 1. */
  outer: number
  n: number
  inner: number
  x: number
  y: number
  /** A f32 sum is divided by it: n for a mean. */
  divisor?: number
}

/** y[o, i] = reduction over r of x[o, r, i], as `command.ts` says. */
export function reduce(exec: Executor, kernel: Reduction, options: ReduceOptions): void {
  if (!(exec && options)) refuseArguments('reduce', { exec, options })
  const { outer, n, inner, x, y, divisor = 1 } = options
  if (!areSizes(outer, n, inner)) refuseSizes(kernel, { outer, n, inner })
  if (inner === 1) {
    runReduce(exec, `${kernel}_rows`, outer, { x, y, n, inner, divisor, strip: 1 })
    return
  }
  const nanoseconds = (outer * n * inner) / NUMBERS_PER_NS
  const cut = {
    size: inner,
    block: evenBlock(inner, STRIP, 32),
    least: LEAST_STRIP,
    unit: 32,
    times: outer,
    nanoseconds,
  }
  const strip = shareBlock(exec.threads, cut)
  runReduce(exec, `${kernel}_columns`, outer * Math.ceil(inner / strip), { x, y, n, inner, divisor, strip })
}
