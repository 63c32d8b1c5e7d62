/** Panels of 8 rows of src, transposed: panel j holds, for each p in [0, depth), src[8j .. 8j+7][p]. Rows behind the last are 0. */
export function packRows(src: usize, stride: usize, rows: i32, depth: i32, dst: usize): void {
  const panelBytes = <usize>depth << 5
  let r = 0
  for (; r <= rows - 8; r += 8) {
    packHalf(src, stride, depth, dst)
    packHalf(src + 4 * stride, stride, depth, dst + 16)
    src += 8 * stride
    dst += panelBytes
  }
  if (r == rows) return
  memory.fill(dst, 0, panelBytes)
  for (; r < rows; r++) {
    for (let p: usize = 0; p < <usize>depth; p++) store<f32>(dst + (p << 5), load<f32>(src + (p << 2)))
    src += stride
    dst += 4
  }
}

/** Four rows into every other four lanes. */
function packHalf(a0: usize, stride: usize, depth: i32, dst: usize): void {
  let a1 = a0 + stride, a2 = a1 + stride, a3 = a2 + stride
  let p = 0
  for (; p <= depth - 4; p += 4) {
    const r0 = v128.load(a0), r1 = v128.load(a1), r2 = v128.load(a2), r3 = v128.load(a3)
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
    v128.store(dst, v128.shuffle<i64>(low01, low23, 0, 2))
    v128.store(dst, v128.shuffle<i64>(low01, low23, 1, 3), 32)
    v128.store(dst, v128.shuffle<i64>(high01, high23, 0, 2), 64)
    v128.store(dst, v128.shuffle<i64>(high01, high23, 1, 3), 96)
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
    dst += 128
  }
  for (; p < depth; p++) {
    store<f32>(dst, load<f32>(a0))
    store<f32>(dst, load<f32>(a1), 4)
    store<f32>(dst, load<f32>(a2), 8)
    store<f32>(dst, load<f32>(a3), 12)
    a0 += 4
    a1 += 4
    a2 += 4
    a3 += 4
    dst += 32
  }
}

/** Panels of 8 columns of src[rows, width]: panel j holds, for each row, columns 8j .. 8j+7. Columns behind the last are 0. */
export function packColumns(src: usize, stride: usize, rows: i32, width: i32, dst: usize): void {
  for (let j = 0; j < width; j += 8) {
    const left = width - j
    let from = src + (<usize>j << 2)
    for (let i = 0; i < rows; i++) {
      if (left >= 8) {
        v128.store(dst, v128.load(from))
        v128.store(dst, v128.load(from, 16), 16)
      } else {
        v128.store(dst, f32x4.splat(0))
        v128.store(dst, f32x4.splat(0), 16)
        memory.copy(dst, from, <usize>left << 2)
      }
      from += stride
      dst += 32
    }
  }
}

/** dst[i][p] = src[i][p] * scale for `rows` rows `ld` bytes apart; rows up to a multiple of 4 are filled with 0. */
export function copyScaled(src: usize, stride: usize, rows: i32, width: i32, scale: f32, dst: usize, ld: usize): void {
  const factor = f32x4.splat(scale)
  for (let i = 0; i < rows; i++) {
    let p: usize = 0
    const bytes = <usize>width << 2
    for (; p + 16 <= bytes; p += 16) v128.store(dst + p, f32x4.mul(v128.load(src + p), factor))
    for (; p < bytes; p += 4) store<f32>(dst + p, load<f32>(src + p) * scale)
    src += stride
    dst += ld
  }
  for (let i = rows; (i & 3) != 0; i++) {
    memory.fill(dst, 0, <usize>width << 2)
    dst += ld
  }
}

/** dst[p] = src[p] * scale, or dst[p] += where `add`. */
export function writeRow(src: usize, width: i32, scale: f32, dst: usize, add: bool): void {
  const factor = f32x4.splat(scale)
  const bytes = <usize>width << 2
  let p: usize = 0
  for (; p + 16 <= bytes; p += 16) {
    let v = f32x4.mul(v128.load(src + p), factor)
    if (add) v = f32x4.add(v, v128.load(dst + p))
    v128.store(dst + p, v)
  }
  for (; p < bytes; p += 4) store<f32>(dst + p, load<f32>(src + p) * scale + (add ? load<f32>(dst + p) : 0))
}
