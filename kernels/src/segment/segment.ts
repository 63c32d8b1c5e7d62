import { runSegmentSum } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'

export interface SegmentSum {
  type: 'f32' | 'i32'
  /** Address of [n, width]. */
  x: number
  /** Address of n int32; those outside [0, segments) are left out. */
  ids: number
  /** Address of [segments, width], written whole. */
  y: number
  n: number
  width: number
  segments: number
}

/** Each item reads all ids: more items than this would cost more than they share out. */
const ITEMS = 16

/** Segments of an item. */
export function segmentBlock(segments: number): number {
  return Math.max(1, Math.ceil(segments / ITEMS))
}

/** y[s, :] = the sum of x[i, :] over all i with ids[i] = s. */
export function segmentSum(exec: Executor, problem: SegmentSum): void {
  if (!(exec && problem)) refuseArguments('segmentSum', { exec, problem })
  const { type, x, ids, y, n, width, segments } = problem
  if (!areSizes(n, width, segments)) refuseSizes('segmentSum', { n, width, segments })
  const block = segmentBlock(segments)
  const kernel = type === 'f32' ? 'segment_sum_f32' : 'segment_sum_i32'
  runSegmentSum(exec, kernel, Math.ceil(segments / block), { x, ids, y, n, width, segments, block })
}
