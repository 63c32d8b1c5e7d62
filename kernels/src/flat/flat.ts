import { runFlatIndices } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { FLAT_BLOCK, FLAT_RANK } from './command.ts'

export interface FlatIndices {
  /** Address of n rows of as many int32 as there are strides. */
  indices: number
  /** Address of n int32. */
  y: number
  n: number
  /** Where a row may point to. */
  shape: readonly number[]
  /** From one index to the next in each dimension. */
  strides: readonly number[]
}

/** y[i] = the sum of indices[i, j] * strides[j]; -1 - i where row i is not inside of `shape`. */
export function flatIndices(exec: Executor, problem: FlatIndices): void {
  if (!(exec && problem)) refuseArguments('flatIndices', { exec, problem })
  const { indices, y, n, shape, strides } = problem
  if (!areSizes(n)) refuseSizes('flatIndices', { n })
  const rank = strides.length
  if (rank > FLAT_RANK || shape.length !== rank)
    throw new RangeError(
      `flatIndices: strides: ${rank} for a shape of ${shape.length}; as many are allowed, up to ${FLAT_RANK}`,
    )
  runFlatIndices(exec, 'flat_indices', Math.ceil(n / FLAT_BLOCK), { indices, y, n, rank, shape, strides })
}
