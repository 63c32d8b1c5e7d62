import { MACS_PER_NS } from '../gemm/command.ts'
import { evenBlock, type GemmOptions, packedBytes, tileRows } from '../gemm/gemm.ts'
import { activationCode } from '../gemm/layouts.ts'
import { runWinogradFilter, runWinogradInput, runWinogradOutput } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import {
  columns,
  depth,
  FILTER_IN_CACHE,
  points,
  ROWS_AT_ONCE,
  taps,
  tilesOf,
  type WinogradShape,
  type WinogradSize,
} from './choice.ts'

export { isWinograd, type WinogradShape, type WinogradSize, winogradSize } from './choice.ts'

/** Tiles that are one item at most, ... */
const ROWS = 48
/** ... and bytes of their products, in scratch: with few tiles these are more channels, so that memory is read in long runs. */
const PRODUCTS = 448 << 10
/** With several threads: the fewest channels, and tiles, of an item. */
const LEAST_COLUMNS = 32
const LEAST_ROWS = 24
/** Channels of x that are summed up at once ... */
const DEPTH = 512
/** ... and where the filter comes from memory: so few that it flows in evenly while several tiles use what has come. */
const DEPTH_FROM_MEMORY = 32
/** Bytes of transformed tiles made at once: where the filter stays in the second-level cache, for each thread; and where not. */
const CHUNK = 448 << 10
const CHUNK_FROM_MEMORY = 4 << 20

/** Bytes of the filter as {@link transformFilter} makes it. */
export function transformedFilterBytes(shape: WinogradShape, size: WinogradSize): number {
  if (!shape) refuseArguments('transformedFilterBytes', { shape })
  checkShape('transformedFilterBytes', shape, size)
  return points(size) * spread(packedBytes(columns(shape), depth(shape)))
}

/** Names what {@link transformFilter} makes of a filter that is not flipped, or of one that is: for equal names the same bytes. */
export function transformedFilterLayout(shape: WinogradShape, size: WinogradSize): string {
  const { filterHeight, filterWidth, inChannels, outChannels } = shape
  return `winograd ${size}, ${filterHeight}x${filterWidth}x${inChannels}x${outChannels}`
}

/**
 * Transforms the filter for {@link winograd}. `flipped`: of `shape`, which is {@link inputGradShape}'s, and the filter as it
 * lies in memory for the forward pass.
 */
export function transformFilter(
  rt: Runtime,
  shape: WinogradShape,
  size: WinogradSize,
  tensors: { filter: number; panels: number; flipped?: boolean },
): void {
  if (!(rt && shape && tensors)) refuseArguments('transformFilter', { rt, shape, tensors })
  const { filter, panels, flipped = false } = tensors
  const { inChannels, outChannels, filterHeight, filterWidth, strideHeight: stride, outStride = 1 } = shape
  checkShape('transformFilter', shape, size)
  if (inChannels === 0 || outChannels === 0) return
  runWinogradFilter(rt, 'winograd_filter_f32', Math.ceil(columns(shape) / 8), {
    ...{ filter, panels, filterHeight, filterWidth, stride, outStride, inChannels, outChannels, size },
    flipped: flipped ? 1 : 0,
    panelsStep: spread(packedBytes(columns(shape), depth(shape))),
  })
}

/** The convolution of dy, by the flipped filter, that is the gradient at x of a convolution that Winograd's method can compute. */
export function inputGradShape(s: WinogradShape): WinogradShape {
  const { filterHeight, filterWidth, strideHeight: stride } = s
  const vertical = cells(s.padTop, filterHeight, stride)
  const horizontal = cells(s.padLeft, filterWidth, stride)
  return {
    ...{ batch: s.batch, filterHeight, filterWidth, strideHeight: 1, outStride: stride },
    ...{ inHeight: s.outHeight, inWidth: s.outWidth, inChannels: s.outChannels },
    ...{ outHeight: s.inHeight, outWidth: s.inWidth, outChannels: s.inChannels },
    ...{ padTop: vertical.pad, outTop: vertical.out, padLeft: horizontal.pad, outLeft: horizontal.out },
  }
}

/** In one direction, the padding of dy, and how far the first cell of dx reaches beyond it. */
function cells(pad: number, filter: number, stride: number): { pad: number; out: number } {
  const out = pad & (stride - 1)
  return { pad: Math.ceil(filter / stride) - 1 - (pad - out) / stride, out }
}

/**
 * y = act(conv(x, filter) + bias) by Winograd's method. `panels` is what {@link transformFilter} made; y overlaps nothing. Takes
 * memory for the transformed tiles while it runs: 448 KB for each thread, 4 MB where the filter is large, or one strip of them.
 */
