import { packedBytes, tileRows } from '../gemm/gemm.ts'
import { layoutsB } from '../gemm/layouts.ts'
import { runGemm } from '../generated/commands.ts'
import type { Runtime } from '../runtime/runtime.ts'

const [m, n, k] = [60, 32, 128]
const ROUNDS = 40

/**
 * Whether vectors really are fused: then the tiles of 16 columns are 1.4 times as fast as those of 8, else they spill and are 0.7
 * times as fast. (V8 says nothing where the processor has no AVX2.) Takes a millisecond or two. `now` tells milliseconds.
 */
export function isFused(rt: Runtime, now = () => performance.now()): boolean {
  const sizes = [m * k * 4, packedBytes(n, k), m * n * 4]
  const blocks = sizes.map((bytes) => rt.heap.alloc(bytes))
  const [a, b, c] = blocks
  rt.u8.fill(0, a, a + sizes[0])
  rt.u8.fill(0, b, b + sizes[1])
  const best = [tileRows(rt.variant, true), tileRows(rt.variant, false)].map((rows) => ({ rows, ms: Infinity }))
  for (let round = 0; round < ROUNDS; round++)
    for (const tile of best) {
      const before = now()
      multiply(rt, a, b, c, tile.rows)
      tile.ms = Math.min(tile.ms, now() - before)
    }
  for (const block of blocks) rt.heap.free(block)
  return best[0].ms < best[1].ms
}

function multiply(rt: Runtime, a: number, b: number, c: number, rows: number): void {
  runGemm(rt, 'gemm_f32', 1, {
    ...{ a, b, c, bias: 0, m, n, k, lda: k, ldb: 0, ldc: n, batchA: 0, batchB: 0, batchC: 0 },
    ...{ transposeA: 0, layoutB: layoutsB.panels, rowBlock: m, columnBlock: n, depthBlock: k, tileRows: rows },
    ...{ accumulate: 0, alpha: 1, activation: 0, leak: 0, slope: 0, tables: 0 },
  })
}
