import { ResizeNearestCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'

/** One row of y: the pixels of the row at `x` whose byte offsets are at `cols`. */
function pickPixels(x: usize, cols: usize, y: usize, rowEnd: usize, pixel: usize): void {
  for (; y < rowEnd; y += pixel) {
    copyBytes(y, x + <usize>load<u32>(cols), pixel)
    cols += 4
  }
}

/** The same for pixels of 4 bytes. */
function pickWords(x: usize, cols: usize, y: usize, rowEnd: usize): void {
  for (; y < rowEnd; y += 4) {
    store<u32>(y, load<u32>(x + <usize>load<u32>(cols)))
    cols += 4
  }
}

/** The same for pixels of 64 bytes or more, in moves of 64 bytes; the last may overlap the one before. Two neighbours that are alike are read once. */
function pickLong(x: usize, cols: usize, y: usize, rowEnd: usize, pixel: usize): void {
  const last = pixel - 64
  while (y < rowEnd) {
    const column = load<u32>(cols)
    const from = x + <usize>column
    cols += 4
    if (y + pixel < rowEnd && load<u32>(cols) == column) {
      const next = y + pixel
      for (let i: usize = 0; i < last; i += 64) copyTwice(y + i, next + i, from + i)
      copyTwice(y + last, next + last, from + last)
      cols += 4
      y = next
    } else {
      for (let i: usize = 0; i < last; i += 64) copy64(y + i, from + i)
      copy64(y + last, from + last)
    }
    y += pixel
  }
}

// @ts-ignore: decorator
@inline
function copy64(to: usize, from: usize): void {
  store64(to, v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48))
}

// @ts-ignore: decorator
@inline
function copyTwice(to: usize, next: usize, from: usize): void {
  const a = v128.load(from)
  const b = v128.load(from, 16)
  const c = v128.load(from, 32)
  const d = v128.load(from, 48)
  store64(to, a, b, c, d)
  store64(next, a, b, c, d)
}

// @ts-ignore: decorator
@inline
function store64(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}

export function resize_nearest(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ResizeNearestCmd>(cmd)
  const pixel = <usize>c.pixel
  const row = pixel * <usize>c.width
  let y = c.y + row * <usize>begin
  let before: usize = 0
  for (let item = begin; item < end; item++) {
    const b = item / c.height
    const x = c.x + <usize>b * <usize>c.image + <usize>load<u32>(c.rows + (<usize>(item - b * c.height) << 2))
    if (x == before) copyBytes(y, y - row, row)
    else if (pixel == 4) pickWords(x, c.cols, y, y + row)
    else if (pixel < 64) pickPixels(x, c.cols, y, y + row, pixel)
    else pickLong(x, c.cols, y, y + row, pixel)
    before = x
    y += row
  }
}
