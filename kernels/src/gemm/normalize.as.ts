import { fma } from '../runtime/simd.as'
import { activate_f32, magnitude, rectify, RELU, RELU6, six } from './epilogue.as'

/** `bits`: magnitude(), `most`: six(). */
// @ts-ignore: decorator
@inline
function apply(f: i32, v: v128, bits: v128, most: v128): v128 {
  return f == RELU || f == RELU6 ? rectify(f, v, bits, most) : v
}

/** Eight neighbours, a pair of vectors for 256-bit operations: f(C factor + offset). */
// @ts-ignore: decorator
@inline
function eight(f: i32, c: usize, f0: v128, f1: v128, o0: v128, o1: v128, bits: v128, most: v128): void {
  const v0 = apply(f, fma(v128.load(c), f0, o0), bits, most)
  const v1 = apply(f, fma(v128.load(c, 16), f1, o1), bits, most)
  v128.store(c, v1, 16)
  v128.store(c, v0)
}

/** `rows` rows, `together` (4 or 1, a constant) at a time, for which the tables are read once; the first `whole` bytes, whole eights. */
// @ts-ignore: decorator
@inline
function normalizeEights(
  f: i32, together: i32, c: usize, cStep: usize, rows: i32, whole: usize, factor: usize, offset: usize,
): void {
  const bits = magnitude(), most = six()
  for (; rows >= together; rows -= together) {
    for (let i: usize = 0; i < whole; i += 32) {
      const f0 = v128.load(factor + i), f1 = v128.load(factor + i, 16)
      const o0 = v128.load(offset + i), o1 = v128.load(offset + i, 16)
      let p = c + i
      eight(f, p, f0, f1, o0, o1, bits, most)
      if (together == 4) {
        p += cStep
        eight(f, p, f0, f1, o0, o1, bits, most)
        p += cStep
        eight(f, p, f0, f1, o0, o1, bits, most)
        p += cStep
        eight(f, p, f0, f1, o0, o1, bits, most)
      }
    }
    c += cStep * together
  }
}

/** The last columns, 1 to 7. Not part of what V8 pairs. */
function normalizeRest(f: i32, c: usize, cStep: usize, rows: i32, columns: i32, factor: usize, offset: usize): void {
  const bytes = <usize>columns << 2
  for (; rows > 0; rows--) {
    for (let i: usize = 0; i < bytes; i += 4) {
      const v = fma(v128.load32_zero(c + i), v128.load32_zero(factor + i), v128.load32_zero(offset + i))
      v128.store_lane<f32>(c + i, apply(f, v, magnitude(), six()), 0)
    }
    c += cStep
  }
}

// @ts-ignore: decorator
@inline
function normalize(f: i32, c: usize, cStep: usize, rows: i32, columns: i32, factor: usize, step: usize): void {
  const offset = factor + step
  const whole = <usize>(columns & ~7) << 2
  const fours = rows & ~3
  normalizeEights(f, 4, c, cStep, fours, whole, factor, offset)
  normalizeEights(f, 1, c + cStep * fours, cStep, rows - fours, whole, factor, offset)
  if (columns & 7) normalizeRest(f, c + whole, cStep, rows, columns & 7, factor + whole, offset + whole)
}

function normalize_f32(c: usize, cStep: usize, rows: i32, columns: i32, factor: usize, step: usize): void {
  normalize(0, c, cStep, rows, columns, factor, step)
}

function normalize_f32_relu(c: usize, cStep: usize, rows: i32, columns: i32, factor: usize, step: usize): void {
  normalize(RELU, c, cStep, rows, columns, factor, step)
}

function normalize_f32_relu6(c: usize, cStep: usize, rows: i32, columns: i32, factor: usize, step: usize): void {
  normalize(RELU6, c, cStep, rows, columns, factor, step)
}

/**
 * What comes behind a sum: C[rows, columns] = act(C), or with `factor` not 0, act(C factor + offset), in place. `factor` is the address
 * of a number for each column; `step` bytes on lie the offsets. All else is as for `activate_f32`; activation 0 is none.
 */
export function finish_f32(
  factor: usize, step: usize, activation: i32, c: usize, cStep: usize, rows: i32, columns: i32, leak: f32, slope: usize,
): void {
  if (factor) {
    if (activation == RELU) {
      normalize_f32_relu(c, cStep, rows, columns, factor, step)
      return
    }
    if (activation == RELU6) {
      normalize_f32_relu6(c, cStep, rows, columns, factor, step)
      return
    }
    normalize_f32(c, cStep, rows, columns, factor, step)
  }
  if (activation) activate_f32(activation, c, cStep, rows, columns, leak, slope)
}
