import { packedBytes } from '../gemm/gemm.ts'
import { SCRATCH_BYTES } from '../runtime/runtime.ts'
import type { Conv2dShape } from './conv2d.ts'

/** Of scratch memory, bytes that a row of x takes, as a row of y sees it ... */
const bytesOfRow = ({ inChannels, outWidth, strideWidth, filterWidth, dilationWidth }: Conv2dShape) =>
  ((outWidth - 1) * strideWidth + (filterWidth - 1) * dilationWidth + 1) * inChannels * 4

/** ... and what lies before those. */
const bytesBeforeRows = ({ outWidth }: Conv2dShape) => 32 + 32 * outWidth

/** Bytes of rows of x that are copied at once: they stay in the first-level cache until rows of y have used them. */
const NEAR_BYTES = 16 << 10

/** Rows of x that are copied at once: none where those that a row of y sees, and what lies between, do not fit. */
export function rowsHeld(shape: Conv2dShape): number {
  const span = (shape.filterHeight - 1) * shape.dilationHeight + 1
  const bytes = bytesOfRow(shape)
  const most = Math.floor((SCRATCH_BYTES - bytesBeforeRows(shape)) / bytes)
  return most < span ? 0 : Math.min(most, Math.max(Math.floor(NEAR_BYTES / bytes), span))
}

/** Pixels of a tile; of fewer than LEAST_TILE, tiles take as long as of these: so long is the latency of a multiplication and addition. */
const TILE = 6
const LEAST_TILE = 4
/** What a row of y costs beside its tiles, in pixels. */
const ROW = 0.3

/** What tiles that end with each row of y take, relative to its pixels: the heights of `tileHeight` in block.as.ts. */
function tilesOfRow(pixels: number): number {
  let cost = ROW
  for (let left = pixels; left > 0; ) {
    const height = left <= TILE ? left : left < TILE + 3 ? (left + 1) >> 1 : TILE
    cost += Math.max(height, LEAST_TILE)
    left -= height
  }
  return cost / pixels
}

/** Channels up to which gathering patches costs more than any tiles. */
const FEW_CHANNELS = 4
/** What gathering a number takes, relative to its multiplications by 8 columns of the filter. */
const GATHER = 0.5
/** A filter that does not stay in the second-level cache is better read once for many rows of y. */
const MOST_FILTER_BYTES = 1 << 20

/** Whether `conv2d_rows_f32_nhwc` is the better kernel, and what it copies fits in scratch. */
export function servesRows(shape: Conv2dShape): boolean {
  const { inChannels, outChannels, outWidth, filterHeight, filterWidth, strideWidth, dilationWidth } = shape
  if (dilationWidth !== 1 && (inChannels !== 1 || strideWidth !== 1)) return false
  if (filterHeight * bytesOfRow(shape) > SCRATCH_BYTES - bytesBeforeRows(shape)) return false
  if (inChannels <= FEW_CHANNELS) return true
  if (packedBytes(outChannels, filterHeight * filterWidth * inChannels) > MOST_FILTER_BYTES) return false
  return tilesOfRow(outWidth) <= 1 + GATHER / Math.ceil(outChannels / 8)
}

/** Pixels of a row of y from which `conv2d_nine_f32_nhwc` is faster: with 5 its second four overlap the first, with 6 it is even. */
const LEAST_NINE = 7

/** Whether `conv2d_nine_f32_nhwc` is the better kernel of the two, in 128-bit operations. */
export function servesNine(shape: Conv2dShape): boolean {
  const { inChannels, outWidth, filterHeight, filterWidth, strideWidth, dilationWidth } = shape
  if (inChannels !== 1 || filterHeight !== 3 || filterWidth !== 3) return false
  return strideWidth === 1 && dilationWidth === 1 && outWidth >= LEAST_NINE
}
