import { DepthwiseCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { activate_f32 } from '../gemm/epilogue.as'
import { dot_rectangle_f32 } from './dot.as'
export { depthwise_filter_grad_f32_nhwc, depthwise_input_grad_f32_nhwc } from './grad.as'
export {
  depthwise_multiplied_f32_nhwc, depthwise_multiplied_filter_grad_f32_nhwc, depthwise_multiplied_input_grad_f32_nhwc,
} from './multiplied.as'

/** See `depthwise` in command.ts. */
export function depthwise_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const row = pixel * c.inWidth
  const tapRow = pixel * c.filterWidth
  const down = row * c.dilationHeight
  const right = pixel * c.dilationWidth
  let y = c.y + <usize>(begin * c.outWidth) * pixel
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const i0 = firstInside(top, c.dilationHeight)
    const rows = lastInside(top, c.dilationHeight, c.inHeight, c.filterHeight) - i0
    const x = c.x + <usize>(image * c.inHeight) * row + (top + i0 * c.dilationHeight) * row
    const filter = c.filter + i0 * tapRow
    let to = y
    let left = -c.padLeft
    for (let column = 0; column < c.outWidth; column++) {
      const j0 = firstInside(left, c.dilationWidth)
      const columns = lastInside(left, c.dilationWidth, c.inWidth, c.filterWidth) - j0
      dot_rectangle_f32(
        x + (left + j0 * c.dilationWidth) * pixel, down, right, filter + j0 * pixel, tapRow, pixel, rows, columns, c.channels,
        c.bias, to,
      )
      left += c.strideWidth
      to += pixel
    }
    if (c.activation) activate_f32(c.activation, y, pixel, c.outWidth, c.channels, c.leak, c.slope)
    y = to
  }
}
