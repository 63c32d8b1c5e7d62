import { erf_f32x4, expm1Negative_f32x4, sigmoid_f32x4, tanh_f32x4 } from '../math/math.as'
import { entry, fma, loadHead, storeHead } from '../runtime/simd.as'

// `activations` of layouts.ts
export const RELU: i32 = 1
export const RELU6: i32 = 2
const ELU: i32 = 3
const LEAKY_RELU: i32 = 4
const PRELU: i32 = 5
const SIGMOID: i32 = 6
const TANH: i32 = 7
const GELU: i32 = 8

// Constants that are read before a loop stay in registers; those that are written in it are made anew in each turn.
const SIX: usize = memory.data<f32>([6])
/** All bits but the sign. */
const MAGNITUDE: usize = memory.data<i32>([0x7fffffff])

// @ts-ignore: decorator
@inline
export function six(): v128 {
  return entry(SIX, 0)
}

// @ts-ignore: decorator
@inline
export function magnitude(): v128 {
  return entry(MAGNITUDE, 0)
}

/** relu or relu6, to the bits of relu_f32 and relu6_f32: a NaN stays, -0 becomes 0. `bits`: magnitude(), `most`: six(). */
// @ts-ignore: decorator
@inline
export function rectify(f: i32, v: v128, bits: v128, most: v128): v128 {
  const positive = v128.and(f32x4.pmax(v, f32x4.splat(0)), bits)
  return f == RELU6 ? f32x4.pmin(positive, most) : positive
}

/** `bits` and `most` as for {@link rectify}. */
// @ts-ignore: decorator
@inline
function apply(f: i32, v: v128, bits: v128, most: v128): v128 {
  const zero = f32x4.splat(0)
  if (f == RELU || f == RELU6) return rectify(f, v, bits, most)
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
  const bits = magnitude(), most = six()
  for (; rows > 0; rows--) {
    let p = c
    let j = columns
    for (; j >= 8; j -= 8) {
      const v0 = apply(f, v128.load(p), bits, most), v1 = apply(f, v128.load(p, 16), bits, most)
      v128.store(p, v1, 16)
      v128.store(p, v0)
      p += 32
    }
    for (; j >= 4; j -= 4) {
      v128.store(p, apply(f, v128.load(p), bits, most))
      p += 16
    }
    if (j > 0) storeHead(p, apply(f, loadHead(p, j), bits, most), j)
    c += cStep
  }
}

/** {@link mapRows} for what is so short that the loop counts: four vectors a turn. */
// @ts-ignore: decorator
@inline
function mapRowsBy4(f: i32, c: usize, cStep: usize, rows: i32, columns: i32): void {
  const bits = magnitude(), most = six()
  for (; rows > 0; rows--) {
    let p = c
    let j = columns
    for (; j >= 16; j -= 16) {
      const v0 = apply(f, v128.load(p), bits, most), v1 = apply(f, v128.load(p, 16), bits, most)
      const v2 = apply(f, v128.load(p, 32), bits, most), v3 = apply(f, v128.load(p, 48), bits, most)
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