export function winograd(
  rt: Runtime,
  shape: WinogradShape,
  size: WinogradSize,
  o: { x: number; panels: number; y: number } & Pick<GemmOptions, 'bias' | 'activation' | 'leak' | 'slope' | 'tables'>,
): void {
  if (!(rt && shape && o)) refuseArguments('winograd', { rt, shape, tensors: o })
  checkShape('winograd', shape, size)
  const { tilesHigh, tilesWide, tiles } = tilesOf(shape, size)
  const all = columns(shape)
  if (tiles === 0 || all === 0) return
  const numbers = depth(shape)
  const rowStep = Math.ceil(numbers / 4) * 16
  const fromMemory = transformedFilterBytes(shape, size) > FILTER_IN_CACHE
  const fit = Math.floor((fromMemory ? CHUNK_FROM_MEMORY : CHUNK * rt.threads) / (points(size) * rowStep))
  const unit = rt.threads === 1 || fromMemory ? 12 : rt.threads
  const chunk = evenBlock(tiles, Math.max(12, fit - (fit % unit)), unit)
  const most = fromMemory && tiles > ROWS_AT_ONCE ? DEPTH_FROM_MEMORY : DEPTH
  const { rowBlock, columnBlock } = blocks(rt.threads, shape, size, Math.min(chunk, tiles), fromMemory)
  const pointStep = spread(rowStep * Math.min(chunk, tiles))
  const v = rt.heap.alloc(points(size) * pointStep)
  const panelsStep = spread(packedBytes(all, numbers))
  const common = {
    ...shape,
    stride: shape.strideHeight,
    outStride: shape.outStride ?? 1,
    outTop: shape.outTop ?? 0,
    outLeft: shape.outLeft ?? 0,
    depth: numbers,
    tilesHigh,
    tilesWide,
    size,
    rowStep,
    pointStep,
    v,
  }
  try {
    for (let firstTile = 0; firstTile < tiles; firstTile += chunk) {
      const count = Math.min(chunk, tiles - firstTile)
      runWinogradInput(rt, 'winograd_input_f32_nhwc', count, { ...common, x: o.x, firstTile, wide: rt.wide ? 1 : 0 })
      const items = Math.ceil(count / rowBlock) * Math.ceil(all / columnBlock)
      runWinogradOutput(rt, 'winograd_output_f32_nhwc', items, {
        ...common,
        panels: o.panels,
        panelsStep,
        bias: o.bias ?? 0,
        y: o.y,
        firstTile,
        tiles: count,
        rowBlock,
        columnBlock,
        depthBlock: evenBlock(numbers, most, 4),
        // What is read from memory and used once is one stream; tiles of 256-bit operations read two panels at once.
        tileRows: tileRows(rt.variant, rt.wide && !(fromMemory && tiles <= ROWS_AT_ONCE)),
        activation: activationCode('winograd', o.activation),
        leak: o.leak ?? 0,
        slope: o.slope ?? 0,
        tables: o.tables ?? 0,
      })
    }
  } finally {
    rt.heap.free(v)
  }
}

/**
 * What one item of the second kernel makes of `tiles` tiles. Results do not depend on it. Several threads share out channels where the filter
 * comes from memory, so that each reads a part of it; else tiles, those first that a thread has transformed itself.
 */
function blocks(threads: number, shape: WinogradShape, size: WinogradSize, tiles: number, fromMemory: boolean) {
  const all = columns(shape)
  const nanoseconds = (points(size) * tiles * depth(shape) * all) / MACS_PER_NS
  let rowBlock = evenBlock(tiles, ROWS, 12)
  const most = Math.floor(PRODUCTS / (points(size) * Math.min(rowBlock, tiles) * 32)) * 8
  let columnBlock = evenBlock(all, most, 8)
  if (threads > 1) {
    const [columns, rows] = [Math.ceil(all / columnBlock), Math.ceil(tiles / rowBlock)]
    const byColumns = (times: number) =>
      shareBlock(threads, {
        ...{ size: all, block: columnBlock, least: LEAST_COLUMNS, unit: 16 },
        ...{ times, nanoseconds },
      })
    const byRows = (times: number) =>
      shareBlock(threads, { ...{ size: tiles, block: rowBlock, least: LEAST_ROWS, unit: 12 }, times, nanoseconds })
    if (fromMemory) {
      columnBlock = byColumns(rows)
      rowBlock = byRows(Math.ceil(all / columnBlock))
    } else {
      rowBlock = byRows(columns)
      // Only where tiles are too few: parts of the channels read all tiles.
      const items = columns * Math.ceil(tiles / rowBlock)
      if (items < 2 * threads) columnBlock = byColumns(Math.ceil(tiles / rowBlock))
    }
  }
  return { rowBlock, columnBlock }
}

/** Commands are not given all of these. */
function checkShape(what: string, shape: WinogradShape, size: WinogradSize): void {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape
  const { filterHeight, filterWidth, strideHeight, outStride = 1 } = shape
  if (
    !areSizes(batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels) ||
    !areSizes(filterHeight, filterWidth, strideHeight, outStride)
  ) {
    const sizes = { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels }
    refuseSizes(what, { ...sizes, filterHeight, filterWidth, strideHeight, outStride })
  }
  const stride = strideHeight * outStride
  const most = taps(size) * stride
  if ((stride !== 1 && stride !== 2) || filterHeight > most || filterWidth > most)
    throw new Error(
      `${what}: tiles of ${size}x${size} are not for a filter of ${filterHeight}x${filterWidth} and stride ${stride}`,
    )
}

/** At least `bytes`, and an odd number of cache lines: points so far apart do not compete for the same few places of the cache. */
function spread(bytes: number): number {
  return Math.ceil((bytes - 64) / 128) * 128 + 64
}
