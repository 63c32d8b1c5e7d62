import { FLAT_RANK, flatIndices, runCheck } from '@lanewise/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'

interface Slices {
  indices: TensorInfo
  /** Rows of indices. */
  count: number
  /** Slices from one index to the next, in each dimension that a row names. */
  strides: readonly number[]
  slices: number
  /** Of what is indexed. */
  shape: readonly number[]
}

/** For `accepts`: a command holds so many dimensions. */
export function requireRank(rank: number): string | undefined {
  return rank > FLAT_RANK ? `indices of ${rank} dimensions` : undefined
}

/**
 * A workspace (to be released) of `count` int32: for each row of `indices`, the number of the slice that it names. Throws, with
 * the words of backend-cpu, where an index is not in `shape`; in a captured function, the replay throws.
 */
export function slicesNamed(
  backend: LanewiseBackend,
  kernel: string,
  { indices, count, strides, slices, shape }: Slices,
): number {
  const rank = strides.length
  const source = backend.ptr(indices)
  const flat = backend.workspace(count * 4)
  const { rt, trace } = backend
  flatIndices(rt, { indices: source, y: flat, n: count, shape: shape.slice(0, rank), strides })
  if (trace !== undefined) {
    trace.checkLater(
      flat,
      count,
      slices,
      (index) => `${kernel}: indices: row ${-1 - index} does not index into [${shape}]`,
    )
    return flat
  }
  const found = backend.workspace(8)
  runCheck(rt, 'check_range_i32', 1, { indices: flat, found, n: count, dim: slices })
  const [isWrong, index] = rt.i32.subarray(found >>> 2)
  backend.release(found)
  if (isWrong === 0) return flat
  const first = (source >>> 2) + (-1 - index) * rank
  throw new Error(`Invalid indices: ${rt.i32.slice(first, first + rank)} does not index into ${shape}`)
}
