import { runScatter } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseSizes } from '../runtime/fields.ts'

export interface Scatter {
  /** Address of n rows, or of one. */
  x: number
  /** Address of n int32; those outside [0, segments) are left out. */
  ids: number
  /** Address of `segments` rows. */
  y: number
  n: number
  /** Bytes of a row. */
  run: number
  /** Whether all rows of x are the same one. */
  single: boolean
  segments: number
}

/** Each item reads all ids: more items than this would cost more than they share out. */
const ITEMS = 16

/** y[ids[i], :] = x[i, :], in the order of i; other rows of y stay. */
export function scatter(exec: Executor, { x, ids, y, n, run, single, segments }: Scatter): void {
  if (!areSizes(n, run, segments)) refuseSizes('scatter', { n, run, segments })
  const block = Math.max(1, Math.ceil(segments / (exec.threads > 1 ? ITEMS : 1)))
  const step = single ? 0 : run
  runScatter(exec, 'scatter_rows', Math.ceil(segments / block), { x, ids, y, n, run, step, segments, block })
}
