import { copyBytes } from '../runtime/bytes.as'
import { dot_rectangle_f32 } from './dot.as'
import { dot_pixels_f32, PIXELS } from './pixels.as'

/** to[p, t, ch] = from[p, ch] for p in [0, pixels), t in [0, times), ch in [0, channels). */
export function repeat_f32(from: usize, pixels: i32, channels: i32, times: i32, to: usize): void {
  const bytes = <usize>channels << 2
  for (; pixels > 0; pixels--) {
    for (let t = times; t > 0; t--) {
      copyBytes(to, from, bytes)
      to += bytes
    }
    from += bytes
  }
}

/**
 * `pixels` neighbouring pixels of y, dense ones, at least `together`, which are made at once as one with all their channels. Each is init[ch]
 * + the sum of a[r, c, ch] * b[r, c, ch] over r in [0, rows), c in [0, columns); the next one's rectangle of a begins `pixel` bytes on, the
 * numbers of `channels` channels. b is dense, each pixel of it, and init, repeated `together` times; init may be 0. `aRow` and `aPixel` are
 * bytes.
 */
export function dot_together_f32(
  pixels: i32, together: i32, a: usize, aRow: usize, pixel: usize, aPixel: usize, b: usize, rows: i32, columns: i32, channels: i32,
  init: usize, y: usize,
): void {
  const numbers = channels * together
  const step = pixel * together
  const bRow = step * columns
  let done = 0
  if ((numbers & 7) == 0) {
    for (; done <= pixels - PIXELS * together; done += PIXELS * together) {
      dot_pixels_f32(a + pixel * done, step, aRow, aPixel, b, bRow, step, rows, columns, numbers, init, y + pixel * done, step)
    }
  }
  for (; done < pixels; done += together) {
    // The last ones overlap those before.
    const at = pixel * min(done, pixels - together)
    dot_rectangle_f32(a + at, aRow, aPixel, b, bRow, step, rows, columns, numbers, init, y + at)
  }
}
