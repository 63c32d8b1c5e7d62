import type { Conv2dShape } from '../conv2d/conv2d.ts'
import { packedBytes } from '../gemm/gemm.ts'

/** Pixels of y on a side of a tile: F(2x2, 3x3) takes 4/9 of the multiplications, F(4x4, 3x3) 1/4, with more rounding. */
export type WinogradSize = 2 | 4

/** What a convolution by Winograd's method depends on; its filter is 3x3, stride and dilation are 1. */
export type WinogradShape = Pick<
  Conv2dShape,
  'batch' | 'inHeight' | 'inWidth' | 'inChannels' | 'outHeight' | 'outWidth' | 'outChannels' | 'padTop' | 'padLeft'
>

/** Pixels of x that a tile of y sees, and products that take the place of its convolution. */
export const points = (size: WinogradSize): number => (size + 2) ** 2

/** Whether Winograd's method can compute this convolution. */
export function isWinograd(s: Conv2dShape): boolean {
  return (
    s.filterHeight === 3 &&
    s.filterWidth === 3 &&
    s.strideHeight === 1 &&
    s.strideWidth === 1 &&
    s.dilationHeight === 1 &&
    s.dilationWidth === 1 &&
    s.inChannels > 0 &&
    s.outChannels > 0
  )
}

/** Bytes of a filter that a second-level cache keeps. What is larger comes from memory ... */
export const FILTER_IN_CACHE = 1 << 20
/** ... while tiles compute, if there are so few that each panel is used once. */
export const ROWS_AT_ONCE = 6

// Nanoseconds of one machine; only their ratios count. The choice is checked by winograd.choice.test.ts.
/** A multiplication and addition. */
const PRODUCT = 1 / 32
/** A number of a patch that is gathered for computing directly. Up to 4 channels none are. */
const GATHER = 0.19
const UNGATHERED_CHANNELS = 4
/** A number of a transformed tile, in or out. */
const TRANSFORM: Record<WinogradSize, number> = { 2: 0.2, 4: 0.3 }
/** A byte of a filter from memory. */
const BYTE_DIRECT = 0.1
const BYTE = 0.07
const BYTE_AT_ONCE = 0.02
/** A number of the filter, to be transformed. */
const TRANSFORM_FILTER: Record<WinogradSize, number> = { 2: 8, 4: 15 }
/** A product of fewer rows takes as long as this many. */
const LEAST_ROWS = 3
/** What a second command, and the memory between the two, cost. */
const CALL = 1500

/**
 * Which of F(2x2) and F(4x4) computes this convolution faster than computing directly; 0 for none. `once`: the filter is used
 * only once, so that transforming it counts.
 */
export function winogradSize(s: Conv2dShape, { once = false } = {}): 0 | WinogradSize {
  if (!isWinograd(s)) return 0
  const direct = directly(s)
  const two = byTiles(s, 2, once)
  const four = byTiles(s, 4, once)
  if (direct <= Math.min(two, four)) return 0
  return two <= four ? 2 : 4
}

function directly(s: WinogradShape): number {
  const { inChannels, outChannels } = s
  const pixels = s.batch * s.outHeight * s.outWidth
  const gather = inChannels > UNGATHERED_CHANNELS ? pixels * inChannels * GATHER : 0
  const fromMemory = Math.max(0, packedBytes(outChannels, 9 * inChannels) - FILTER_IN_CACHE)
  return 9 * (productOf(s, pixels) + gather) + fromMemory * BYTE_DIRECT
}

function byTiles(s: WinogradShape, size: WinogradSize, once: boolean): number {
  const { inChannels, outChannels } = s
  const tiles = s.batch * Math.ceil(s.outHeight / size) * Math.ceil(s.outWidth / size)
  const transform = tiles * (inChannels + outChannels) * TRANSFORM[size]
  const fromMemory = Math.max(0, points(size) * packedBytes(outChannels, inChannels) - FILTER_IN_CACHE)
  const byte = tiles <= ROWS_AT_ONCE ? BYTE_AT_ONCE : BYTE
  const filter = once ? inChannels * outChannels * TRANSFORM_FILTER[size] : 0
  return points(size) * (productOf(s, tiles) + transform) + fromMemory * byte + filter + CALL
}

function productOf({ inChannels, outChannels }: WinogradShape, rows: number): number {
  return Math.max(rows, LEAST_ROWS) * inChannels * Math.ceil(outChannels / 8) * 8 * PRODUCT
}
