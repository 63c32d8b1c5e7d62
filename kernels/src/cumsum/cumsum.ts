import { runCumsum } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { CUMSUM_STRIP } from './command.ts'

export interface CumsumOptions {
  /** x and y, at these byte addresses, are [outer, n, inner]; n >= 1. */
  outer: number
  n: number
  inner: number
  x: number
  y: number
  exclusive: boolean
  reverse: boolean
}

/** y[o, r, i] = the sum of x[o, :, i] up to r, as `command.ts` says. */
export function cumsum(exec: Executor, type: 'f32' | 'i32', options: CumsumOptions): void {
  run(exec, 'cumsum', type, options)
}

/** y[o, r, i] = the product of x[o, :, i] up to r, as `command.ts` says. */
export function cumprod(exec: Executor, type: 'f32' | 'i32', options: CumsumOptions): void {
  run(exec, 'cumprod', type, options)
}

function run(exec: Executor, name: 'cumsum' | 'cumprod', type: 'f32' | 'i32', options: CumsumOptions): void {
  if (!(exec && options)) refuseArguments(name, { exec, options })
  const { outer, n, inner, x, y } = options
  if (!areSizes(outer, n, inner)) refuseSizes(name, { outer, n, inner })
  const fields = { x, y, n, inner, exclusive: Number(options.exclusive), reverse: Number(options.reverse) }
  if (inner === 1) runCumsum(exec, `${name}_${type}_rows`, outer, fields)
  else runCumsum(exec, `${name}_${type}_columns`, outer * Math.ceil(inner / CUMSUM_STRIP), fields)
}
