import { TransposeCmd } from '../generated/commands.as'

/** `TRANSPOSE_STRIP` of command.ts. */
const STRIP: i32 = 16

/** dst[c, r] = src[r, c] for four rows and four columns. */
// @ts-ignore: decorator
@inline
function block4x4(src: usize, dst: usize, from: usize, to: usize): void {
  const r0 = v128.load(src)
  const r1 = v128.load(src + from)
  const r2 = v128.load(src + 2 * from)
  const r3 = v128.load(src + 3 * from)
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7)
  v128.store(dst, v128.shuffle<i64>(low01, low23, 0, 2))
  v128.store(dst + to, v128.shuffle<i64>(low01, low23, 1, 3))
  v128.store(dst + 2 * to, v128.shuffle<i64>(high01, high23, 0, 2))
  v128.store(dst + 3 * to, v128.shuffle<i64>(high01, high23, 1, 3))
}

/** The same for eight rows, all loaded before the first is stored. */
// @ts-ignore: decorator
@inline
function block8x4(src: usize, dst: usize, from: usize, to: usize): void {
  const src4 = src + 4 * from
  const r0 = v128.load(src)
  const r1 = v128.load(src + from)
  const r2 = v128.load(src + 2 * from)
  const r3 = v128.load(src + 3 * from)
  const r4 = v128.load(src4)
  const r5 = v128.load(src4 + from)
  const r6 = v128.load(src4 + 2 * from)
  const r7 = v128.load(src4 + 3 * from)
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7)
  const low45 = v128.shuffle<i32>(r4, r5, 0, 4, 1, 5)
  const low67 = v128.shuffle<i32>(r6, r7, 0, 4, 1, 5)
  const high45 = v128.shuffle<i32>(r4, r5, 2, 6, 3, 7)
  const high67 = v128.shuffle<i32>(r6, r7, 2, 6, 3, 7)
  v128.store(dst, v128.shuffle<i64>(low01, low23, 0, 2))
  v128.store(dst, v128.shuffle<i64>(low45, low67, 0, 2), 16)
  v128.store(dst + to, v128.shuffle<i64>(low01, low23, 1, 3))
  v128.store(dst + to, v128.shuffle<i64>(low45, low67, 1, 3), 16)
  v128.store(dst + 2 * to, v128.shuffle<i64>(high01, high23, 0, 2))
  v128.store(dst + 2 * to, v128.shuffle<i64>(high45, high67, 0, 2), 16)
  v128.store(dst + 3 * to, v128.shuffle<i64>(high01, high23, 1, 3))
  v128.store(dst + 3 * to, v128.shuffle<i64>(high45, high67, 1, 3), 16)
}

/** dst[c, r] = src[r, c] for `rows` rows and `cols` columns, at most a strip. */
function strip(src: usize, dst: usize, rows: i32, cols: i32, from: usize, to: usize): void {
  let r = 0
  if (cols == STRIP) {
    // 16 x 16 at a time: whole cache lines of src are read and of dst written.
    for (; r <= rows - 16; r += 16) {
      let s = src
      let d = dst
      for (let c = 0; c < 16; c += 4) {
        block8x4(s, d, from, to)
        block8x4(s + 8 * from, d + 32, from, to)
        s += 16
        d += 4 * to
      }
      src += 16 * from
      dst += 64
    }
  }
  const cols4 = cols & -4
  for (; r <= rows - 4; r += 4) {
    let s = src
    let d = dst
    let c = 0
    for (; c < cols4; c += 4) {
      block4x4(s, d, from, to)
      s += 16
      d += 4 * to
    }
    for (; c < cols; c++) {
      let v = v128.load32_zero(s)
      v = v128.load_lane<f32>(s + from, v, 1)
      v = v128.load_lane<f32>(s + 2 * from, v, 2)
      v = v128.load_lane<f32>(s + 3 * from, v, 3)
      v128.store(d, v)
      s += 4
      d += to
    }
    src += 4 * from
    dst += 16
  }
  for (; r < rows; r++) {
    let s = src
    let d = dst
    for (let c = 0; c < cols; c++) {
      store<i32>(d, load<i32>(s))
      s += 4
      d += to
    }
    src += from
    dst += 4
  }
}

export function transpose_32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<TransposeCmd>(cmd)
  const strips = (c.cols + STRIP - 1) / STRIP
  for (let item = begin; item < end; item++) {
    let rest = item / strips
    const first = (item - rest * strips) * STRIP
    let src = c.src + (<usize>first << 2)
    let dst = c.dst + first * c.to
    for (let d = c.rank - 1; d >= 0; d--) {
      const outer = rest / c.size(d)
      const i = rest - outer * c.size(d)
      src += i * c.outerFrom(d)
      dst += i * c.outerTo(d)
      rest = outer
    }
    strip(src, dst, c.rows, min(STRIP, c.cols - first), <usize>c.from, <usize>c.to)
  }
}
