import { DepthwiseGradMultipliedCmd, DepthwiseMultipliedCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { finish_f32 } from '../gemm/normalize.as'
import { scratch } from '../runtime/scratch.as'
import { dot_rectangle_f32 } from './dot.as'
import { dot_spread_f32, spread_table } from './spread.as'
import { sum_groups_f32 } from './groups.as'

/** See `depthwiseMultiplied` in command.ts. */
export function depthwise_multiplied_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseMultipliedCmd>(cmd)
  const outputs = c.channels * c.multiplier
  const pixel = <usize>c.channels << 2
  const row = pixel * c.inWidth
  const tap = <usize>outputs << 2
  const tapRow = tap * c.filterWidth
  const down = row * c.dilationHeight
  const right = pixel * c.dilationWidth
  spread_table(c.channels, c.multiplier)
  let y = c.y + <usize>(begin * c.outWidth) * tap
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
      dot_spread_f32(
        x + (left + j0 * c.dilationWidth) * pixel, down, right, filter + j0 * tap, tapRow, tap, rows, columns, c.channels,
        c.multiplier, c.bias, to,
      )
      left += c.strideWidth
      to += tap
    }
    finish_f32(c.tables, tap, c.activation, y, tap, c.outWidth, outputs, c.leak, c.slope)
    y = to
  }
}

function gcd(a: i32, b: i32): i32 {
  while (b) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}

// A pixel at p, p counted from the edge of the padding, is owed something by the filter's pixel i and the pixel
// (p - i * dilation) / stride of dy where that is whole and inside dy.
/** The first such i, or one beyond the filter where there is none. */
function firstTap(p: i32, stride: i32, dilation: i32, outSize: i32, filterSize: i32): i32 {
  for (let i = 0; i < filterSize; i++) {
    const t = p - i * dilation
    if (t < 0) return filterSize
    if (t % stride == 0 && t / stride < outSize) return i
  }
  return filterSize
}

/** How many there are, `step` apart. */
// @ts-ignore: decorator
@inline
function tapCount(p: i32, first: i32, step: i32, dilation: i32, filterSize: i32): i32 {
  const room = min(p / dilation, filterSize - 1) - first
  return room < 0 ? 0 : room / step + 1
}

/** See `depthwiseGradMultiplied` in command.ts. */
export function depthwise_multiplied_input_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseGradMultipliedCmd>(cmd)
  const outputs = c.channels * c.multiplier
  const pixel = <usize>c.channels << 2
  const tap = <usize>outputs << 2
  const dyRow = tap * c.dyWidth
  const tapRow = tap * c.filterWidth
  const g = gcd(c.strideHeight, c.dilationHeight), h = gcd(c.strideWidth, c.dilationWidth)
  // From one i (or j) that counts to the next, and the pixels of dy that this takes.
  const iStep = c.strideHeight / g, jStep = c.strideWidth / h
  const up = -dyRow * (c.dilationHeight / g), left = -tap * (c.dilationWidth / h)
  let dx = c.out + <usize>(begin * c.inWidth) * pixel
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const p = item - image * c.inHeight + c.padTop
    const i = firstTap(p, c.strideHeight, c.dilationHeight, c.outHeight, c.filterHeight)
    const rows = tapCount(p, i, iStep, c.dilationHeight, c.filterHeight)
    const dy = c.dy + <usize>(image * c.dyHeight) * dyRow + (p - i * c.dilationHeight) / c.strideHeight * dyRow
    const filter = c.other + i * tapRow
    for (let column = 0; column < c.inWidth; column++) {
      const q = column + c.padLeft
      const j = firstTap(q, c.strideWidth, c.dilationWidth, c.outWidth, c.filterWidth)
      const columns = tapCount(q, j, jStep, c.dilationWidth, c.filterWidth)
      const to = c.multiplier == 1 ? dx : scratch
      dot_rectangle_f32(
        dy + (q - j * c.dilationWidth) / c.strideWidth * tap, up, left, filter + j * tap, tapRow * iStep, tap * jStep,
        rows, columns, outputs, 0, to,
      )
      if (c.multiplier != 1) sum_groups_f32(scratch, dx, c.channels, c.multiplier)
      dx += pixel
    }
  }
}

/** See `depthwiseGradMultiplied` in command.ts. */
export function depthwise_multiplied_filter_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<DepthwiseGradMultipliedCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const tap = pixel * c.multiplier
  const xRow = pixel * c.inWidth
  const dyRow = tap * c.dyWidth
  if (c.multiplier != 1) spread_table(c.channels, c.multiplier)
  for (let item = begin; item < end; item++) {
    const i = item / c.filterWidth
    const down = i * c.dilationHeight - c.padTop
    const right = (item - i * c.filterWidth) * c.dilationWidth - c.padLeft
    const r = firstInside(down, c.strideHeight)
    const rows = lastInside(down, c.strideHeight, c.inHeight, c.outHeight) - r
    const column = firstInside(right, c.strideWidth)
    const columns = lastInside(right, c.strideWidth, c.inWidth, c.outWidth) - column
    const out = c.out + <usize>item * tap
    let x = c.other + (r * c.strideHeight + down) * xRow + (column * c.strideWidth + right) * pixel
    let dy = c.dy + r * dyRow + column * tap
    memory.fill(out, 0, tap)
    for (let b = 0; b < c.batch; b++) {
      if (c.multiplier == 1) {
        dot_rectangle_f32(
          x, xRow * c.strideHeight, pixel * c.strideWidth, dy, dyRow, tap, rows, columns, c.channels, out, out,
        )
      } else {
        dot_spread_f32(
          x, xRow * c.strideHeight, pixel * c.strideWidth, dy, dyRow, tap, rows, columns, c.channels, c.multiplier, out, out,
        )
      }
      x += xRow * c.inHeight
      dy += dyRow * c.dyHeight
    }
  }
}
