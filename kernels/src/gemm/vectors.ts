import type { GemvOptions } from '../gemv/gemv.ts'
import type { GemmOptions } from './gemm.ts'

/** So many rows of A are multiplied one by one where B is transposed, and would first have to be transposed back ... */
const FEW_ROWS_TRANSPOSED = 4
/** ... or where tiles would read B from memory badly. */
const FEW_ROWS_ALIASED = 3

/** True where stored rows lie a multiple of 4 KB apart, and so fight for the same few places of the first-level cache. */
export function isAliased(ld: number): boolean {
  return ld % 1024 === 0
}

/**
 * The product as one or more products of a vector and a matrix, where that is faster than tiles and its vectors are dense:
 * A is a row, B a column, or A has few rows.
 */
export function asVectors(o: GemmOptions): GemvOptions | undefined {
  const { m, n, k, batch = 1, transposeA = false, transposeB = false } = o
  const lda = o.lda ?? (transposeA ? m : k)
  const ldb = o.ldb ?? (transposeB ? k : n)
  const ldc = o.ldc ?? n
  const rowsDense = !transposeA || k === 1 || (m === 1 && lda === 1)
  // The numbers of one column, next to each other, are a row of the transposed matrix.
  if (m === 1 && n === 1 && !transposeB && ldb === 1 && rowsDense) {
    return vectors(o, { transposed: true, ld: k, batchX: o.batchA, batchMatrix: o.batchB, batchY: o.batchC })
  }
  if (m === 1 && rowsDense) {
    return vectors(o, { transposed: transposeB, ld: ldb, batchX: o.batchA, batchMatrix: o.batchB, batchY: o.batchC })
  }
  if (n === 1 && (transposeB || ldb === 1) && ldc === 1 && o.activation !== 'prelu') {
    return {
      ...o,
      n: m,
      x: o.b,
      matrix: o.a,
      y: o.c,
      transposed: !transposeA,
      ld: lda,
      batchX: o.batchB,
      batchMatrix: o.batchA,
      batchY: o.batchC,
      biasStep: 0,
    }
  }
  const oneByOne = transposeB ? m <= FEW_ROWS_TRANSPOSED : m <= FEW_ROWS_ALIASED && isAliased(ldb)
  if (batch === 1 && rowsDense && oneByOne) {
    const batchX = transposeA ? 1 : lda
    return vectors(o, { transposed: transposeB, ld: ldb, batch: m, batchX, batchMatrix: 0, batchY: ldc })
  }
  return undefined
}

/** Rows of A times B. */
function vectors(o: GemmOptions, shape: Partial<GemvOptions>): GemvOptions {
  return { ...o, x: o.a, matrix: o.b, y: o.c, ...shape }
}
