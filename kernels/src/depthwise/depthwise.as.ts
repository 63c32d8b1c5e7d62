import { DepthwiseCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { finish_f32 } from '../gemm/normalize.as'
import { dot_rectangle_f32 } from './dot.as'
import { dot_pixels_f32, dot_pixels_f32_3, PIXELS } from './pixels.as'
export { depthwise_filter_grad_f32_nhwc, depthwise_input_grad_f32_nhwc } from './grad.as'
export {
  depthwise_multiplied_f32_nhwc, depthwise_multiplied_filter_grad_f32_nhwc, depthwise_multiplied_input_grad_f32_nhwc,
} from './multiplied.as'

/** See `depthwise` in command.ts. */
export function depthwise_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const row = pixel * c.inWidth
  // The pixels of a row of y whose windows lie inside x from left to right.
  const first = min(firstInside(-c.padLeft, c.strideWidth), c.outWidth)
  const last = max(lastInside((c.filterWidth - 1) * c.dilationWidth - c.padLeft, c.strideWidth, c.inWidth, c.outWidth), first)
  const byFours = last - first >= PIXELS && c.channels >= 8
  let y = c.y + <usize>(begin * c.outWidth) * pixel
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const i0 = firstInside(top, c.dilationHeight)
    const rows = lastInside(top, c.dilationHeight, c.inHeight, c.filterHeight) - i0
    const x = c.x + <usize>(image * c.inHeight) * row + (top + i0 * c.dilationHeight) * row
    const filter = c.filter + i0 * pixel * c.filterWidth
    if (byFours) {
      fourByFour(c, first, last, rows, x, filter, y)
      const done = c.channels & ~7
      if (done < c.channels) oneByOne(c, first, last, rows, x, filter, y, done)
      oneByOne(c, 0, first, rows, x, filter, y, 0)
      oneByOne(c, last, c.outWidth, rows, x, filter, y, 0)
    } else oneByOne(c, 0, c.outWidth, rows, x, filter, y, 0)
    finish_f32(c.tables, pixel, c.activation, y, pixel, c.outWidth, c.channels, c.leak, c.slope)
    y += pixel * c.outWidth
  }
}

/** The pixels [first, last) of a row of y, at least PIXELS; only whole eights of channels. */
function fourByFour(c: DepthwiseCmd, first: i32, last: i32, rows: i32, x: usize, filter: usize, y: usize): void {
  const pixel = <usize>c.channels << 2
  const down = pixel * c.inWidth * c.dilationHeight
  const channels = c.channels & ~7
  const neighbours = c.filterWidth == 3 && c.strideWidth == 1 && c.dilationWidth == 1
  for (let column = first; column < last; column += PIXELS) {
    // The last four overlap the four before.
    column = min(column, last - PIXELS)
    const a = x + (column * c.strideWidth - c.padLeft) * pixel
    const to = y + column * pixel
    if (neighbours) dot_pixels_f32_3(a, down, filter, pixel * 3, pixel, rows, channels, c.bias, to, pixel)
    else {
      dot_pixels_f32(
        a, pixel * c.strideWidth, down, pixel * c.dilationWidth, filter, pixel * c.filterWidth, pixel, rows, c.filterWidth,
        channels, c.bias, to, pixel,
      )
    }
  }
}

/** The pixels [column, end) of a row of y, each with as much of the filter as lies over x; the channels from `channel` on. */
function oneByOne(
  c: DepthwiseCmd, column: i32, end: i32, rows: i32, x: usize, filter: usize, y: usize, channel: i32,
): void {
  const pixel = <usize>c.channels << 2
  const skip = <usize>channel << 2
  for (; column < end; column++) {
    const left = column * c.strideWidth - c.padLeft
    const j0 = firstInside(left, c.dilationWidth)
    const columns = lastInside(left, c.dilationWidth, c.inWidth, c.filterWidth) - j0
    dot_rectangle_f32(
      x + (left + j0 * c.dilationWidth) * pixel + skip, pixel * c.inWidth * c.dilationHeight, pixel * c.dilationWidth,
      filter + j0 * pixel + skip, pixel * c.filterWidth, pixel, rows, columns, c.channels - channel,
      c.bias ? c.bias + skip : 0, y + column * pixel + skip,
    )
  }
}
