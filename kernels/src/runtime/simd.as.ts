/** Whether this build has the kernels of wide mode: engines that make 256-bit operations of 128-bit ones have relaxed SIMD. */
export const HAS_WIDE: bool = ASC_FEATURE_RELAXED_SIMD

/** a * b + c in each lane: fused (one rounding) in the `relaxed` build, two roundings in the `simd` build. */
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** c - a * b in each lane, fused like {@link fma}. */
// @ts-ignore: decorator
@inline
export function fnma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c)
  return f32x4.sub(c, f32x4.mul(a, b))
}

/** The sum of the four f32 lanes, pairwise. */
// @ts-ignore: decorator
@inline
export function hsum(a: v128): f32 {
  const pairs = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** Loads the first `count` (1 to 3) f32 at `p`; the other lanes are 0. Reads no byte behind them. */
// @ts-ignore: decorator
@inline
export function loadHead(p: usize, count: i32): v128 {
  let v = v128.load32_zero(p)
  if (count > 1) v = v128.load_lane<f32>(p, v, 1, 4)
  if (count > 2) v = v128.load_lane<f32>(p, v, 2, 8)
  return v
}

/** Stores the first `count` (1 to 3) lanes of `v` at `p`. Writes no byte behind them. */
// @ts-ignore: decorator
@inline
export function storeHead(p: usize, v: v128, count: i32): void {
  v128.store_lane<f32>(p, v, 0)
  if (count > 1) v128.store_lane<f32>(p, v, 1, 4)
  if (count > 2) v128.store_lane<f32>(p, v, 2, 8)
}

/** Stores the 16 lanes of four masks (all ones or zero in each lane) as 16 bytes, 1 or 0. */
// @ts-ignore: decorator
@inline
export function storeMasks(p: usize, m0: v128, m1: v128, m2: v128, m3: v128): void {
  const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3))
  v128.store(p, v128.and(bytes, i8x16.splat(1)))
}

/** y = f(x) for `left` elements of four bytes, where `f` gives a mask; y has one byte an element, 1 or 0. */
// @ts-ignore: decorator
@inline
export function mapMasks(x: usize, y: usize, left: i32, f: (v: v128) => v128): void {
  for (; left >= 16; left -= 16) {
    storeMasks(y, f(v128.load(x)), f(v128.load(x, 16)), f(v128.load(x, 32)), f(v128.load(x, 48)))
    x += 64
    y += 16
  }
  for (; left > 0; left--) {
    store<u8>(y, i32x4.extract_lane(f(v128.load32_zero(x)), 0) & 1)
    x += 4
    y += 1
  }
}

/**
 * The f32 or i32 number `i` of a table in static memory (`memory.data`), in all four lanes. One instruction, where V8 takes four
 * for a v128 constant: long formulas take theirs from tables.
 */
// @ts-ignore: decorator
@inline
export function entry(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2))
}

/** As {@link entry}, for tables of f64 or i64: in both lanes. */
// @ts-ignore: decorator
@inline
export function entry64(table: usize, i: usize): v128 {
  return v128.load64_splat(table + (i << 3))
}
