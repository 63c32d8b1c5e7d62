import { DepthwiseCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { finish_f32 } from '../gemm/normalize.as'
import { scratch } from '../runtime/scratch.as'
import { dot_rectangle_f32 } from './dot.as'
import { dot_multiplied_f32, dot_multiplied_f32_6, MULTIPLIED_PIXELS } from './multiplied.as'
import { dot_pixels_f32, dot_pixels_f32_3, PIXELS } from './pixels.as'
import { spread_f32 } from './spread.as'
import { dot_together_f32, repeat_f32 } from './together.as'
export { depthwise_filter_grad_f32_nhwc, depthwise_input_grad_f32_nhwc } from './grad.as'

/** See `depthwise` in command.ts. */
export function depthwise_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseCmd>(cmd)
  if (begin >= end) return
  const outputs = c.channels * c.multiplier
  if (c.together > 1) repeatFilter(c)
  for (let o = 0; o < outputs; o += c.block) {
    for (let from = 0; from < c.outWidth; from += c.band) {
      makeRows(c, begin, end, o, min(c.block, outputs - o), from, min(from + c.band, c.outWidth))
    }
  }
}

/** Whether numbers of x are spread over the outputs that they are for. Whole eights of outputs of a channel take them as they come. */
// @ts-ignore: decorator
@inline
function spreads(c: DepthwiseCmd): bool {
  return c.multiplier != 1 && (c.multiplier & 7) != 0
}

/** Pixels that are made at once. */
// @ts-ignore: decorator
@inline
function atOnce(c: DepthwiseCmd): i32 {
  return c.multiplier & 7 ? PIXELS : MULTIPLIED_PIXELS
}

/** In scratch, behind the bias: `together` times each pixel of the filter. */
function repeatFilter(c: DepthwiseCmd): void {
  const step = (<usize>c.channels << 2) * c.together
  if (c.bias) repeat_f32(c.bias, 1, c.channels, c.together, scratch)
  repeat_f32(c.filter, c.filterHeight * c.filterWidth, c.channels, c.together, scratch + step)
}

/** Behind the last row of x, of all images in turn, that the rows of y up to `item` are made of. */
function rowsUntil(c: DepthwiseCmd, item: i32): i32 {
  const image = item / c.outHeight
  const bottom = (item - image * c.outHeight) * c.strideHeight - c.padTop + (c.filterHeight - 1) * c.dilationHeight + 1
  return image * c.inHeight + min(max(bottom, 0), c.inHeight)
}

/** The outputs [o, o + count) of the pixels [from, to) of the rows [begin, end) of y. */
function makeRows(c: DepthwiseCmd, begin: i32, end: i32, o: i32, count: i32, from: i32, to: i32): void {
  const source = <usize>c.channels << 2
  const tap = source * c.multiplier
  const skip = <usize>o << 2
  const reach = (c.filterWidth - 1) * c.dilationWidth
  // The pixels whose windows lie inside x from left to right.
  const first = min(max(firstInside(-c.padLeft, c.strideWidth), from), to)
  const last = max(min(lastInside(reach - c.padLeft, c.strideWidth, c.inWidth, c.outWidth), to), first)
  // The rows [held, until) of x, of all images in turn, as these outputs see them; or some columns of some of them, spread.
  let x = c.x, held = 0, until = i32.MAX_VALUE, left = 0, columns = c.inWidth
  let pixel = source
  if (spreads(c)) {
    x = scratch
    until = 0
    left = max(from * c.strideWidth - c.padLeft, 0)
    columns = max(min((to - 1) * c.strideWidth - c.padLeft + reach + 1, c.inWidth) - left, 0)
    pixel = <usize>(count + 7 & ~7) << 2
  }
  const row = pixel * columns
  const wanted = rowsUntil(c, end - 1)
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const i0 = firstInside(top, c.dilationHeight)
    const rows = lastInside(top, c.dilationHeight, c.inHeight, c.filterHeight) - i0
    const r = image * c.inHeight + top + i0 * c.dilationHeight
    if (rows > 0 && r + (rows - 1) * c.dilationHeight >= until) {
      const start = image * c.inHeight + max(top, 0)
      const kept = max(until - start, 0)
      if (kept) memory.copy(scratch, scratch + row * (start - held), row * kept)
      held = start
      until = min(start + c.held, wanted)
      spread_f32(
        c.x + (<usize>(start + kept) * c.inWidth + left) * source, source * c.inWidth, until - start - kept, columns, c.channels,
        c.multiplier, o, count, scratch + row * kept,
      )
    }
    const a = x + row * (r - held) - pixel * left
    const b = c.filter + i0 * tap * c.filterWidth + skip
    const down = row * c.dilationHeight
    const bias = c.bias ? c.bias + skip : 0
    const y = c.y + <usize>item * c.outWidth * tap + skip
    const inside = last - first
    if (c.together > 1 && inside >= c.together) {
      dot_together_f32(
        inside, c.together, a + (first - c.padLeft) * pixel, down, pixel, pixel * c.dilationWidth,
        scratch + tap * c.together * (1 + i0 * c.filterWidth), rows, c.filterWidth, c.channels, c.bias ? scratch : 0, y + first * tap,
      )
    } else {
      const whole = inside >= atOnce(c) ? count & ~7 : 0
      if (whole) severalAtOnce(c, first, last, rows, a, down, pixel, b, bias, y, tap, whole)
      if (whole < count) oneByOne(c, first, last, rows, a, down, pixel, b, bias, y, tap, whole, count)
    }
    oneByOne(c, from, first, rows, a, down, pixel, b, bias, y, tap, 0, count)
    oneByOne(c, last, to, rows, a, down, pixel, b, bias, y, tap, 0, count)
    finish_f32(
      c.tables ? c.tables + skip : 0, tap, c.activation, y + tap * from, tap, to - from, count, c.leak, c.slope ? c.slope + skip : 0,
    )
  }
}

