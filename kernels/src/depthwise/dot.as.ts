import { fma, loadHead, storeHead } from '../runtime/simd.as'

/** Where sums begin that begin with nothing: as many bytes of zeros as are read at once. */
export const ZEROS: usize = memory.data(128, 16)

/**
 * y[ch] = init[ch] + the sum of a[r, c, ch] * b[r, c, ch] over r in [0, rows), c in [0, columns), for ch in [0, channels).
 * `aRow`, `aPixel`, `bRow` and `bPixel` are the bytes from an r or c to the next, and may be negative; channels are next to
 * each other. `init` may be y, or 0 for zeros.
 */
export function dot_rectangle_f32(
  a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, channels: i32,
  init: usize, y: usize,
): void {
  const next: usize = init ? 16 : 0
  if (!init) init = ZEROS
  let ch = channels
  for (; ch >= 32; ch -= 32) {
    dotVectors(8, a, aRow, aPixel, b, bRow, bPixel, rows, columns, init, y)
    a += 128
    b += 128
    y += 128
    init += next << 3
  }
  for (; ch >= 8; ch -= 8) {
    dotVectors(2, a, aRow, aPixel, b, bRow, bPixel, rows, columns, init, y)
    a += 32
    b += 32
    y += 32
    init += next << 1
  }
  if (ch >= 4) {
    dotVectors(1, a, aRow, aPixel, b, bRow, bPixel, rows, columns, init, y)
    a += 16
    b += 16
    y += 16
    init += next
    ch -= 4
  }
  if (ch > 0) dotHead(a, aRow, aPixel, b, bRow, bPixel, rows, columns, ch, init, y)
}

/** 4 * `vectors` channels; `vectors` is a constant: 1, 2 or 8. */
// @ts-ignore: decorator
@inline
function dotVectors(
  vectors: i32, a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, init: usize,
  y: usize,
): void {
  let s0 = v128.load(init), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0
  if (vectors > 1) s1 = v128.load(init, 16)
  if (vectors > 2) {
    s2 = v128.load(init, 32)
    s3 = v128.load(init, 48)
    s4 = v128.load(init, 64)
    s5 = v128.load(init, 80)
    s6 = v128.load(init, 96)
    s7 = v128.load(init, 112)
  }
  for (; rows > 0; rows--) {
    let p = a
    let q = b
    for (let c = columns; c > 0; c--) {
      s0 = fma(v128.load(p), v128.load(q), s0)
      if (vectors > 1) s1 = fma(v128.load(p, 16), v128.load(q, 16), s1)
      if (vectors > 2) {
        s2 = fma(v128.load(p, 32), v128.load(q, 32), s2)
        s3 = fma(v128.load(p, 48), v128.load(q, 48), s3)
        s4 = fma(v128.load(p, 64), v128.load(q, 64), s4)
        s5 = fma(v128.load(p, 80), v128.load(q, 80), s5)
        s6 = fma(v128.load(p, 96), v128.load(q, 96), s6)
        s7 = fma(v128.load(p, 112), v128.load(q, 112), s7)
      }
      p += aPixel
      q += bPixel
    }
    a += aRow
    b += bRow
  }
  if (vectors > 1) v128.store(y, s1, 16)
  v128.store(y, s0)
  if (vectors > 2) {
    v128.store(y, s3, 48)
    v128.store(y, s2, 32)
    v128.store(y, s5, 80)
    v128.store(y, s4, 64)
    v128.store(y, s7, 112)
    v128.store(y, s6, 96)
  }
}

/** 1 to 3 channels. */
// @ts-ignore: decorator
@inline
function dotHead(
  a: usize, aRow: usize, aPixel: usize, b: usize, bRow: usize, bPixel: usize, rows: i32, columns: i32, count: i32, init: usize,
  y: usize,
): void {
  let s = loadHead(init, count)
  for (; rows > 0; rows--) {
    let p = a
    let q = b
    for (let c = columns; c > 0; c--) {
      s = fma(loadHead(p, count), loadHead(q, count), s)
      p += aPixel
      q += bPixel
    }
    a += aRow
    b += bRow
  }
  storeHead(y, s, count)
}
