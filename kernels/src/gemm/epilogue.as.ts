import { erf_f32x4, expm1Negative_f32x4, sigmoid_f32x4, tanh_f32x4 } from '../math/math.as'
import { fma, loadHead, storeHead } from '../runtime/simd.as'

// `activations` of layouts.ts
const RELU: i32 = 1
const RELU6: i32 = 2
const ELU: i32 = 3
const LEAKY_RELU: i32 = 4
const PRELU: i32 = 5
const SIGMOID: i32 = 6
const TANH: i32 = 7
const GELU: i32 = 8

// @ts-ignore: decorator
@inline
function apply(f: i32, v: v128): v128 {
  const zero = f32x4.splat(0)
  // pmax(v, 0) and pmin(v, 6) keep a NaN, and are one instruction where max and min are many.
  if (f == RELU) return f32x4.pmax(v, zero)
  if (f == RELU6) return f32x4.pmin(f32x4.pmax(v, zero), f32x4.splat(6))
  if (f == SIGMOID) return sigmoid_f32x4(v)
  if (f == TANH) return tanh_f32x4(v)
  if (f == GELU) {
    const half = f32x4.mul(v, f32x4.splat(0.5))
    return fma(half, erf_f32x4(f32x4.mul(v, f32x4.splat(0.70710678))), half)
  }
  // expm1Negative takes no positive number, and keeps a NaN that comes first.
  return v128.bitselect(v, expm1Negative_f32x4(f32x4.pmin(v, zero)), f32x4.ge(v, zero))
}

/** C = f(C), two vectors a turn; f is a constant. */
// @ts-ignore: decorator
@inline
function mapRows(f: i32, c: usize, cStep: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    let p = c
    let j = columns
    for (; j >= 8; j -= 8) {
      const v0 = apply(f, v128.load(p)), v1 = apply(f, v128.load(p, 16))
      v128.store(p, v1, 16)
      v128.store(p, v0)
      p += 32
    }
    for (; j >= 4; j -= 4) {
      v128.store(p, apply(f, v128.load(p)))
      p += 16
    }
    if (j > 0) storeHead(p, apply(f, loadHead(p, j)), j)
    c += cStep
  }
}

/** {@link mapRows} for what is so short that the loop counts: four vectors a turn. */
// @ts-ignore: decorator
@inline
function mapRowsBy4(f: i32, c: usize, cStep: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    let p = c
    let j = columns
    for (; j >= 16; j -= 16) {
      const v0 = apply(f, v128.load(p)), v1 = apply(f, v128.load(p, 16))
      const v2 = apply(f, v128.load(p, 32)), v3 = apply(f, v128.load(p, 48))
      v128.store(p, v1, 16)
      v128.store(p, v0)
      v128.store(p, v3, 48)
      v128.store(p, v2, 32)
      p += 64
    }
    mapRows(f, p, 0, 1, j)
    c += cStep
  }
}

// @ts-ignore: decorator
@inline
function scaleBelowZero(v: v128, slope: v128): v128 {
  return v128.bitselect(f32x4.mul(v, slope), v, f32x4.lt(v, f32x4.splat(0)))
}

function leakyRelu(c: usize, cStep: usize, rows: i32, columns: i32, leak: f32): void {
  const slope = f32x4.splat(leak)
  for (; rows > 0; rows--) {
    let p = c
    let j = columns
    for (; j >= 4; j -= 4) {
      v128.store(p, scaleBelowZero(v128.load(p), slope))
      p += 16
    }
    if (j > 0) storeHead(p, scaleBelowZero(loadHead(p, j), slope), j)
    c += cStep
  }
}

function prelu(c: usize, cStep: usize, rows: i32, columns: i32, slope: usize): void {
  for (; rows > 0; rows--) {
    let p = c
    let s = slope
    let j = columns
    for (; j >= 4; j -= 4) {
      v128.store(p, scaleBelowZero(v128.load(p), v128.load(s)))
      p += 16
      s += 16
    }
    if (j > 0) storeHead(p, scaleBelowZero(loadHead(p, j), loadHead(s, j)), j)
    c += cStep
  }
}

/**
 * C[rows, columns] = act(C), in place; `cStep` bytes from a row to the next. `leak` is leakyrelu's slope; `slope` the
 * address of prelu's, one a column.
 */
export function activate_f32(
  activation: i32, c: usize, cStep: usize, rows: i32, columns: i32, leak: f32, slope: usize,
): void {
  // Dense rows are one.
  if (cStep == <usize>columns << 2 && activation != PRELU) {
    columns *= rows
    rows = 1
  }
  switch (activation) {
    case RELU: mapRowsBy4(RELU, c, cStep, rows, columns); break
    case RELU6: mapRowsBy4(RELU6, c, cStep, rows, columns); break
    case ELU: mapRows(ELU, c, cStep, rows, columns); break
    case SIGMOID: mapRows(SIGMOID, c, cStep, rows, columns); break
    case TANH: mapRows(TANH, c, cStep, rows, columns); break
    case GELU: mapRows(GELU, c, cStep, rows, columns); break
    case LEAKY_RELU: leakyRelu(c, cStep, rows, columns, leak); break
    case PRELU: prelu(c, cStep, rows, columns, slope); break
  }
}
