import { DepthwiseGradCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { dot_rectangle_f32 } from './dot.as'
import { dot_pixels_f32, dot_pixels_f32_3, PIXELS } from './pixels.as'

// A pixel at p, p counted from the edge of the padding, is owed something by the filter's pixel i and the pixel (p - i) / stride
// of dy where that is whole and inside dy. The first such i:
// @ts-ignore: decorator
@inline
function firstTap(p: i32, stride: i32, outSize: i32): i32 {
  const i = p - (outSize - 1) * stride
  return i >= 0 ? i : max(p, 0) % stride
}

/** How many there are; the next i is `stride` further, its pixel of dy one back. */
// @ts-ignore: decorator
@inline
function tapCount(p: i32, first: i32, stride: i32, filterSize: i32): i32 {
  const room = min(p, filterSize - 1) - first
  return room < 0 ? 0 : room / stride + 1
}

/** See `depthwiseGrad` in command.ts. */
export function depthwise_input_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseGradCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const dyRow = pixel * c.dyWidth
  const tapRow = pixel * c.filterWidth
  let dx = c.out + <usize>(begin * c.inWidth) * pixel
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const p = item - image * c.inHeight + c.padTop
    const i = firstTap(p, c.strideHeight, c.outHeight)
    const rows = c.outHeight > 0 ? tapCount(p, i, c.strideHeight, c.filterHeight) : 0
    const dy = c.dy + <usize>(image * c.dyHeight) * dyRow + (p - i) / c.strideHeight * dyRow
    const filter = c.other + i * tapRow
    // The pixels that are owed something by a whole row of the filter; of stride 1 they are next to each other.
    const first = max(c.filterWidth - 1 - c.padLeft, 0)
    const last = c.strideWidth == 1 && rows > 0 ? min(c.outWidth - c.padLeft, c.inWidth) : 0
    if (c.channels >= 8 && last - first >= PIXELS) {
      const down = tapRow * c.strideHeight
      inputPixels(c, first, last, rows, dy, -dyRow, filter, down, dx)
      const done = c.channels & ~7
      if (done < c.channels) eachPixel(c, first, last, rows, dy, filter, dx, done)
      eachPixel(c, 0, first, rows, dy, filter, dx, 0)
      eachPixel(c, last, c.inWidth, rows, dy, filter, dx, 0)
    } else eachPixel(c, 0, c.inWidth, rows, dy, filter, dx, 0)
    dx += pixel * c.inWidth
  }
}

/** The pixels [first, last) of a row of dx, at least PIXELS, for stride 1 in a row; only whole eights of channels. */
function inputPixels(
  c: DepthwiseGradCmd, first: i32, last: i32, rows: i32, dy: usize, dyRow: usize, filter: usize, tapRow: usize, dx: usize,
): void {
  const pixel = <usize>c.channels << 2
  const channels = c.channels & ~7
  // The filter from its last column on, dy forwards.
  const taps = c.filterWidth
  const b = filter + (taps - 1) * pixel
  for (let column = first; column < last; column += PIXELS) {
    // The last four overlap the four before.
    column = min(column, last - PIXELS)
    const a = dy + (column + c.padLeft - taps + 1) * pixel
    const to = dx + column * pixel
    if (taps == 3) dot_pixels_f32_3(a, dyRow, b, tapRow, -pixel, rows, channels, 0, to, pixel)
    else dot_pixels_f32(a, pixel, dyRow, pixel, b, tapRow, -pixel, rows, taps, channels, 0, to, pixel)
  }
}

/** The pixels [column, end) of a row of dx, one by one; the channels from `channel` on. */
function eachPixel(
  c: DepthwiseGradCmd, column: i32, end: i32, rows: i32, dy: usize, filter: usize, dx: usize, channel: i32,
): void {
  const pixel = <usize>c.channels << 2
  const skip = <usize>channel << 2
  const tapRow = pixel * c.filterWidth * c.strideHeight
  for (; column < end; column++) {
    const q = column + c.padLeft
    const j = firstTap(q, c.strideWidth, c.outWidth)
    const columns = c.outWidth > 0 ? tapCount(q, j, c.strideWidth, c.filterWidth) : 0
    dot_rectangle_f32(
      dy + (q - j) / c.strideWidth * pixel + skip, -(pixel * c.dyWidth), -pixel, filter + j * pixel + skip, tapRow,
      pixel * c.strideWidth, rows, columns, c.channels - channel, 0, dx + column * pixel + skip,
    )
  }
}

/** See `depthwiseGrad` in command.ts. */
export function depthwise_filter_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseGradCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const xRow = pixel * c.inWidth
  const dyRow = pixel * c.dyWidth
  for (let item = begin; item < end; item++) {
    const i = item / c.filterWidth
    const down = i - c.padTop
    const right = item - i * c.filterWidth - c.padLeft
    const r = firstInside(down, c.strideHeight)
    const rows = lastInside(down, c.strideHeight, c.inHeight, c.outHeight) - r
    const column = firstInside(right, c.strideWidth)
    const columns = lastInside(right, c.strideWidth, c.inWidth, c.outWidth) - column
    const out = c.out + <usize>item * pixel
    let x = c.other + (r * c.strideHeight + down) * xRow + (column * c.strideWidth + right) * pixel
    let dy = c.dy + r * dyRow + column * pixel
    memory.fill(out, 0, pixel)
    for (let b = 0; b < c.batch; b++) {
      dot_rectangle_f32(
        x, xRow * c.strideHeight, pixel * c.strideWidth, dy, dyRow, pixel, rows, columns, c.channels, out, out,
      )
      x += xRow * c.inHeight
      dy += dyRow * c.dyHeight
    }
  }
}
