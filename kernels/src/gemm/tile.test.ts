import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runGemm } from '../generated/commands.ts'
import { supportedVariants, type Variant } from '../runtime/features.ts'
import { randomF32 } from '../runtime/lab.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { wideObstacle } from '../wide/engine.ts'
import { gemmError, gemmReference, tolerance } from './gemm.reference.ts'
import { packB, packedBytes, tileRows } from './gemm.ts'
import { layoutsB, WIDE_TILES } from './layouts.ts'

/** What `npm run calibrate` measured on each engine: GFLOP/s by `tileRows`. */
interface Calibration {
  engine: string
  v8?: string
  bun?: string
  variant: Variant
  wide: boolean
  gflops: Record<number, number>
}
const calibrations: Calibration[] = JSON.parse(readFileSync(new URL('tile.calibration.json', import.meta.url), 'utf8'))

/** What the rule may cost against the best tile. */
const SLOWER = 0.07

describe('tileRows', () => {
  it.each(calibrations)('is at most 7 % slower than the fastest: $engine, $variant, wide $wide', (row) => {
    const { variant, wide, gflops } = row
    const chosen = gflops[tileRows(variant, wide, row)]
    expect(chosen).toBeGreaterThanOrEqual((1 - SLOWER) * Math.max(...Object.values(gflops)))
  })

  it.each(['Node 20', 'Node 22', 'Node 24', 'Node 26', 'Bun', 'Deno'])('was calibrated on %s', (engine) => {
    const rows = calibrations.filter(
      (row) => row.engine.startsWith(`${engine}.`) || row.engine.startsWith(`${engine} `),
    )
    expect(new Set(rows.map(({ variant }) => variant))).toContain('simd')
  })

  it.each(supportedVariants())('was calibrated on this engine: %s', (variant) => {
    const version = Number.parseFloat(process.versions.v8)
    for (const wide of wideObstacle(variant) === undefined ? [false, true] : [false]) {
      const same = (row: Calibration) =>
        row.variant === variant && row.wide === wide && Number.parseFloat(row.v8 ?? '') === version
      expect(calibrations.some(same), `V8 ${version}, wide ${wide}: npm run calibrate`).toBe(true)
    }
  })
})

describe.each(supportedVariants())('%s', (variant) => {
  const wides = wideObstacle(variant) === undefined ? [false, true] : [false]
  it.each(wides)('every height of tile gives the product, wide %s', async (wide) => {
    const [m, n, k] = [29, 40, 33]
    const rt = await createRuntime({ variant, wide })
    const [a, b] = [randomF32(m * k, 1), randomF32(k * n, 2)]
    const [pa, pb, panels, c] = [m * k * 4, k * n * 4, packedBytes(n, k), m * n * 4].map((bytes) =>
      rt.heap.alloc(bytes),
    )
    rt.f32.set(a, pa >>> 2)
    rt.f32.set(b, pb >>> 2)
    packB(rt, { n, k, b: pb, panels })
    const expected = gemmReference(a, b, { m, n, k })
    for (const height of [3, 4, 5, 6]) {
      rt.f32.fill(0, c >>> 2, (c >>> 2) + m * n)
      runGemm(rt, 'gemm_f32', 1, {
        ...{ a: pa, b: panels, c, bias: 0, m, n, k, lda: k, ldb: 0, ldc: n, batchA: 0, batchB: 0, batchC: 0 },
        ...{ transposeA: 0, layoutB: layoutsB.panels, rowBlock: m, columnBlock: n, depthBlock: k },
        ...{ tileRows: height + (wide ? WIDE_TILES : 0) },
        ...{ accumulate: 0, alpha: 1, activation: 0, leak: 0, slope: 0, tables: 0 },
      })
      expect(gemmError(rt.f32.subarray(c >>> 2, (c >>> 2) + m * n), expected)).toBeLessThanOrEqual(tolerance(k))
    }
    rt.dispose()
  })
})
