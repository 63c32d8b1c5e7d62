import { Pool3dGradCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'

// GRAD_STRIP of command.ts
const STRIP: i32 = 32

/** See `pool3dGrad` in command.ts. */
export function maxpool3d_grad_f32_ndhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Pool3dGradCmd>(cmd)
  const strips = (c.channels + STRIP - 1) / STRIP
  const pixel = <usize>c.channels << 2
  for (let item = begin; item < end; item++) {
    const volume = item / strips
    const first = (item - volume * strips) * STRIP
    const width = min(STRIP, c.channels - first)
    const at = <usize>(volume * c.inDepth * c.inHeight * c.inWidth) * pixel + (<usize>first << 2)
    const dy = c.dy + <usize>(volume * c.outDepth * c.outHeight * c.outWidth) * pixel + (<usize>first << 2)
    clear(c.dx + at, c.inDepth * c.inHeight * c.inWidth, pixel, <usize>width << 2)
    volumeGradient(c, c.x + at, c.dx + at, dy, width)
  }
}

function clear(dx: usize, pixels: i32, pixel: usize, bytes: usize): void {
  if (bytes == pixel) memory.fill(dx, 0, <usize>pixels * bytes)
  else {
    for (; pixels > 0; pixels--) {
      memory.fill(dx, 0, bytes)
      dx += pixel
    }
  }
}

/** `width` channels of one volume. */
function volumeGradient(c: Pool3dGradCmd, x: usize, dx: usize, dy: usize, width: i32): void {
  const pixel = <usize>c.channels << 2
  for (let d = 0; d < c.outDepth; d++) {
    const front = d * c.strideDepth - c.padFront
    const z0 = max(front, 0)
    const slices = min(front + c.filterDepth, c.inDepth) - z0
    for (let r = 0; r < c.outHeight; r++) {
      const top = r * c.strideHeight - c.padTop
      const r0 = max(top, 0)
      const rows = min(top + c.filterHeight, c.inHeight) - r0
      for (let column = 0; column < c.outWidth; column++) {
        const left = column * c.strideWidth - c.padLeft
        const c0 = max(left, 0)
        const columns = min(left + c.filterWidth, c.inWidth) - c0
        if (slices > 0 && rows > 0 && columns > 0) {
          const at = <usize>((z0 * c.inHeight + r0) * c.inWidth + c0) * pixel
          for (let ch = 0; ch < width; ch += 4) {
            const to = at + (<usize>ch << 2)
            const owed = dy + (<usize>ch << 2)
            if (ch + 4 <= width) pass(c, 4, x + to, dx + to, owed, slices, rows, columns)
            else pass(c, width - ch, x + to, dx + to, owed, slices, rows, columns)
          }
        }
        dy += pixel
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function load4(p: usize, count: i32): v128 {
  return count == 4 ? v128.load(p) : loadHead(p, count)
}

/** One window of `count` channels, 4 as a constant or less: adds dy to the last of the largest numbers. */
// @ts-ignore: decorator
@inline
function pass(c: Pool3dGradCmd, count: i32, x: usize, dx: usize, dy: usize, slices: i32, rows: i32, columns: i32): void {
  const pixel = <usize>c.channels << 2
  const row = <usize>c.inWidth * pixel
  const slice = <usize>c.inHeight * row
  let best = f32x4.splat(-Infinity)
  for (let z = 0; z < slices; z++) {
    for (let r = 0; r < rows; r++) {
      let p = x + z * slice + r * row
      for (let i = columns; i > 0; i--) {
        best = f32x4.pmax(best, load4(p, count))
        p += pixel
      }
    }
  }
  const owed = load4(dy, count)
  let open = i32x4.splat(-1)
  for (let z = slices - 1; z >= 0; z--) {
    for (let r = rows - 1; r >= 0; r--) {
      const line = z * slice + r * row
      for (let i = columns - 1; i >= 0; i--) {
        const at = line + i * pixel
        const hit = v128.and(f32x4.eq(load4(x + at, count), best), open)
        if (!v128.any_true(hit)) continue
        open = v128.andnot(open, hit)
        const sum = f32x4.add(load4(dx + at, count), v128.and(hit, owed))
        if (count == 4) v128.store(dx + at, sum)
        else storeHead(dx + at, sum, count)
      }
      if (!v128.any_true(open)) return
    }
  }
}
