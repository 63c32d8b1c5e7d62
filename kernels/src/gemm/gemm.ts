import { gemv, gemvPanels } from '../gemv/gemv.ts'
import { runGemm, runPackB } from '../generated/commands.ts'
import type { Variant } from '../runtime/features.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import { MACS_PER_NS } from './command.ts'
import { type Activation, activationCode, DEPTH_IN_PLACE, layoutsB, WIDE_TILES } from './layouts.ts'
import { isTiny, multiplyTiny } from './tiny.ts'
import { asVectors, isAliased } from './vectors.ts'

export type { Activation } from './layouts.ts'

/** One product or a batch of them. Pointers are byte addresses; all else counts f32 elements. */
export interface GemmOptions {
  /** Rows of C, columns of C, and what is summed over. */
  m: number
  n: number
  k: number
  a: number
  b: number
  c: number
  /** A is stored [k, m]; B is stored [n, k]. */
  transposeA?: boolean
  transposeB?: boolean
  /** Elements from a stored row to the next; by default rows are dense. */
  lda?: number
  ldb?: number
  ldc?: number
  /** Number of products, 1 by default. */
  batch?: number
  /** Elements from a product's matrix to the next one's; 0 uses one matrix for all. By default matrices are dense. */
  batchA?: number
  batchB?: number
  batchC?: number
  /** Scales the product, not the bias. */
  alpha?: number
  /** n numbers, added to every row. */
  bias?: number
  /** Adds the product to what C holds; excludes a bias. */
  accumulate?: boolean
  activation?: Activation
  /** leakyrelu's slope. */
  leak?: number
  /** prelu's n slopes. */
  slope?: number
  /** Normalizes the sums before the activation: n factors and n offsets, as `batchnorm_tables_f32` makes them. */
  tables?: number
}

/**
 * The most rows of B that are used at once: up to here C is written once, and neither read again nor rounded in between. A panel of
 * it and a tile of A are more than a first-level cache, but flow through it evenly.
 */
const DEPTH = 1024
/** The most columns of B that are packed at once ... */
const COLUMNS = 384
/** ... and numbers: half of a second-level cache, and with 120 rows of A what fits the scratch memory. */
const PACKED = 1 << 17
/** The most rows of A that share a packed block of B. */
const ROWS = 3840
/**
 * With so few rows of A each ready panel is read from end to end, as memory likes it best: up to 128 KB of it. Not where A must
 * be transposed: so much of it does not fit the scratch memory.
 */
const FEW_ROWS = 64
const DEPTH_FEW_ROWS = 4096
/** With more rows of A than this, packing B costs little against its use. */
const MOST_ROWS_IN_PLACE = 192
/** Where B's rows are aliased: only for so few rows of A, and so few of B at once. */
const MOST_ROWS_IN_PLACE_ALIASED = 11
const DEPTH_ALIASED = 16

/** C = act(alpha * op(A) . op(B) + bias), or C = act(alpha * op(A) . op(B) + C). C must not overlap the inputs. */
export function gemm(rt: Runtime, o: GemmOptions): void {
  if (!(rt && o)) refuseArguments('gemm', { rt, options: o })
  checkSizes('gemm', o)
  if (isTiny(o)) {
    multiplyTiny(rt, o)
    return
  }
  const vectors = o.tables ? undefined : asVectors(o)
  if (vectors) {
    gemv(rt, vectors)
    return
  }
  const ldb = o.ldb ?? (o.transposeB ? o.k : o.n)
  const layout = o.transposeB ? layoutsB.columns : inPlace(o, ldb) ? layoutsB.inPlace : layoutsB.rows
  multiply(rt, o, layout, ldb, o.batchB ?? o.k * o.n)
}

function checkSizes(what: string, { m, n, k, batch = 1, lda = 0, ldb = 0, ldc = 0 }: GemmOptions): void {
  if (!areSizes(m, n, k, batch, lda, ldb, ldc)) refuseSizes(what, { m, n, k, batch, lda, ldb, ldc })
}

