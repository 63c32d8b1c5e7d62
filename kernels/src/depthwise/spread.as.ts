import { loadHead } from '../runtime/simd.as'

/** Where the channels of the outputs [o, o + 4) are among four numbers from channel `start` on, as the bytes that a swizzle wants. */
function orderOf(o: i32, start: i32, last: i32, multiplier: i32): v128 {
  let order = i32x4.splat(min(o / multiplier, last))
  order = i32x4.replace_lane(order, 1, min((o + 1) / multiplier, last))
  order = i32x4.replace_lane(order, 2, min((o + 2) / multiplier, last))
  order = i32x4.replace_lane(order, 3, min((o + 3) / multiplier, last))
  order = i32x4.sub(order, i32x4.splat(start))
  return i32x4.add(i32x4.mul(order, i32x4.splat(0x04040404)), i32x4.splat(0x03020100))
}

// @ts-ignore: decorator
@inline
function eight(v: v128, order0: v128, order1: v128, y: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    v128.store(y, i8x16.relaxed_swizzle(v, order0))
    v128.store(y, i8x16.relaxed_swizzle(v, order1), 16)
  } else {
    v128.store(y, i8x16.swizzle(v, order0))
    v128.store(y, i8x16.swizzle(v, order1), 16)
  }
}

/**
 * y[r, p, o] = x[r, p, (first + o) / multiplier] for r in [0, rows), p in [0, pixels), o in [0, count), and whatever for o up to
 * the next multiple of 8, which is what y holds of a pixel. x's rows lie `xRow` bytes apart and have `channels` numbers a pixel; y is
 * dense. `first` is a multiple of 8, `multiplier` 2 or more: eight outputs from there on are of four channels at most.
 */
export function spread_f32(
  x: usize, xRow: usize, rows: i32, pixels: i32, channels: i32, multiplier: i32, first: i32, count: i32, y: usize,
): void {
  const pixel = <usize>channels << 2
  const step = <usize>(count + 7 & ~7) << 2
  if (xRow == pixel * pixels) {
    pixels *= rows
    rows = min(rows, 1)
  }
  // The last pixels of a row, from which four numbers can not be read.
  const few = min(3 / channels, pixels)
  for (let o = first, end = first + count; o < end; o += 8) {
    const start = min(o / multiplier, max(channels - 4, 0))
    const order0 = orderOf(o, start, channels - 1, multiplier), order1 = orderOf(o + 4, start, channels - 1, multiplier)
    let from = x + (<usize>start << 2)
    let to = y
    for (let r = rows; r > 0; r--) {
      let p = from
      for (let left = pixels - few; left > 0; left--) {
        eight(v128.load(p), order0, order1, to)
        p += pixel
        to += step
      }
      for (let left = few; left > 0; left--) {
        eight(loadHead(p, channels), order0, order1, to)
        p += pixel
        to += step
      }
      from += xRow
    }
    y += 32
  }
}
