import { type Conv2dShape, servesFew } from '../conv2d/conv2d.ts'
import { servesRows } from '../conv2d/rows.ts'
import { packedBytes } from '../gemm/gemm.ts'

/**
 * Pixels of y on a side of a tile. Of a filter 3x3 and stride 1, F(2x2, 3x3) takes 4/9 of the multiplications, F(4x4, 3x3) 1/4, with more
 * rounding. Of stride 2, those two take 16/25 and 9/25 for a filter 5x5, F(3x3, 4x4) 16/49 for 7x7, and F(5x5, 2x2) 9/25 for 4x4: see
 * command.ts.
 */
export type WinogradSize = 2 | 3 | 4 | 5

/** What a convolution by Winograd's method depends on; its stride is the same both ways, its dilation 1. */
export type WinogradShape = Pick<
  Conv2dShape,
  | 'batch'
  | 'inHeight'
  | 'inWidth'
  | 'inChannels'
  | 'outHeight'
  | 'outWidth'
  | 'outChannels'
  | 'padTop'
  | 'padLeft'
  | 'filterHeight'
  | 'filterWidth'
  | 'strideHeight'
> & {
  /** Of the gradient of a convolution of stride 2 at x, whose y is made in cells of 2x2 pixels: 2; and where the first cell begins. */
  outStride?: number
  outTop?: number
  outLeft?: number
}

/** Cells of x that a tile of y sees, and products that take the place of its convolution. */
export const points = (size: WinogradSize): number => (size === 2 ? 16 : 36)

/** Taps of a filter over cells, on a side. */
export const taps = (size: WinogradSize): number => (size === 2 ? 3 : 7 - size)

/** Numbers of a cell: those of stride x stride pixels. */
export const depth = ({ strideHeight, inChannels }: WinogradShape): number => strideHeight * strideHeight * inChannels

/** Numbers of a cell of y. */
export const columns = ({ outStride = 1, outChannels }: WinogradShape): number => outStride * outStride * outChannels

/** Tiles of y, and how many of them are side by side and above each other. */
export function tilesOf(s: WinogradShape, size: WinogradSize) {
  const { outStride = 1, outTop = 0, outLeft = 0 } = s
  const tilesHigh = Math.ceil((s.outHeight + outTop) / outStride / size)
  const tilesWide = Math.ceil((s.outWidth + outLeft) / outStride / size)
  return { tilesHigh, tilesWide, tiles: s.outHeight * s.outWidth === 0 ? 0 : s.batch * tilesHigh * tilesWide }
}

/** The sizes of tiles by which Winograd's method can compute this convolution. */
export function winogradSizes(s: Conv2dShape & WinogradShape): readonly WinogradSize[] {
  const { filterHeight, filterWidth, strideHeight, outStride = strideHeight } = s
  const stride = Math.max(strideHeight, outStride)
  if (stride !== s.strideWidth || s.dilationHeight !== 1 || s.dilationWidth !== 1) return []
  if (s.inChannels === 0 || s.outChannels === 0) return []
  if (stride === 1) return filterHeight === 3 && filterWidth === 3 ? THREE_TAPS : []
  const most = Math.ceil(filterHeight / 2)
  if (stride !== 2 || most !== Math.ceil(filterWidth / 2)) return []
  // 3x3 would gain a fifth at most, for four times the rounding.
  if (filterHeight === 4 && filterWidth === 4) return TWO_TAPS
  return most === 3 ? THREE_TAPS : most === 4 ? FOUR_TAPS : []
}

const TWO_TAPS: readonly WinogradSize[] = [5]
const THREE_TAPS: readonly WinogradSize[] = [2, 4]
const FOUR_TAPS: readonly WinogradSize[] = [3]

/** Whether Winograd's method can compute this convolution: 3x3 of stride 1, and of stride 2 4x4 and what is 5 to 8 pixels high and wide. */
export function isWinograd(s: Conv2dShape): boolean {
  return winogradSizes(s).length > 0
}

