import { DepthwiseGradCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { dot_rectangle_f32 } from './dot.as'

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
    for (let column = 0; column < c.inWidth; column++) {
      const q = column + c.padLeft
      const j = firstTap(q, c.strideWidth, c.outWidth)
      const columns = c.outWidth > 0 ? tapCount(q, j, c.strideWidth, c.filterWidth) : 0
      dot_rectangle_f32(
        dy + (q - j) / c.strideWidth * pixel, -dyRow, -pixel, filter + j * pixel, tapRow * c.strideHeight,
        pixel * c.strideWidth, rows, columns, c.channels, 0, dx,
      )
      dx += pixel
    }
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
