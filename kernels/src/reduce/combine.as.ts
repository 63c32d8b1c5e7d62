/** The reductions that a lane can do; constants, so that what is not meant is not compiled. */
export const SUM_F32: i32 = 0
export const MAX_F32: i32 = 1
export const MIN_F32: i32 = 2
export const SUM_I32: i32 = 3
export const MAX_I32: i32 = 4
export const MIN_I32: i32 = 5

/** STRIP of command.ts. */
export const STRIP: i32 = 1024

/** max and min of f32 pass over a NaN in b, for f32x4.max takes eight instructions: {@link spoil} remembers it. */
// @ts-ignore: decorator
@inline
export function combine(op: i32, a: v128, b: v128): v128 {
  if (op == SUM_F32) return f32x4.add(a, b)
  if (op == MAX_F32) return f32x4.pmax(a, b)
  if (op == MIN_F32) return f32x4.pmin(a, b)
  if (op == SUM_I32) return i32x4.add(a, b)
  if (op == MAX_I32) return i32x4.max_s(a, b)
  return i32x4.min_s(a, b)
}

/** `nan` with all bits set where v is NaN, for max and min of f32. */
// @ts-ignore: decorator
@inline
export function spoil(op: i32, nan: v128, v: v128): v128 {
  return op == MAX_F32 || op == MIN_F32 ? v128.or(nan, f32x4.ne(v, v)) : nan
}

/** a, NaN where {@link spoil} found one. */
// @ts-ignore: decorator
@inline
export function spoiled(op: i32, a: v128, nan: v128): v128 {
  return op == MAX_F32 || op == MIN_F32 ? v128.or(a, nan) : a
}
