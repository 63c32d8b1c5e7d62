import { gemmReference, type ReferenceOptions } from '../gemm/gemm.reference.ts'

export { gemmError as gemvError, tolerance } from '../gemm/gemm.reference.ts'

/** A product of a matrix of one row, in double precision. */
export function gemvReference(
  x: ArrayLike<number>,
  matrix: ArrayLike<number>,
  o: Omit<ReferenceOptions, 'm' | 'transposeA' | 'transposeB'> & { transposed?: boolean },
) {
  return gemmReference(x, matrix, { ...o, m: 1, transposeB: o.transposed })
}
