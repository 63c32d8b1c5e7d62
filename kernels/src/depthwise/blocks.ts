import { SCRATCH_BYTES } from '../runtime/runtime.ts'
import { shareBlock } from '../runtime/share.ts'
import { MACS_PER_NS } from './command.ts'
import type { DepthwiseShape } from './depthwise.ts'

/** Bytes of scratch memory that are used again and again before the next: they stay in the first-level cache. */
const NEAR_BYTES = 40 << 10
/** What kernels make at once, at least: less would be parts of cache lines. */
const LEAST_BLOCK = 32
/** Outputs of a filter's gradient that are made at once. */
const FILTER_BLOCK = 32

/** With a multiplier other than 1, outputs of all channels. */
export const MOST_MULTIPLIED = SCRATCH_BYTES / 4
/** With a multiplier other than 1, pixels that a filter spans: (filterHeight - 1) * dilationHeight + 1 times as much across. */
export const MOST_SPANNED = SCRATCH_BYTES / 32

/** The fields of `command.ts` that say what is made at a time. */
export interface Blocks {
  block: number
  band: number
  held: number
}

const eights = (n: number) => Math.max(Math.ceil(n / 8), 1) * 8

const spanOf = (taps: number, dilation: number) => (Math.max(taps, 1) - 1) * dilation + 1

/** Of `rows` rows of x, which a window needs at once, each output of a band spread. */
function spreadBlocks(s: DepthwiseShape, rows: number, most: number): Blocks {
  const span = spanOf(s.filterWidth, s.dilationWidth)
  const fit = (block: number) => Math.min(Math.floor(SCRATCH_BYTES / (rows * block * 4)), s.inWidth)
  let block = most
  let columns = fit(block)
  if (columns < Math.min(span, s.inWidth)) {
    block = 8
    columns = fit(block)
  }
  const band = columns === s.inWidth ? s.outWidth : Math.floor((columns - span) / s.strideWidth) + 1
  return {
    block,
    band: Math.max(band, 1),
    held: Math.max(rows, Math.floor(NEAR_BYTES / Math.max(columns * block * 4, 1))),
  }
}

export function forwardBlocks(s: DepthwiseShape, multiplier: number): Blocks {
  const outputs = s.channels * multiplier
  // Whole eights of outputs of a channel take its numbers as they come.
  if (multiplier === 1 || multiplier % 8 === 0) return { block: outputs, band: s.outWidth, held: 0 }
  const rows = spanOf(s.filterHeight, s.dilationHeight)
  const near = Math.floor(NEAR_BYTES / Math.max(2 * rows * s.inWidth * 4, 1))
  const blocks = Math.ceil(Math.max(outputs, 1) / Math.max(near, LEAST_BLOCK))
  return spreadBlocks(s, rows, eights(outputs / blocks))
}

/** Pixels that are made four at a time without a rest: kernels have a loop for that. */
const AT_ONCE = 4
/** Channels from which the rest behind whole eights of them takes little of the time. */
const MANY_CHANNELS = 32

/**
 * See `together` in command.ts: as many pixels as have whole eights of numbers; fewer where y is narrow, if even those have more numbers than a
 * pixel has whole vectors.
 */
export function pixelsTogether(s: DepthwiseShape, multiplier: number): number {
  const { channels, inWidth, filterWidth, dilationWidth, padLeft } = s
  if (multiplier !== 1 || s.strideWidth !== 1 || channels % 8 === 0) return 1
  const last = Math.min(inWidth + padLeft - spanOf(filterWidth, dilationWidth) + 1, s.outWidth)
  const inside = last - Math.max(padLeft, 0)
  const whole = channels % 4 === 0 ? 2 : channels % 2 === 0 ? 4 : 8
  if (s.filterHeight * filterWidth * whole * channels * 4 > NEAR_BYTES) return 1
  if (inside >= AT_ONCE * whole) return whole
  return channels < MANY_CHANNELS ? Math.max(Math.min(whole, inside), 1) : 1
}

/** Of dx. */
export function inputGradBlocks(s: DepthwiseShape, multiplier: number): Blocks {
  const outputs = s.channels * multiplier
  const columns = (bytes: number) => Math.floor(bytes / Math.max(outputs * 4, 1))
  const band = Math.max(columns(NEAR_BYTES), Math.min(columns(SCRATCH_BYTES), 8))
  return { block: outputs, band: multiplier === 1 ? s.inWidth : band, held: 0 }
}

/**
 * Of the filter's gradient. A kernel sums up sixteens of outputs in another order than the rest, and the edges of a band's rows after its
 * middle: so that results do not depend on threads, their blocks are of whole sixteens too, and bands and rows are those of one thread.
 */
export function filterGradBlocks(s: DepthwiseShape, multiplier: number, threads: number): Blocks {
  const outputs = s.channels * multiplier
  const most = Math.min(FILTER_BLOCK, eights(outputs))
  const alone: Blocks =
    multiplier === 1 ? { block: most, band: s.outWidth, held: s.outHeight } : spreadBlocks(s, 1, most)
  const products = s.batch * s.outHeight * s.outWidth * s.filterHeight * s.filterWidth * outputs
  const block = shareBlock(threads, {
    ...{ size: outputs, block: alone.block, least: Math.min(16, alone.block), unit: Math.min(16, alone.block) },
    ...{ times: s.filterHeight, nanoseconds: products / MACS_PER_NS },
  })
  return { ...alone, block }
}
