import { PoolArgmaxCmd } from '../generated/commands.as'
import { loadHead, storeHead } from '../runtime/simd.as'

/** See `poolArgmax` in command.ts. */
export function maxpool_argmax_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolArgmaxCmd>(cmd)
  const pixel = <usize>c.channels << 2
  const imageSize = c.inHeight * c.inWidth * c.channels
  let to = <usize>begin * c.outWidth * pixel
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const firstRow = max(top, 0)
    const rows = min(top + c.filterHeight, c.inHeight) - firstRow
    const x = c.x + (<usize>(image * imageSize) << 2)
    let left = -c.padLeft
    for (let column = 0; column < c.outWidth; column++) {
      const first = max(left, 0)
      const columns = min(left + c.filterWidth, c.inWidth) - first
      const at = (firstRow * c.inWidth + first) * c.channels
      const index = at + (c.includeBatch ? image * imageSize : 0)
      window(c, x + (at << 2), index, rows, columns, c.y + to, c.indices + to)
      left += c.strideWidth
      to += pixel
    }
  }
}

/** One window, whose first pixel is x, the `index`-th number. */
function window(c: PoolArgmaxCmd, x: usize, index: i32, rows: i32, columns: i32, y: usize, indices: usize): void {
  const rowSkip = (c.inWidth - columns) * c.channels
  for (let ch = 0; ch < c.channels; ch += 4) {
    const count = min(c.channels - ch, 4)
    let best = f32x4.splat(-Infinity)
    let places = i32x4.splat(-1)
    let at = i32x4.add(i32x4.splat(index + ch), i32x4(0, 1, 2, 3))
    let p = x + (<usize>ch << 2)
    for (let r = rows; r > 0; r--) {
      for (let i = columns; i > 0; i--) {
        const v = count == 4 ? v128.load(p) : loadHead(p, count)
        const above = f32x4.gt(v, best)
        best = v128.bitselect(v, best, above)
        places = v128.bitselect(at, places, above)
        at = i32x4.add(at, i32x4.splat(c.channels))
        p += <usize>c.channels << 2
      }
      at = i32x4.add(at, i32x4.splat(rowSkip))
      p += <usize>rowSkip << 2
    }
    const to = <usize>ch << 2
    if (count == 4) {
      v128.store(y + to, best)
      v128.store(indices + to, places)
    } else {
      storeHead(y + to, best, count)
      storeHead(indices + to, places, count)
    }
  }
}
