import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'

/**
 * A workspace (to be released) of `count` int32: for each of `indices`, which are rows of `rank` numbers, the number of the
 * slice it names, the sum of number times stride. Throws, with the words of backend-cpu, where an index is not in `shape`.
 */
export function flatIndices(
  backend: LanewiseBackend,
  indices: TensorInfo,
  count: number,
  rank: number,
  strides: readonly number[],
  slices: number,
  shape: readonly number[],
): number {
  const source = backend.ptr(indices) >>> 2
  const flat = backend.workspace(count * 4)
  const { i32 } = backend.rt
  for (let i = 0; i < count; i++) {
    let slice = 0
    let inside = true
    for (let j = 0; j < rank; j++) {
      const index = i32[source + i * rank + j]
      if (index < 0 || index >= shape[j]) inside = false
      slice += index * strides[j]
    }
    if (!inside || slice >= slices) {
      const row = i32.slice(source + i * rank, source + (i + 1) * rank)
      throw new Error(`Invalid indices: ${row} does not index into ${shape}`)
    }
    i32[(flat >>> 2) + i] = slice
  }
  return flat
}
