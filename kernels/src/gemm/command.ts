import { type FieldType, family } from '../runtime/command.ts'

/** Multiplications, each with its addition, that one core does in a nanosecond. */
export const MACS_PER_NS = 25

/** What becomes of sums before they are stored; see `layouts.ts`, and `gemm` for the tables. */
export const epilogue = {
  activation: 'size',
  leak: 'f32',
  slope: 'ptr',
  tables: 'ptr',
} as const satisfies Record<string, FieldType>

/**
 * C[m,n] = act(alpha * op(A)[m,k] . op(B)[k,n] + bias[n]) for each of a batch of products; with `accumulate`, C takes the
 * place of the bias. With `tables`, which are what `batchnorm_tables_f32` makes of n channels and a period of n, the activation is that of
 * sum factor[n] + offset[n], where the sum includes the bias.
 *
 * Leading dimensions and batch strides count f32 elements; a batch stride of 0 repeats the matrix. C aliases nothing.
 * `transposeA`: A is stored [k, lda >= m]. `layoutB`: see `layouts.ts`. One item is `rowBlock` rows (a multiple of the tile's
 * height) by `columnBlock` columns (a multiple of 8) of one product; B's block, `depthBlock` rows of it, is packed in scratch.
 */
export const gemm = family(
  'Gemm',
  ['gemm_f32'],
  {
    a: 'ptr',
    b: 'ptr',
    c: 'out',
    bias: 'ptr',
    m: 'size',
    n: 'size',
    k: 'size',
    lda: 'i32',
    ldb: 'i32',
    ldc: 'i32',
    batchA: 'i32',
    batchB: 'i32',
    batchC: 'i32',
    transposeA: 'size',
    layoutB: 'size',
    rowBlock: 'size',
    columnBlock: 'size',
    depthBlock: 'size',
    tileRows: 'size',
    accumulate: 'size',
    alpha: 'f32',
    ...epilogue,
  },
  ({ m, n, k, rowBlock, columnBlock }) => (Math.min(m, rowBlock) * Math.min(n, columnBlock) * k) / MACS_PER_NS,
)

/**
 * C[m,n] = A[m,k] . B[k,n] for each of a batch of products, with n from 1 to 4. C's matrices are dense and follow each other; the
 * number [i, j] of A or B is `row` * i + `column` * j elements behind the matrix' first one, and the next product's matrix `batch` elements: 0
 * repeats it. C aliases nothing. One item is one product.
 */
export const gemmTiny = family(
  'GemmTiny',
  ['gemm_tiny_f32'],
  {
    a: 'ptr',
    b: 'ptr',
    c: 'out',
    m: 'size',
    n: 'size',
    k: 'size',
    aRow: 'i32',
    aColumn: 'i32',
    bRow: 'i32',
    bColumn: 'i32',
    batchA: 'i32',
    batchB: 'i32',
  },
  ({ m, k }) => 1 + m * (1 + k / 2),
)

/**
 * Packs alpha * op(B)[k,n] into panels of 8 columns: panel j holds k rows of 8 f32, columns behind n are 0. One item is
 * one panel. `transposeB`: B is stored [n, ldb >= k].
 */
export const packB = family(
  'PackB',
  ['gemm_pack_b_f32'],
  {
    b: 'ptr',
    panels: 'out',
    n: 'size',
    k: 'size',
    ldb: 'i32',
    transposeB: 'size',
    alpha: 'f32',
  },
  ({ k }) => 4 * k,
)