/** Bytes of a filter that a second-level cache keeps. What is larger comes from memory ... */
export const FILTER_IN_CACHE = 1 << 20
/** ... while tiles compute, if there are so few that each panel is used once. */
export const ROWS_AT_ONCE = 6

// Nanoseconds of one machine; only their ratios count. The choice is checked by winograd.choice.test.ts.
/** A multiplication and addition. */
const PRODUCT = 1 / 32
/** A number of a patch that is gathered for computing directly. */
const GATHER = 0.19
/** Of what uses a filter once, with so many channels nothing is gathered. */
const UNGATHERED_CHANNELS = 4
/** A number of a transformed tile, in or out. */
const TRANSFORM: Record<WinogradSize, number> = { 2: 0.2, 3: 0.3, 4: 0.3, 5: 0.3 }
/** Numbers that are transformed at once. */
const VECTOR = 4
/** A byte of a filter from memory. */
const BYTE_DIRECT = 0.1
const BYTE = 0.07
const BYTE_AT_ONCE = 0.02
/** A number of the filter, to be transformed. */
const TRANSFORM_FILTER: Record<WinogradSize, number> = { 2: 8, 3: 18, 4: 15, 5: 12 }
/** A product of fewer rows takes as long as this many. */
const LEAST_ROWS = 3
/** What a second command, and the memory between the two, cost. */
const CALL = 1500

/**
 * By which of its tiles Winograd's method computes this convolution faster than computing directly; 0 for none. `once`: the filter is
 * used only once, so that transforming it counts.
 */
export function winogradSize(s: Conv2dShape & WinogradShape, { once = false } = {}): 0 | WinogradSize {
  // Gradients, which are what uses a filter once, have no kernel for few channels.
  if (!once && servesFew(s)) return 0
  let best: 0 | WinogradSize = 0
  let least = directly(s, once ? s.inChannels > UNGATHERED_CHANNELS : !servesRows(s))
  for (const size of winogradSizes(s)) {
    const cost = byTiles(s, size, once)
    if (cost >= least) continue
    least = cost
    best = size
  }
  return best
}

function directly(s: WinogradShape, gathers: boolean): number {
  const { batch, inChannels, outChannels, filterHeight, filterWidth, outStride = 1 } = s
  const pixels = batch * (outStride === 1 ? s.outHeight * s.outWidth : s.inHeight * s.inWidth)
  const patch = filterHeight * filterWidth * inChannels
  const gather = gathers && outStride === 1 ? pixels * patch * GATHER : 0
  const fromMemory = Math.max(0, packedBytes(outChannels, patch) - FILTER_IN_CACHE)
  return product(pixels, patch, outChannels) + gather + fromMemory * BYTE_DIRECT
}

function byTiles(s: WinogradShape, size: WinogradSize, once: boolean): number {
  const [numbers, all] = [depth(s), columns(s)]
  const { tiles } = tilesOf(s, size)
  const transform = tiles * (moved(numbers) + VECTOR * Math.ceil(all / VECTOR)) * TRANSFORM[size]
  const fromMemory = Math.max(0, points(size) * packedBytes(all, numbers) - FILTER_IN_CACHE)
  const byte = tiles <= ROWS_AT_ONCE ? BYTE_AT_ONCE : BYTE
  const filter = once ? numbers * all * TRANSFORM_FILTER[size] : 0
  return points(size) * (product(tiles, numbers, all) + transform) + fromMemory * byte + filter + CALL
}

/** Numbers of x in vectors; a last vector that is not full costs another one. */
function moved(numbers: number): number {
  const left = numbers % VECTOR
  return left === 0 ? numbers : numbers - left + 2 * VECTOR
}

function product(rows: number, k: number, columns: number): number {
  return Math.max(rows, LEAST_ROWS) * k * Math.ceil(columns / 8) * 8 * PRODUCT
}
