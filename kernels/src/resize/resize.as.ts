import { ResizeCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'

/** a + (b - a) * t, as often as v128 has lanes. */
// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, t: v128): v128 {
  return fma(f32x4.sub(b, a), t, a)
}

export function resize_bilinear_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ResizeCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const row = pixel * <usize>c.width
  let y = c.y + row * <usize>begin
  for (let item = begin; item < end; item++) {
    const b = item / c.height
    const place = c.rows + <usize>(item - b * c.height) * 12
    const image = c.x + <usize>b * <usize>c.image
    const top = image + <usize>load<u32>(place)
    const bottom = image + <usize>load<u32>(place, 4)
    const down = load<f32>(place, 8)
    const downs = f32x4.splat(down)
    const rowEnd = y + row
    for (let col = c.cols; y < rowEnd; col += 12) {
      const left = <usize>load<u32>(col)
      const right = <usize>load<u32>(col, 4)
      const across = load<f32>(col, 8)
      const acrosses = f32x4.splat(across)
      const pixelEnd = y + pixel
      let at: usize = 0
      for (; y + 16 <= pixelEnd; y += 16) {
        const upper = mix(v128.load(top + left + at), v128.load(top + right + at), acrosses)
        const lower = mix(v128.load(bottom + left + at), v128.load(bottom + right + at), acrosses)
        v128.store(y, mix(upper, lower, downs))
        at += 16
      }
      for (; y < pixelEnd; y += 4) {
        const a = load<f32>(top + left + at)
        const d = load<f32>(bottom + left + at)
        const upper = a + (load<f32>(top + right + at) - a) * across
        const lower = d + (load<f32>(bottom + right + at) - d) * across
        store<f32>(y, upper + (lower - upper) * down)
        at += 4
      }
    }
  }
}
