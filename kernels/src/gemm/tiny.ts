import { runGemmTiny } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import type { GemmOptions } from './gemm.ts'
import { activationCode } from './layouts.ts'

/** Of a batch, products so small that beginning with tiles takes longer than all else have at most so many columns ... */
const MOST_COLUMNS = 4
/** ... and numbers in A: where rows of B are added up, where B is transposed, and where `gemv` adds up along its numbers. */
const MOST_IN_A = 256
const MOST_IN_A_TRANSPOSED = 64
const MOST_IN_A_DOTS = 16

/** Whether `multiplyTiny` can make these products, and is the fastest that can. */
export function isTiny(o: GemmOptions): boolean {
  const { m, n, k, batch = 1, transposeB } = o
  if (batch < 2 || n > MOST_COLUMNS || m * n * k === 0) return false
  const dots = n === 1 || (m === 1 && transposeB)
  if (m * k > (dots ? MOST_IN_A_DOTS : transposeB ? MOST_IN_A_TRANSPOSED : MOST_IN_A)) return false
  if ((o.ldc ?? n) !== n || (o.batchC ?? m * n) !== m * n || (o.alpha ?? 1) !== 1) return false
  return !(o.bias || o.accumulate || o.tables || activationCode('gemm', o.activation))
}

/** A batch of products where {@link isTiny}. */
export function multiplyTiny(rt: Executor, o: GemmOptions): void {
  const { m, n, k, batch = 1, transposeA, transposeB } = o
  const lda = o.lda ?? (transposeA ? m : k)
  const ldb = o.ldb ?? (transposeB ? k : n)
  runGemmTiny(rt, 'gemm_tiny_f32', batch, {
    a: o.a,
    b: o.b,
    c: o.c,
    m,
    n,
    k,
    aRow: transposeA ? 1 : lda,
    aColumn: transposeA ? lda : 1,
    bRow: transposeB ? 1 : ldb,
    bColumn: transposeB && n > 1 ? ldb : 1,
    batchA: o.batchA ?? m * k,
    batchB: o.batchB ?? k * n,
  })
}
