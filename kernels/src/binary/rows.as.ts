import { scratch } from '../runtime/scratch.as'
import { loadHead, storeHead, storeMasks } from '../runtime/simd.as'
import { SCALAR_VECTOR, VECTOR_SCALAR } from './walk.as'

// One row each: y[i] = f(a[i], b[i]). A scalar operand becomes 64 bytes of copies that the loop does not advance over: one
// loop serves all modes, and an L1 load a vector costs nothing beside the other two.

/** 64 bytes of copies of the element of 4 bytes at `p`. */
// @ts-ignore: decorator
@inline
function spread(p: usize): usize {
  const v = v128.load32_splat(p)
  v128.store(scratch, v, 16)
  v128.store(scratch, v)
  v128.store(scratch, v, 48)
  v128.store(scratch, v, 32)
  return scratch
}

/** Elements of 4 bytes. */
// @ts-ignore: decorator
@inline
export function row(a: usize, b: usize, y: usize, n: i32, mode: i32, f: (a: v128, b: v128) => v128): void {
  let stepA: usize = 1
  let stepB: usize = 1
  if (mode == SCALAR_VECTOR) {
    a = spread(a)
    stepA = 0
  } else if (mode == VECTOR_SCALAR) {
    b = spread(b)
    stepB = 0
  }
  for (; n >= 8; n -= 8) {
    const a0 = v128.load(a)
    const a1 = v128.load(a, 16)
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    v128.store(y, f(a1, b1), 16)
    v128.store(y, f(a0, b0))
    a += stepA << 5
    b += stepB << 5
    y += 32
  }
  if (n >= 4) {
    v128.store(y, f(v128.load(a), v128.load(b)))
    a += stepA << 4
    b += stepB << 4
    y += 16
    n -= 4
  }
  for (; n > 0; n--) {
    v128.store_lane<f32>(y, f(v128.load32_zero(a), v128.load32_zero(b)), 0)
    a += stepA << 2
    b += stepB << 2
    y += 4
  }
}

/** For an `f` that gives a mask: y takes bytes. */
// @ts-ignore: decorator
@inline
export function compareRow(a: usize, b: usize, y: usize, n: i32, mode: i32, f: (a: v128, b: v128) => v128): void {
  let stepA: usize = 1
  let stepB: usize = 1
  if (mode == SCALAR_VECTOR) {
    a = spread(a)
    stepA = 0
  } else if (mode == VECTOR_SCALAR) {
    b = spread(b)
    stepB = 0
  }
  for (; n >= 16; n -= 16) {
    storeMasks(
      y, f(v128.load(a), v128.load(b)), f(v128.load(a, 16), v128.load(b, 16)),
      f(v128.load(a, 32), v128.load(b, 32)), f(v128.load(a, 48), v128.load(b, 48))
    )
    a += stepA << 6
    b += stepB << 6
    y += 16
  }
  for (; n > 0; n--) {
    store<u8>(y, i32x4.extract_lane(f(v128.load32_zero(a), v128.load32_zero(b)), 0) & 1)
    a += stepA << 2
    b += stepB << 2
    y += 1
  }
}

/** For a long `f`, compiled once: four elements a turn, the last 1 to 3 by themselves. */
// @ts-ignore: decorator
@inline
export function longRow(a: usize, b: usize, y: usize, n: i32, mode: i32, f: (a: v128, b: v128) => v128): void {
  const scalarA = mode == SCALAR_VECTOR
  const scalarB = mode == VECTOR_SCALAR
  for (; n > 0; n -= 4) {
    const whole = n >= 4
    const p = scalarA ? v128.load32_splat(a) : whole ? v128.load(a) : loadHead(a, n)
    const q = scalarB ? v128.load32_splat(b) : whole ? v128.load(b) : loadHead(b, n)
    const r = f(p, q)
    if (whole) v128.store(y, r)
    else storeHead(y, r, n)
    if (!scalarA) a += 16
    if (!scalarB) b += 16
    y += 16
  }
}
