import { ResizeGradCmd } from '../generated/commands.as'
import { fma, loadHead, storeHead } from '../runtime/simd.as'

/** See `resizeGrad` in command.ts. */
export function resize_grad_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ResizeGradCmd>(cmd)
  const dyRow = <usize>(c.width * c.channels) << 2
  for (let item = begin; item < end; item++) {
    const b = item / c.height
    const i = item - b * c.height
    const offset = i * c.row
    const dx = c.dx + <usize>item * <usize>c.row
    memory.fill(dx, 0, <usize>c.row)
    const range = c.ranges + (<usize>i << 3)
    const last = load<i32>(range, 4)
    for (let r = load<i32>(range); r < last; r++) {
      const place = c.rows + <usize>r * 12
      const down = load<f32>(place, 8)
      const above: f32 = load<i32>(place) == offset ? 1 - down : 0
      const below: f32 = load<i32>(place, 4) == offset ? down : 0
      addRow(c, c.dy + <usize>b * <usize>c.image + <usize>r * dyRow, dx, above + below)
    }
  }
}

/** dx += weight * a row of dy, each pixel to the two columns that it lies between. */
function addRow(c: ResizeGradCmd, dy: usize, dx: usize, weight: f32): void {
  const pixel = <usize>c.channels << 2
  let col = c.cols
  for (const end = dy + <usize>c.width * pixel; dy < end; dy += pixel) {
    const across = load<f32>(col, 8)
    addPixel(dx + <usize>load<u32>(col), dy, c.channels, weight * (1 - across))
    // Zero times infinity is NaN.
    if (across != 0) addPixel(dx + <usize>load<u32>(col, 4), dy, c.channels, weight * across)
    col += 12
  }
}

// @ts-ignore: decorator
@inline
function addPixel(dx: usize, dy: usize, channels: i32, weight: f32): void {
  const w = f32x4.splat(weight)
  for (; channels >= 4; channels -= 4) {
    v128.store(dx, fma(v128.load(dy), w, v128.load(dx)))
    dx += 16
    dy += 16
  }
  if (channels > 0) storeHead(dx, fma(loadHead(dy, channels), w, loadHead(dx, channels)), channels)
}
