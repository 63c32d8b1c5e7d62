import { fillBytes } from '../runtime/bytes.as'

/** Copies `n` bytes that lie `from` bytes apart to where they lie `to` bytes apart. */
export function strided8(src: usize, dst: usize, n: i32, from: i32, to: i32): void {
  if (from == 0 && to == 1) {
    memory.fill(dst, load<u8>(src), <usize>n)
    return
  }
  for (; n > 0; n--) {
    store<u8>(dst, load<u8>(src))
    src += from
    dst += to
  }
}

/** Copies `n` (at least 1) 4-byte elements that lie `from` bytes apart to where they lie `to` bytes apart. */
export function strided32(src: usize, dst: usize, n: i32, from: i32, to: i32): void {
  if (to == 4) {
    if (from == 0) {
      fillBytes(dst, <usize>n << 2, load<i32>(src))
      return
    }
    if (from == -4) {
      for (; n >= 4; n -= 4) {
        const v = v128.load(src - 12)
        v128.store(dst, v128.shuffle<i32>(v, v, 3, 2, 1, 0))
        src -= 16
        dst += 16
      }
    } else {
      for (; n >= 4; n -= 4) {
        let v = v128.load32_zero(src)
        v = v128.load_lane<f32>(src + from, v, 1)
        src += 2 * from
        v = v128.load_lane<f32>(src, v, 2)
        v = v128.load_lane<f32>(src + from, v, 3)
        src += 2 * from
        v128.store(dst, v)
        dst += 16
      }
    }
  } else if (from == 4) {
    for (; n >= 4; n -= 4) {
      const v = v128.load(src)
      src += 16
      v128.store_lane<f32>(dst, v, 0)
      v128.store_lane<f32>(dst + to, v, 1)
      dst += 2 * to
      v128.store_lane<f32>(dst, v, 2)
      v128.store_lane<f32>(dst + to, v, 3)
      dst += 2 * to
    }
  }
  for (; n > 0; n--) {
    store<i32>(dst, load<i32>(src))
    src += from
    dst += to
  }
}
