import { fma } from '../runtime/simd.as'
import { tile_f32_1x8, tile_f32_2x8 } from './tile_low.as'

/**
 * The register tile: C[rows, 8] = init[rows, 8] + A[rows, k] . B[k, 8].
 *
 * `a`, `init` and `c` are the addresses of the first row, `aStep`, `iStep` and `cStep` the bytes from a row to the next.
 * A's rows are contiguous; B's are `bStep` bytes apart (32 in a packed panel). With `iStep` 0 every row starts alike: from
 * a bias or from zeros. init may be c. `rows` is a constant from 3 to 6; what it leaves out is not compiled.
 */
// Not unrolled over k: in V8 that spills accumulators and costs a quarter of the speed.
// @ts-ignore: decorator
@inline
function tile(rows: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize): void {
  let a0 = a, a1 = a0 + aStep, a2 = a1 + aStep, a3 = a, a4 = a, a5 = a
  if (rows > 3) a3 = a2 + aStep
  if (rows > 4) a4 = a3 + aStep
  if (rows > 5) a5 = a4 + aStep
  let c00 = v128.load(init), c01 = v128.load(init, 16)
  init += iStep
  let c10 = v128.load(init), c11 = v128.load(init, 16)
  init += iStep
  let c20 = v128.load(init), c21 = v128.load(init, 16)
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  if (rows > 3) {
    init += iStep
    c30 = v128.load(init)
    c31 = v128.load(init, 16)
  }
  if (rows > 4) {
    init += iStep
    c40 = v128.load(init)
    c41 = v128.load(init, 16)
  }
  if (rows > 5) {
    init += iStep
    c50 = v128.load(init)
    c51 = v128.load(init, 16)
  }
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    b += bStep
    let v = v128.load32_splat(a0)
    c00 = fma(v, b0, c00)
    c01 = fma(v, b1, c01)
    a0 += 4
    v = v128.load32_splat(a1)
    c10 = fma(v, b0, c10)
    c11 = fma(v, b1, c11)
    a1 += 4
    v = v128.load32_splat(a2)
    c20 = fma(v, b0, c20)
    c21 = fma(v, b1, c21)
    a2 += 4
    if (rows > 3) {
      v = v128.load32_splat(a3)
      c30 = fma(v, b0, c30)
      c31 = fma(v, b1, c31)
      a3 += 4
    }
    if (rows > 4) {
      v = v128.load32_splat(a4)
      c40 = fma(v, b0, c40)
      c41 = fma(v, b1, c41)
      a4 += 4
    }
    if (rows > 5) {
      v = v128.load32_splat(a5)
      c50 = fma(v, b0, c50)
      c51 = fma(v, b1, c51)
      a5 += 4
    }
  }
  v128.store(c, c01, 16)
  v128.store(c, c00)
  c += cStep
  v128.store(c, c11, 16)
  v128.store(c, c10)
  c += cStep
  v128.store(c, c21, 16)
  v128.store(c, c20)
  if (rows > 3) {
    c += cStep
    v128.store(c, c31, 16)
    v128.store(c, c30)
  }
  if (rows > 4) {
    c += cStep
    v128.store(c, c41, 16)
    v128.store(c, c40)
  }
  if (rows > 5) {
    c += cStep
    v128.store(c, c51, 16)
    v128.store(c, c50)
  }
}

function tile_f32_3x8(k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize): void {
  tile(3, k, a, aStep, b, bStep, init, iStep, c, cStep)
}

function tile_f32_4x8(k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize): void {
  tile(4, k, a, aStep, b, bStep, init, iStep, c, cStep)
}

function tile_f32_5x8(k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize): void {
  tile(5, k, a, aStep, b, bStep, init, iStep, c, cStep)
}

function tile_f32_6x8(k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize): void {
  tile(6, k, a, aStep, b, bStep, init, iStep, c, cStep)
}

/** C[rows, 8] = init + A . B as {@link tile}, for `rows` from 1 to 6 known only now. */
export function tile_f32(
  rows: i32, k: i32, a: usize, aStep: usize, b: usize, bStep: usize, init: usize, iStep: usize, c: usize, cStep: usize,
): void {
  switch (rows) {
    case 1: tile_f32_1x8(k, a, b, bStep, init, c); break
    case 2: tile_f32_2x8(k, a, aStep, b, bStep, init, iStep, c, cStep); break
    case 3: tile_f32_3x8(k, a, aStep, b, bStep, init, iStep, c, cStep); break
    case 4: tile_f32_4x8(k, a, aStep, b, bStep, init, iStep, c, cStep); break
    case 5: tile_f32_5x8(k, a, aStep, b, bStep, init, iStep, c, cStep); break
    case 6: tile_f32_6x8(k, a, aStep, b, bStep, init, iStep, c, cStep); break
  }
}
