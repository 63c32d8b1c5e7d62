/** The reductions that a lane can do; constants, so that what is not meant is not compiled. */
export const SUM_F32: i32 = 0
export const MAX_F32: i32 = 1
export const MIN_F32: i32 = 2
export const SUM_I32: i32 = 3
export const MAX_I32: i32 = 4
export const MIN_I32: i32 = 5

// @ts-ignore: decorator
@inline
export function combine(op: i32, a: v128, b: v128): v128 {
  if (op == SUM_F32) return f32x4.add(a, b)
  if (op == MAX_F32) return f32x4.max(a, b)
  if (op == MIN_F32) return f32x4.min(a, b)
  if (op == SUM_I32) return i32x4.add(a, b)
  if (op == MAX_I32) return i32x4.max_s(a, b)
  return i32x4.min_s(a, b)
}

/** What changes nothing: zeros for a sum, the first element at `x` in every lane for max and min. */
// @ts-ignore: decorator
@inline
export function neutral(op: i32, x: usize): v128 {
  return op == SUM_F32 || op == SUM_I32 ? i32x4.splat(0) : v128.load32_splat(x)
}

/** One element, so that it counts once. */
// @ts-ignore: decorator
@inline
export function one(op: i32, x: usize): v128 {
  return op == SUM_F32 || op == SUM_I32 ? v128.load32_zero(x) : v128.load32_splat(x)
}
