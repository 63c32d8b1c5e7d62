import { runArgReduce } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { ARG_STRIP } from './command.ts'

export interface ArgReduceOptions {
  /** x is [outer, n, inner] at byte address x; y is [outer, inner] i32 at y. n >= 1. */
  outer: number
  n: number
  inner: number
  x: number
  y: number
}

/** y[o, i] = where x[o, :, i] is largest or smallest, as `command.ts` says. */
export function argReduce(
  exec: Executor,
  kernel: `arg${'max' | 'min'}_${'f32' | 'i32'}`,
  options: ArgReduceOptions,
): void {
  if (!(exec && options)) refuseArguments('argReduce', { exec, options })
  const { outer, n, inner, x, y } = options
  if (!areSizes(outer, n, inner)) refuseSizes('argReduce', { outer, n, inner })
  if (inner === 1) runArgReduce(exec, `${kernel}_rows`, outer, { x, y, n, inner })
  else runArgReduce(exec, `${kernel}_columns`, outer * Math.ceil(inner / ARG_STRIP), { x, y, n, inner })
}