/** The pixels [first, last) of a row of y, at least as many as are made at once; only whole eights of channels. */
function severalAtOnce(
  c: DepthwiseCmd, first: i32, last: i32, rows: i32, x: usize, down: usize, pixel: usize, filter: usize, bias: usize, y: usize,
  tap: usize, channels: i32,
): void {
  const neighbours = c.filterWidth == 3 && c.strideWidth == 1 && c.dilationWidth == 1
  const pixels = atOnce(c)
  for (let column = first; column < last; column += pixels) {
    // The last ones overlap those before.
    column = min(column, last - pixels)
    const a = x + (column * c.strideWidth - c.padLeft) * pixel
    const to = y + column * tap
    if ((c.multiplier & 7) == 0) {
      dot_multiplied_f32_6(
        a, pixel * c.strideWidth, down, pixel * c.dilationWidth, filter, tap * c.filterWidth, tap, rows, c.filterWidth, c.channels,
        c.multiplier, bias, to, tap,
      )
    } else if (neighbours) dot_pixels_f32_3(a, down, pixel, filter, tap * 3, tap, rows, channels, bias, to, tap)
    else {
      dot_pixels_f32(
        a, pixel * c.strideWidth, down, pixel * c.dilationWidth, filter, tap * c.filterWidth, tap, rows, c.filterWidth,
        channels, bias, to, tap,
      )
    }
  }
}

/** The pixels [column, end) of a row of y, each with as much of the filter as lies over x; the channels [channel, channels). */
function oneByOne(
  c: DepthwiseCmd, column: i32, end: i32, rows: i32, x: usize, down: usize, pixel: usize, filter: usize, bias: usize, y: usize,
  tap: usize, channel: i32, channels: i32,
): void {
  const skip = <usize>channel << 2
  for (; column < end; column++) {
    const left = column * c.strideWidth - c.padLeft
    const j0 = firstInside(left, c.dilationWidth)
    const columns = lastInside(left, c.dilationWidth, c.inWidth, c.filterWidth) - j0
    const a = x + (left + j0 * c.dilationWidth) * pixel + skip
    const b = filter + j0 * tap + skip
    const to = y + column * tap + skip
    if ((c.multiplier & 7) == 0) {
      dot_multiplied_f32(
        a, down, pixel * c.dilationWidth, b, tap * c.filterWidth, tap, rows, columns, c.channels, c.multiplier, bias, to,
      )
    } else {
      dot_rectangle_f32(
        a, down, pixel * c.dilationWidth, b, tap * c.filterWidth, tap, rows, columns, channels - channel, bias ? bias + skip : 0, to,
      )
    }
  }
}
