import { PoolGradCmd } from '../generated/commands.as'
import { reduceRectangle, SCALED_SUM } from './pool.as'

/** The windows that cover a pixel lie in a rectangle of dy: dx[pixel] is the sum over it, divided. */
export function avgpool_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolGradCmd>(cmd)
  const channels = c.channels
  const pixelStep = <usize>channels << 2
  const rowStep = pixelStep * c.dyWidth
  const scale = f32x4.splat(<f32>1 / <f32>(c.filterHeight * c.filterWidth))
  let dx = c.dx + <usize>begin * c.inWidth * pixelStep
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const r = item - image * c.inHeight + c.padTop
    const firstRow = ceilDivide(r - c.filterHeight + 1, c.strideHeight)
    const rows = endDivide(r, c.strideHeight, c.outHeight) - firstRow
    const dy = c.dy + (<usize>image * c.dyHeight + firstRow) * rowStep
    for (let column = 0; column < c.inWidth; column++) {
      const l = column + c.padLeft
      const first = ceilDivide(l - c.filterWidth + 1, c.strideWidth)
      const columns = endDivide(l, c.strideWidth, c.outWidth) - first
      reduceRectangle(SCALED_SUM, dy + first * pixelStep, dx, rows, columns, rowStep, pixelStep, channels, scale)
      dx += pixelStep
    }
  }
}

/** ceil(a / b), at least 0. */
// @ts-ignore: decorator
@inline
function ceilDivide(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b
}

/** One more than floor(a / b), at most `limit`; 0 when a is negative. */
// @ts-ignore: decorator
@inline
function endDivide(a: i32, b: i32, limit: i32): i32 {
  return a < 0 ? 0 : min(a / b + 1, limit)
}
