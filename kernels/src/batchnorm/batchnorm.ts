import { runBatchNorm, runBatchNormFactor } from '../generated/commands.ts'
import { areSizes, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'

export interface BatchNormProblem {
  /** Addresses; scale and offset are 0 where they are absent. x and y have rows x channels f32, the others one a channel. */
  x: number
  y: number
  mean: number
  variance: number
  scale: number
  offset: number
  rows: number
  channels: number
  epsilon: number
}

/** y = (x - mean) scale / sqrt(variance + epsilon) + offset, by channel; y may be x. */
export function batchNorm(rt: Runtime, problem: BatchNormProblem): void {
  const { x, y, mean, variance, scale, offset, rows, channels, epsilon } = problem
  if (!areSizes(rows, channels)) refuseSizes('batchNorm', { rows, channels })
  const factor = rt.heap.alloc(channels * 4)
  try {
    runBatchNormFactor(rt, 'batchnorm_factor_f32', channels, { variance, scale, factor, epsilon })
    runBatchNorm(rt, 'batchnorm_f32', rows, { x, mean, factor, offset, y, channels })
  } finally {
    rt.heap.free(factor)
  }
}
