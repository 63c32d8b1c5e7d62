// Runs on each engine, from the built package: how fast are GEMM's register tiles there? Prints one line of JSON.
import { packedBytes } from '../../../kernels/src/gemm/gemm.ts'
import { layoutsB, WIDE_TILES } from '../../../kernels/src/gemm/layouts.ts'
import { runGemm } from '../../../kernels/src/generated/commands.ts'
import { supportedVariants, type Variant } from '../../../kernels/src/runtime/features.ts'
import { createRuntime } from '../../../kernels/src/runtime/runtime.ts'
import { wideObstacle } from '../../../kernels/src/wide/engine.ts'

/** GFLOP/s by a command's `tileRows`. */
export interface Rates {
  variant: Variant
  wide: boolean
  gflops: Record<number, number>
}

export interface Measured {
  v8?: string
  bun?: string
  rates: Rates[]
}

const HEIGHTS = [3, 4, 5, 6]
// 60 rows are whole tiles of every height.
const [m, n, k] = [60, 64, 256]
const ROUNDS = 400

async function measure(variant: Variant, wide: boolean): Promise<Rates> {
  const rt = await createRuntime({ variant, wide })
  const [a, panels, c] = [m * k * 4, packedBytes(n, k), m * n * 4].map((bytes) => rt.heap.alloc(bytes))
  rt.f32.fill(0.5, a >>> 2, (a >>> 2) + m * k)
  rt.f32.fill(0.5, panels >>> 2, (panels >>> 2) + n * k)
  const multiply = (tileRows: number) =>
    runGemm(rt, 'gemm_f32', 1, {
      ...{ a, b: panels, c, bias: 0, m, n, k, lda: k, ldb: 0, ldc: n, batchA: 0, batchB: 0, batchC: 0 },
      ...{ transposeA: 0, layoutB: layoutsB.panels, rowBlock: m, columnBlock: n, depthBlock: k, tileRows },
      ...{ accumulate: 0, alpha: 1, activation: 0, leak: 0, slope: 0, tables: 0 },
    })
  const tiles = HEIGHTS.map((rows) => rows + (wide ? WIDE_TILES : 0))
  // The engine's baseline tier first, until it has compiled the kernel well.
  const start = performance.now()
  while (performance.now() - start < 500) for (const rows of tiles) multiply(rows)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const best = new Map(tiles.map((rows) => [rows, Infinity]))
  for (let round = 0; round < ROUNDS; round++)
    for (const rows of tiles) {
      const before = performance.now()
      // Some engines' clocks tick in tenths of a millisecond.
      for (let i = 0; i < 10; i++) multiply(rows)
      best.set(rows, Math.min(best.get(rows)!, (performance.now() - before) / 10))
    }
  rt.dispose()
  const gflops = [...best].map(([rows, ms]) => [rows, Number(((2 * m * n * k) / ms / 1e6).toFixed(1))])
  return { variant, wide, gflops: Object.fromEntries(gflops) }
}

const rates: Rates[] = []
for (const variant of supportedVariants())
  for (const wide of wideObstacle(variant) === undefined ? [false, true] : [false])
    rates.push(await measure(variant, wide))
const { v8, bun } = globalThis.process?.versions ?? {}
console.log(JSON.stringify({ v8, bun, rates } satisfies Measured))