function inPlace(o: GemmOptions, ldb: number): boolean {
  if ((o.alpha ?? 1) !== 1) return false
  if (isAliased(ldb) && o.k > DEPTH_ALIASED) return o.m <= MOST_ROWS_IN_PLACE_ALIASED
  return o.m <= MOST_ROWS_IN_PLACE
}

/**
 * As {@link gemm} where `b` holds the panels of op(B) that {@link packB} made, with its alpha; `transposeB`, `ldb` and
 * `alpha` mean nothing here.
 */
export function gemmPacked(rt: Runtime, o: GemmOptions): void {
  if (!(rt && o)) refuseArguments('gemmPacked', { rt, options: o })
  checkSizes('gemmPacked', o)
  const batchB = o.batchB ?? packedBytes(o.n, o.k) / 4
  if (o.m === 1 && !o.tables && (!o.transposeA || (o.lda ?? 1) === 1))
    gemvPanels(rt, { ...o, x: o.a, matrix: o.b, y: o.c, batchX: o.batchA, batchMatrix: batchB, batchY: o.batchC })
  else multiply(rt, o, layoutsB.panels, 0, batchB)
}

/** Bytes that op(B)[k,n] takes when packed. */
export function packedBytes(n: number, k: number): number {
  if (!areSizes(n, k)) refuseSizes('packedBytes', { n, k })
  return Math.ceil(n / 8) * k * 32
}

/** What `packB` takes: op(B) [k, n], and where its panels go. Addresses are bytes, `ldb` counts f32 elements. */
export interface PackBOptions {
  n: number
  k: number
  b: number
  /** Where the panels go: {@link packedBytes} bytes. */
  panels: number
  transposeB?: boolean
  ldb?: number
  alpha?: number
}

/** Packs alpha * op(B)[k,n] into panels of 8 columns: panel j holds k rows of 8 f32; what lies behind column n is 0. */
export function packB(rt: Runtime, o: PackBOptions): void {
  if (!(rt && o)) refuseArguments('packB', { rt, options: o })
  if (!areSizes(o.n, o.k)) refuseSizes('packB', { n: o.n, k: o.k })
  if (o.n === 0 || o.k === 0) return
  runPackB(rt, 'gemm_pack_b_f32', Math.ceil(o.n / 8), {
    b: o.b,
    panels: o.panels,
    n: o.n,
    k: o.k,
    ldb: o.ldb ?? (o.transposeB ? o.k : o.n),
    transposeB: o.transposeB ? 1 : 0,
    alpha: o.alpha ?? 1,
  })
}

/** What an engine says that it is; a browser says nothing. */
export interface EngineVersions {
  /** V8's version. Bun, which has another engine, gives that of the Node that it is compatible with. */
  v8?: string
  bun?: string
}
const versions: EngineVersions = globalThis.process?.versions ?? {}

/**
 * The height of the register tile that an engine compiles best, held against measurements of all engines by tile.test.ts (`npm run
 * calibrate`). A tile of 6 rows needs 15 registers of the 16 that x86 has. Without fused multiply-add it needs one more, for the
 * product: V8 then spills at 6 rows, and from 13 on at 5. `wide` tiles span 16 columns: see WIDE_TILES, which is added to the height.
 */
export function tileRows(variant: Variant, wide = false, { v8 = '99', bun }: EngineVersions = versions): number {
  if (wide) return WIDE_TILES + 6
  if (variant === 'relaxed' || bun !== undefined) return 6
  return Number.parseFloat(v8) >= 13 ? 4 : 5
}

