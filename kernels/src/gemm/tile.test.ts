import { expect, it } from 'vitest'
import { runGemm } from '../generated/commands.ts'
import { supportedVariants } from '../runtime/features.ts'
import { randomF32 } from '../runtime/lab.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { packedBytes, tileRows } from './gemm.ts'
import { layoutsB } from './layouts.ts'

// 60 rows are whole tiles of every height.
const [m, n, k] = [60, 64, 256]
const heights = [3, 4, 5, 6]

it.each(supportedVariants())(
  '%s: tileRows picks a height that is at most a seventh slower than the best',
  async (variant) => {
    const rt = await createRuntime({ variant })
    const [a, panels, c] = [m * k * 4, packedBytes(n, k), m * n * 4].map((bytes) => rt.heap.alloc(bytes))
    rt.f32.set(randomF32(m * k, 1), a >>> 2)
    rt.f32.set(randomF32(n * k, 2), panels >>> 2)
    const multiply = (rows: number) =>
      runGemm(rt, 'gemm_f32', 1, {
        ...{ a, b: panels, c, bias: 0, m, n, k, lda: k, ldb: 0, ldc: n, batchA: 0, batchB: 0, batchC: 0 },
        ...{ transposeA: 0, layoutB: layoutsB.panels, rowBlock: m, columnBlock: n, depthBlock: k, tileRows: rows },
        ...{ accumulate: 0, alpha: 1, activation: 0, leak: 0, slope: 0 },
      })
    // The engine's baseline tier first, until it has compiled the kernel well.
    const start = performance.now()
    while (performance.now() - start < 300) for (const rows of heights) multiply(rows)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const best = new Map(heights.map((rows) => [rows, Infinity]))
    for (let round = 0; round < 500; round++)
      for (const rows of heights) {
        const before = performance.now()
        multiply(rows)
        best.set(rows, Math.min(best.get(rows)!, performance.now() - before))
      }
    expect(best.get(tileRows(variant))).toBeLessThanOrEqual((8 / 7) * Math.min(...best.values()))
  },
)
