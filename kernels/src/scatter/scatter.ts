import { runScatter } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { segmentBlock } from '../segment/segment.ts'

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

/** y[ids[i], :] = x[i, :], in the order of i; other rows of y stay. */
export function scatter(exec: Executor, problem: Scatter): void {
  if (!(exec && problem)) refuseArguments('scatter', { exec, problem })
  const { x, ids, y, n, run, single, segments } = problem
  if (!areSizes(n, run, segments)) refuseSizes('scatter', { n, run, segments })
  const block = segmentBlock(segments)
  const step = single ? 0 : run
  runScatter(exec, 'scatter_rows', Math.ceil(segments / block), { x, ids, y, n, run, step, segments, block })
}