function depthBlock(layoutB: number, { m, k, transposeA }: GemmOptions, ldb: number): number {
  if (layoutB === layoutsB.panels) return evenBlock(k, m <= FEW_ROWS && !transposeA ? DEPTH_FEW_ROWS : DEPTH, 4)
  if (layoutB === layoutsB.inPlace) return evenBlock(k, isAliased(ldb) ? DEPTH_ALIASED : DEPTH_IN_PLACE, 4)
  return evenBlock(k, DEPTH, 4)
}

function multiply(rt: Runtime, o: GemmOptions, layoutB: number, ldb: number, batchB: number): void {
  const { m, n, k } = o
  const batch = o.batch ?? 1
  if (m === 0 || n === 0 || batch === 0) return
  if (o.accumulate && o.bias) throw new Error('gemm: accumulate excludes a bias')
  const depth = depthBlock(layoutB, o, ldb)
  const { rowBlock, columnBlock } = blocks(rt.threads, o, layoutB, depth)
  runGemm(rt, 'gemm_f32', batch * Math.ceil(m / rowBlock) * Math.ceil(n / columnBlock), {
    a: o.a,
    b: o.b,
    c: o.c,
    bias: o.bias ?? 0,
    m,
    n,
    k,
    lda: o.lda ?? (o.transposeA ? m : k),
    ldb,
    ldc: o.ldc ?? n,
    batchA: o.batchA ?? m * k,
    batchB,
    batchC: o.batchC ?? m * n,
    transposeA: o.transposeA ? 1 : 0,
    layoutB,
    rowBlock,
    columnBlock,
    depthBlock: depth,
    tileRows: tileRows(rt.variant, rt.wide),
    accumulate: o.accumulate ? 1 : 0,
    alpha: o.alpha ?? 1,
    activation: activationCode('gemm', o.activation),
    leak: o.leak ?? 0,
    slope: o.slope ?? 0,
    tables: o.tables ?? 0,
  })
}

/** With several threads: the fewest columns, and rows, of a block where smaller blocks mean no more work ... */
const LEAST_COLUMNS = 32
const LEAST_ROWS = 24
/** ... and where they do: each block of columns transposes its rows of A, each block of rows packs its columns of B. */
const LEAST_REPEATED = 96

/** What one item makes of C. All blocks sum over k in the same order, so results do not depend on it. */
function blocks(
  threads: number,
  o: GemmOptions,
  layoutB: number,
  depth: number,
): { rowBlock: number; columnBlock: number } {
  const { m, n, batch = 1 } = o
  const nanoseconds = (batch * m * n * o.k) / MACS_PER_NS
  let rowBlock = m <= ROWS ? m : evenBlock(m, ROWS, 12)
  // Wide tiles take 16 columns.
  const columns = depth > DEPTH ? COLUMNS : Math.min(COLUMNS, Math.floor(PACKED / depth / 16) * 16)
  let columnBlock = evenBlock(n, columns, 16)
  if (threads === 1) return { rowBlock, columnBlock }
  const packsB = layoutB === layoutsB.rows || layoutB === layoutsB.columns
  const splitColumns = () => {
    const least = o.transposeA ? LEAST_REPEATED : LEAST_COLUMNS
    const times = batch * Math.ceil(m / rowBlock)
    columnBlock = shareBlock(threads, { size: n, block: columnBlock, least, unit: 16, times, nanoseconds })
  }
  if (!o.transposeA) splitColumns()
  const least = packsB ? LEAST_REPEATED : LEAST_ROWS
  const times = batch * Math.ceil(n / columnBlock)
  rowBlock = shareBlock(threads, { size: m, block: rowBlock, least, unit: 12, times, nanoseconds })
  if (o.transposeA) splitColumns()
  return { rowBlock, columnBlock }
}

/** The smallest multiple of `unit` that covers `size` in as few blocks as blocks of `most` do; `most` is a multiple of `unit`. */
export function evenBlock(size: number, most: number, unit: number): number {
  const count = Math.max(1, Math.ceil(size / most))
  return Math.max(unit, Math.ceil(size / count / unit) * unit)
}
