import { fma } from '../runtime/simd.as'

/**
 * C[rows, 8] = init[8] + A[rows, k] . B[k, 8], where a row of A is `runs` runs of `run` f32, `aSkip` bytes from the end of one to
 * the next; k = runs * run. `aStep` and `cStep` are the bytes from a row to the next; B is a packed panel. `rows` is a constant
 * from 1 to 6.
 */
// @ts-ignore: decorator
@inline
function window(
  rows: i32, a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  let a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a
  if (rows > 1) a1 = a0 + aStep
  if (rows > 2) a2 = a1 + aStep
  if (rows > 3) a3 = a2 + aStep
  if (rows > 4) a4 = a3 + aStep
  if (rows > 5) a5 = a4 + aStep
  let c00 = v128.load(init), c01 = v128.load(init, 16)
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01
  for (; runs > 0; runs--) {
    for (let i = run; i > 0; i--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16)
      b += 32
      let v = v128.load32_splat(a0)
      c00 = fma(v, b0, c00)
      c01 = fma(v, b1, c01)
      a0 += 4
      if (rows > 1) {
        v = v128.load32_splat(a1)
        c10 = fma(v, b0, c10)
        c11 = fma(v, b1, c11)
        a1 += 4
      }
      if (rows > 2) {
        v = v128.load32_splat(a2)
        c20 = fma(v, b0, c20)
        c21 = fma(v, b1, c21)
        a2 += 4
      }
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
    a0 += aSkip
    if (rows > 1) a1 += aSkip
    if (rows > 2) a2 += aSkip
    if (rows > 3) a3 += aSkip
    if (rows > 4) a4 += aSkip
    if (rows > 5) a5 += aSkip
  }
  v128.store(c, c01, 16)
  v128.store(c, c00)
  if (rows > 1) {
    c += cStep
    v128.store(c, c11, 16)
    v128.store(c, c10)
  }
  if (rows > 2) {
    c += cStep
    v128.store(c, c21, 16)
    v128.store(c, c20)
  }
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

function window_f32_1x8(
  a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  window(1, a, aStep, aSkip, run, runs, b, init, c, cStep)
}

function window_f32_2x8(
  a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  window(2, a, aStep, aSkip, run, runs, b, init, c, cStep)
}

function window_f32_3x8(
  a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  window(3, a, aStep, aSkip, run, runs, b, init, c, cStep)
}

function window_f32_4x8(
  a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  window(4, a, aStep, aSkip, run, runs, b, init, c, cStep)
}

function window_f32_5x8(
  a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  window(5, a, aStep, aSkip, run, runs, b, init, c, cStep)
}

function window_f32_6x8(
  a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
): void {
  window(6, a, aStep, aSkip, run, runs, b, init, c, cStep)
}

/** As {@link window} for any number of rows, in tiles of at most `tileRows`. */
export function window_f32(
  rows: i32, a: usize, aStep: usize, aSkip: usize, run: i32, runs: i32, b: usize, init: usize, c: usize, cStep: usize,
  tileRows: i32,
): void {
  tileRows &= 15
  while (rows > 0) {
    // No tile of 1 or 2 rows, which are slow, behind a full one.
    const tile = rows <= tileRows ? rows : rows < tileRows + 3 ? (rows + 1) >> 1 : tileRows
    switch (tile) {
      case 1: window_f32_1x8(a, aStep, aSkip, run, runs, b, init, c, cStep); break
      case 2: window_f32_2x8(a, aStep, aSkip, run, runs, b, init, c, cStep); break
      case 3: window_f32_3x8(a, aStep, aSkip, run, runs, b, init, c, cStep); break
      case 4: window_f32_4x8(a, aStep, aSkip, run, runs, b, init, c, cStep); break
      case 5: window_f32_5x8(a, aStep, aSkip, run, runs, b, init, c, cStep); break
      case 6: window_f32_6x8(a, aStep, aSkip, run, runs, b, init, c, cStep); break
    }
    a += <usize>tile * aStep
    c += <usize>tile * cStep
    rows -= tile
  }
}
