import { type Activation, activationCode } from '../gemm/layouts.ts'
import { type GemvKernel, runGemv } from '../generated/commands.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import { MACS_PER_NS } from './command.ts'

/** One vector times a matrix, or a batch of such. Pointers are byte addresses; `ld` and batch strides count f32 elements. */
export interface GemvOptions {
  /** Numbers in y, and in x. */
  n: number
  k: number
  x: number
  matrix: number
  y: number
  /** The matrix is stored [n, k], not [k, n]. */
  transposed?: boolean
  /** Elements from a stored row to the next; by default rows are dense. */
  ld?: number
  batch?: number
  batchX?: number
  batchMatrix?: number
  batchY?: number
  alpha?: number
  bias?: number
  /** 0 when `bias` is one number for all. */
  biasStep?: 0 | 1
  accumulate?: boolean
  activation?: Activation
  leak?: number
  slope?: number
}

/** Results in one item: their rows of 4 KB keep a stream of M going, and y stays in the first-level cache. */
const ROWS_BLOCK = 1024
const DOTS_BLOCK = 64
/** The same with several threads, at least. */
const LEAST_ROWS_BLOCK = 128
const LEAST_DOTS_BLOCK = 16

/** y = act(alpha * x . M + bias), or y = act(alpha * x . M + y). y must not overlap the inputs. */
export function gemv(rt: Runtime, o: GemvOptions): void {
  if (o.transposed) run(rt, 'gemv_dots_f32', o, { block: DOTS_BLOCK, least: LEAST_DOTS_BLOCK, unit: 16 })
  else run(rt, 'gemv_rows_f32', o, { block: ROWS_BLOCK, least: LEAST_ROWS_BLOCK, unit: 16 })
}

/** As {@link gemv} where `matrix` holds the panels that `packB` made, with its alpha; `ld`, `transposed` and `alpha` mean nothing here. */
export function gemvPanels(rt: Runtime, o: GemvOptions & { batchMatrix: number }): void {
  // Four panels are summed up at once: however blocks are cut, the same four.
  run(rt, 'gemv_panels_f32', o, { block: ROWS_BLOCK, least: LEAST_ROWS_BLOCK, unit: 32 })
}

function run(
  rt: Runtime,
  kernel: GemvKernel,
  o: GemvOptions,
  columns: { block: number; least: number; unit: number },
): void {
  const { n, k } = o
  const batch = o.batch ?? 1
  if (n === 0 || batch === 0) return
  if (o.accumulate && o.bias) throw new Error('gemv: accumulate excludes a bias')
  const block = shareBlock(rt.threads, {
    ...columns,
    size: n,
    times: batch,
    nanoseconds: (batch * n * k) / MACS_PER_NS,
  })
  runGemv(rt, kernel, batch * Math.ceil(n / block), {
    x: o.x,
    matrix: o.matrix,
    y: o.y,
    bias: o.bias ?? 0,
    biasStep: o.biasStep ?? 1,
    n,
    k,
    ld: o.ld ?? (o.transposed ? k : n),
    batchX: o.batchX ?? k,
    batchMatrix: o.batchMatrix ?? k * n,
    batchY: o.batchY ?? n,
    block,
    accumulate: o.accumulate ? 1 : 0,
    alpha: o.alpha ?? 1,
    activation: activationCode('gemm', o.activation),
    leak: o.leak ?? 0,
    slope: o.slope ?? 0,
    wide: rt.wide ? 1 : 0,
  })
}
