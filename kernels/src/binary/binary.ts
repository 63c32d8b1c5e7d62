import { type BinaryKernel, runBinary } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { BINARY_BLOCK, OUTER_RANK, SCALAR_VECTOR, VECTOR_SCALAR, VECTOR_VECTOR } from './command.ts'

/** Addresses of the operands and of the result. */
export interface BinaryOperands {
  a: number
  b: number
  y: number
}

const fields = {
  a: 0,
  b: 0,
  y: 0,
  n: 0,
  row: 0,
  mode: 0,
  rank: 0,
  size: new Int32Array(OUTER_RANK),
  strideA: new Int32Array(OUTER_RANK),
  strideB: new Int32Array(OUTER_RANK),
}

/**
 * y = kernel(a, b), where shapes broadcast as in numpy: aligned at the last dimension, 1 stretches. The caller has checked that
 * they do. At most 6 dimensions are left after neighbours that stretch alike are merged.
 */
export function binary(
  exec: Executor,
  kernel: BinaryKernel,
  shapeA: readonly number[],
  shapeB: readonly number[],
  { a, b, y }: BinaryOperands,
): void {
  plan(shapeA, shapeB)
  if (fields.n === 0) return
  fields.a = a
  fields.b = b
  fields.y = y
  runBinary(exec, kernel, Math.ceil(fields.n / BINARY_BLOCK), fields)
}

/** Merges dimensions from the last to the first: those of a row, then those around it. */
function plan(shapeA: readonly number[], shapeB: readonly number[]): void {
  const rank = Math.max(shapeA.length, shapeB.length)
  // The dimension being merged: its size, and who has it (1: a, 2: b, 3: both); -1 stands for the row.
  let group = -1
  let owner = 0
  let sizeA = 1
  let sizeB = 1
  fields.n = 1
  fields.row = 1
  for (let i = 1; i <= rank; i++) {
    const dimA = shapeA[shapeA.length - i] ?? 1
    const dimB = shapeB[shapeB.length - i] ?? 1
    const size = dimA === 1 ? dimB : dimA
    if (size === 1) continue
    const has = (dimA === 1 ? 0 : 1) + (dimB === 1 ? 0 : 2)
    if (owner === 0) {
      owner = has
      fields.row = size
    } else if (has === owner) {
      if (group < 0) fields.row *= size
      else fields.size[group] *= size
    } else {
      if (++group === OUTER_RANK) throw new RangeError(`[${shapeA}] and [${shapeB}] broadcast over too many dimensions`)
      owner = has
      fields.size[group] = size
      fields.strideA[group] = dimA === 1 ? 0 : sizeA
      fields.strideB[group] = dimB === 1 ? 0 : sizeB
    }
    if (group < 0) fields.mode = has === 3 ? VECTOR_VECTOR : has === 1 ? VECTOR_SCALAR : SCALAR_VECTOR
    fields.n *= size
    sizeA *= dimA
    sizeB *= dimB
  }
  if (owner === 0) fields.mode = VECTOR_VECTOR
  fields.rank = group + 1
}
