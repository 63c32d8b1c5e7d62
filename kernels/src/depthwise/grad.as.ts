import { DepthwiseGradCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { scratch } from '../runtime/scratch.as'
import { dot_rectangle_f32 } from './dot.as'
import { sum_groups_f32 } from './groups.as'
import { dot_pixels_f32, dot_pixels_f32_3, PIXELS } from './pixels.as'
import { spread_f32 } from './spread.as'
import { dot_taps_f32, TAPS } from './taps.as'

function gcd(a: i32, b: i32): i32 {
  while (b) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}

// A pixel at p, p counted from the edge of the padding, is owed something by the filter's pixel i and the pixel
// (p - i * dilation) / stride of dy where that is whole and inside dy. Such i are `step` apart.
/** The first such i, or one beyond the filter where there is none. */
function firstTap(p: i32, stride: i32, dilation: i32, step: i32, outSize: i32, filterSize: i32): i32 {
  const first = firstInside((outSize - 1) * stride - p, dilation)
  const end = min(first + step, filterSize)
  for (let i = first; i < end; i++) {
    const t = p - i * dilation
    if (t >= 0 && (stride == 1 || t % stride == 0)) return i
  }
  return filterSize
}

/** How many there are. */
// @ts-ignore: decorator
@inline
function tapCount(p: i32, first: i32, step: i32, dilation: i32, filterSize: i32): i32 {
  const room = min(p / dilation, filterSize - 1) - first
  return room < 0 ? 0 : room / step + 1
}

/** See `depthwiseGrad` in command.ts. */
export function depthwise_input_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseGradCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const tap = pixel * c.multiplier
  const dyRow = tap * c.dyWidth
  const tapRow = tap * c.filterWidth
  const g = gcd(c.strideHeight, c.dilationHeight)
  // From one i that counts to the next, and the rows of dy that this takes.
  const step = c.strideHeight / g
  const up = -dyRow * (c.dilationHeight / g)
  let dx = c.out + <usize>begin * c.inWidth * pixel
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const p = item - image * c.inHeight + c.padTop
    const i = firstTap(p, c.strideHeight, c.dilationHeight, step, c.outHeight, c.filterHeight)
    const rows = tapCount(p, i, step, c.dilationHeight, c.filterHeight)
    const dy = c.dy + <usize>(image * c.dyHeight) * dyRow + (p - i * c.dilationHeight) / c.strideHeight * dyRow
    const filter = c.other + i * tapRow
    for (let from = 0; from < c.inWidth; from += c.band) {
      const to = min(from + c.band, c.inWidth)
      const out = c.multiplier == 1 ? dx : scratch
      inputRow(c, from, to, rows, dy, up, filter, tapRow * step, tap, out - from * tap)
      if (c.multiplier != 1) sum_groups_f32(out, dx, c.channels * (to - from), c.multiplier)
      dx += pixel * (to - from)
    }
  }
}

/** The pixels [from, to) of a row of dx, of `tap` bytes each, before the outputs of a channel are added up. */
function inputRow(
  c: DepthwiseGradCmd, from: i32, to: i32, rows: i32, dy: usize, up: usize, filter: usize, down: usize, tap: usize, dx: usize,
): void {
  const channels = c.channels * c.multiplier
  const whole = channels & ~7
  // The pixels that are owed something by a whole row of the filter; of stride 1 they are next to each other.
  const reach = (c.filterWidth - 1) * c.dilationWidth
  const first = max(reach - c.padLeft, from)
  const last = c.strideWidth == 1 && rows > 0 ? min(c.outWidth - c.padLeft, to) : 0
  if (whole && last - first >= PIXELS) {
    // The filter from its last column on, dy forwards.
    const b = filter + (c.filterWidth - 1) * tap
    for (let column = first; column < last; column += PIXELS) {
      // The last four overlap the four before.
      column = min(column, last - PIXELS)
      const a = dy + (column + c.padLeft - reach) * tap
      const at = dx + column * tap
      if (c.filterWidth == 3 && c.dilationWidth == 1) dot_pixels_f32_3(a, up, tap, b, down, -tap, rows, whole, 0, at, tap)
      else dot_pixels_f32(a, tap, up, tap * c.dilationWidth, b, down, -tap, rows, c.filterWidth, whole, 0, at, tap)
    }
    if (whole < channels) eachPixel(c, first, last, rows, dy, up, filter, down, tap, dx, whole)
    eachPixel(c, from, first, rows, dy, up, filter, down, tap, dx, 0)
    eachPixel(c, last, to, rows, dy, up, filter, down, tap, dx, 0)
  } else eachPixel(c, from, to, rows, dy, up, filter, down, tap, dx, 0)
}

