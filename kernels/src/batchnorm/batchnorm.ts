import { runBatchNorm, runBatchNormTables } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** The sizes and addresses of `batchNorm`. */
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

/** The sizes and addresses of `batchNormTables`. */
export type BatchNormTables = Omit<BatchNormProblem, 'x' | 'y' | 'rows'> & { tables: number }

/** Writes f = scale / sqrt(variance + epsilon), `channels` f32, at `tables`, and behind it as many of offset - mean f. */
export function batchNormTables(rt: Runtime, problem: BatchNormTables): void {
  if (!(rt && problem)) refuseArguments('batchNormTables', { rt, problem })
  const { channels } = problem
  if (!areSizes(channels)) refuseSizes('batchNormTables', { channels })
  runBatchNormTables(rt, 'batchnorm_tables_f32', channels, { ...problem, period: channels })
}

/** Numbers in a row from which on its end, where it is no multiple of 16, costs little. */
const LONG = 64

/**
 * y = x f + (offset - mean f) with f = scale / sqrt(variance + epsilon), by channel: as near to (x - mean) f + offset as if x had been
 * rounded once more. y may be x.
 */
export function batchNorm(rt: Runtime, problem: BatchNormProblem): void {
  if (!(rt && problem)) refuseArguments('batchNorm', { rt, problem })
  const { x, y, mean, variance, scale, offset, rows, channels, epsilon } = problem
  if (!areSizes(rows, channels)) refuseSizes('batchNorm', { rows, channels })
  // Few channels: several rows are taken for one, of whole vectors.
  const together = channels % 16 === 0 || channels >= LONG ? 1 : Math.max(1, Math.min(rows, 16))
  const period = together * channels
  const tables = rt.heap.alloc(2 * period * 4)
  try {
    runBatchNormTables(rt, 'batchnorm_tables_f32', period, {
      ...{ mean, variance, scale, offset, tables },
      ...{ channels, period, epsilon },
    })
    const whole = Math.floor(rows / together)
    const rest = rows - whole * together
    runBatchNorm(rt, 'batchnorm_f32', whole, { x, tables, y, channels: period, period })
    const done = whole * period * 4
    if (rest > 0) runBatchNorm(rt, 'batchnorm_f32', rest, { x: x + done, tables, y: y + done, channels, period })
  } finally {
    rt.heap.free(tables)
  }
}