/** The pixels [column, end) of a row of dx, one by one; the channels from `channel` on. */
function eachPixel(
  c: DepthwiseGradCmd, column: i32, end: i32, rows: i32, dy: usize, up: usize, filter: usize, down: usize, tap: usize, dx: usize,
  channel: i32,
): void {
  const skip = <usize>channel << 2
  const g = gcd(c.strideWidth, c.dilationWidth)
  const step = c.strideWidth / g
  const left = -tap * (c.dilationWidth / g)
  for (; column < end; column++) {
    const q = column + c.padLeft
    const j = firstTap(q, c.strideWidth, c.dilationWidth, step, c.outWidth, c.filterWidth)
    const columns = tapCount(q, j, step, c.dilationWidth, c.filterWidth)
    dot_rectangle_f32(
      dy + (q - j * c.dilationWidth) / c.strideWidth * tap + skip, up, left, filter + j * tap + skip, down, tap * step,
      rows, columns, c.channels * c.multiplier - channel, 0, dx + column * tap + skip,
    )
  }
}

/** See `depthwiseGrad` in command.ts. */
export function depthwise_filter_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseGradCmd>(cmd)
  const outputs = c.channels * c.multiplier
  const blocks = (outputs + c.block - 1) / c.block
  const tap = <usize>outputs << 2
  for (let item = begin; item < end; item++) {
    const i = item / blocks
    const o = (item - i * blocks) * c.block
    const count = min(c.block, outputs - o)
    const skip = <usize>o << 2
    const out = c.out + tap * i * c.filterWidth + skip
    for (let j = 0; j < c.filterWidth; j++) memory.fill(out + tap * j, 0, <usize>count << 2)
    const down = i * c.dilationHeight - c.padTop
    const first = firstInside(down, c.strideHeight)
    const last = lastInside(down, c.strideHeight, c.inHeight, c.outHeight)
    for (let b = 0; b < c.batch; b++) {
      for (let r = first; r < last; r += c.held) {
        const x = b * c.inHeight + r * c.strideHeight + down
        const dy = c.dy + tap * (<usize>b * c.dyHeight + r) * c.dyWidth + skip
        for (let from = 0; from < c.outWidth; from += c.band) {
          filterRow(c, min(c.held, last - r), from, min(from + c.band, c.outWidth), o, count, x, dy, out)
        }
      }
    }
  }
}

/**
 * Adds to a row of the filter's gradient, outputs [o, o + count), what the pixels [from, to) of `rows` rows of dy give, from x's rows
 * from `top` on.
 */
function filterRow(
  c: DepthwiseGradCmd, rows: i32, from: i32, to: i32, o: i32, count: i32, top: i32, dy: usize, out: usize,
): void {
  const source = <usize>c.channels << 2
  const tap = source * c.multiplier
  const dyRow = tap * c.dyWidth
  let x = c.other + source * top * c.inWidth
  let row = source * c.inWidth * c.strideHeight
  let pixel = tap
  if (c.multiplier == 1) x += <usize>o << 2
  else {
    const left = max(from * c.strideWidth - c.padLeft, 0)
    const right = min((to - 1) * c.strideWidth - c.padLeft + (c.filterWidth - 1) * c.dilationWidth + 1, c.inWidth)
    const columns = max(right - left, 0)
    pixel = <usize>(count + 7 & ~7) << 2
    spread_f32(x + source * left, row, rows, columns, c.channels, c.multiplier, o, count, scratch)
    x = scratch - pixel * left
    row = pixel * columns
  }
  const whole = count & ~15
  let j = 0
  if (whole) {
    for (; j + TAPS <= c.filterWidth; j += TAPS) {
      // The pixels that count for all of these taps.
      const right = j * c.dilationWidth - c.padLeft
      const farthest = right + (TAPS - 1) * c.dilationWidth
      const first = max(firstInside(right, c.strideWidth), from)
      const last = max(min(lastInside(farthest, c.strideWidth, c.inWidth, c.outWidth), to), first)
      dot_taps_f32(
        x + pixel * (first * c.strideWidth + right), pixel * c.dilationWidth, row, pixel * c.strideWidth, dy + tap * first, dyRow, tap,
        rows, last - first, whole, out + tap * j, tap,
      )
      for (let k = j; k < j + TAPS; k++) {
        oneTap(c, k, rows, from, first, x, row, pixel, dy, out, 0, whole)
        oneTap(c, k, rows, last, to, x, row, pixel, dy, out, 0, whole)
        oneTap(c, k, rows, from, to, x, row, pixel, dy, out, whole, count)
      }
    }
  }
  for (; j < c.filterWidth; j++) oneTap(c, j, rows, from, to, x, row, pixel, dy, out, 0, count)
}

/** Of the filter's column j, the outputs [o, end): what the pixels [from, to) give. */
function oneTap(
  c: DepthwiseGradCmd, j: i32, rows: i32, from: i32, to: i32, x: usize, row: usize, pixel: usize, dy: usize, out: usize, o: i32,
  end: i32,
): void {
  const tap = <usize>(c.channels * c.multiplier) << 2
  const skip = <usize>o << 2
  const right = j * c.dilationWidth - c.padLeft
  const column = max(firstInside(right, c.strideWidth), from)
  const columns = min(lastInside(right, c.strideWidth, c.inWidth, c.outWidth), to) - column
  if (columns <= 0 || o >= end) return
  const at = out + tap * j + skip
  dot_rectangle_f32(
    x + pixel * (column * c.strideWidth + right) + skip, row, pixel * c.strideWidth, dy + tap * column + skip, tap * c.dyWidth, tap, rows,
    columns, end - o, at, at,
  )
}
