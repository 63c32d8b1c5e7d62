import { entry, fma, fnma } from '../runtime/simd.as'

// F(4x4, 3x3), F(3x3, 4x4) and F(5x5, 2x2) with the points 0, a, -a, b, -b and infinity for a = 5/8, b = 3/2: half the error of the usual 1 and
// 2, and all factors of the image's transforms are exact. See winograd.reference.ts for the matrices.

const A: f32 = 0.625
const B: f32 = 1.5
const AA: f32 = A * A
const BB: f32 = B * B

// a, b, a^2, b^2, a^2 b^2, a^2 + b^2
export const INPUT: usize = memory.data<f32>([A, B, AA, BB, AA * BB, AA + BB])
// a, b, a^2, b^2, a^3, b^3, a^4, b^4
export const OUTPUT: usize = memory.data<f32>([A, B, AA, BB, AA * A, BB * B, AA * AA, BB * BB])
const NA: f32 = 1 / (2 * AA * (AA - BB))
const NB: f32 = 1 / (2 * BB * (BB - AA))
// 1 / (a^2 b^2); of the rows of a and of b: what the filter's even and odd numbers are multiplied by
const FILTER: usize = memory.data<f32>([1 / (AA * BB), NA, A * NA, AA * NA, NB, B * NB, BB * NB, AA * A * NA, BB * B * NB])

/**
 * to[point] = B' d B for `vectors` vectors of 4 channels side by side, where d are the 6x6 pixels at `from`. Rows of d are `row`
 * bytes apart, pixels `pixel`, points `point`. `work`: 576 bytes.
 */
export function input_4x4(from: usize, row: usize, pixel: usize, vectors: i32, to: usize, point: usize, work: usize): void {
  const a = entry(INPUT, 0), b = entry(INPUT, 1), aa = entry(INPUT, 2), bb = entry(INPUT, 3)
  const product = entry(INPUT, 4), sum = entry(INPUT, 5)
  for (; vectors > 0; vectors--) {
    let f = from
    let w = work
    for (let j = 0; j < 6; j++) {
      const d0 = v128.load(f), d1 = v128.load(f + row), d2 = v128.load(f + 2 * row)
      const d3 = v128.load(f + 3 * row), d4 = v128.load(f + 4 * row), d5 = v128.load(f + 5 * row)
      const evenA = fnma(bb, d2, d4), oddA = fnma(bb, d1, d3)
      const evenB = fnma(aa, d2, d4), oddB = fnma(aa, d1, d3)
      v128.store(w, fma(product, d0, fnma(sum, d2, d4)))
      v128.store(w, fma(a, oddA, evenA), 96)
      v128.store(w, fnma(a, oddA, evenA), 192)
      v128.store(w, fma(b, oddB, evenB), 288)
      v128.store(w, fnma(b, oddB, evenB), 384)
      v128.store(w, fma(product, d1, fnma(sum, d3, d5)), 480)
      f += pixel
      w += 16
    }
    let t = to
    w = work
    for (let i = 0; i < 6; i++) {
      const d0 = v128.load(w), d1 = v128.load(w, 16), d2 = v128.load(w, 32)
      const d3 = v128.load(w, 48), d4 = v128.load(w, 64), d5 = v128.load(w, 80)
      const evenA = fnma(bb, d2, d4), oddA = fnma(bb, d1, d3)
      const evenB = fnma(aa, d2, d4), oddB = fnma(aa, d1, d3)
      v128.store(t, fma(product, d0, fnma(sum, d2, d4)))
      v128.store(t + point, fma(a, oddA, evenA))
      v128.store(t + 2 * point, fnma(a, oddA, evenA))
      v128.store(t + 3 * point, fma(b, oddB, evenB))
      v128.store(t + 4 * point, fnma(b, oddB, evenB))
      v128.store(t + 5 * point, fma(product, d1, fnma(sum, d3, d5)))
      w += 96
      t += 6 * point
    }
    from += 16
    to += 16
  }
}

/**
 * to = bias + A' m A, size x size pixels, for `vectors` vectors of 4 channels side by side, where m are 36 points `point` bytes apart.
 * Rows of `to` are `row` bytes apart, pixels `pixel`. `bias` holds 4 * vectors numbers. `work`: 96 * size bytes. `size` is a constant from 3 to 5.
 */
// @ts-ignore: decorator
@inline
function output(
  size: i32, from: usize, point: usize, vectors: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  const a = entry(OUTPUT, 0), b = entry(OUTPUT, 1), aa = entry(OUTPUT, 2), bb = entry(OUTPUT, 3)
  const aaa = entry(OUTPUT, 4), bbb = entry(OUTPUT, 5), aaaa = entry(OUTPUT, 6), bbbb = entry(OUTPUT, 7)
  for (; vectors > 0; vectors--) {
    let f = from
    let w = work
    for (let j = 0; j < 6; j++) {
      const m1 = v128.load(f + 6 * point), m2 = v128.load(f + 12 * point)
      const evenA = f32x4.add(m1, m2), oddA = f32x4.sub(m1, m2)
      const m3 = v128.load(f + 18 * point), m4 = v128.load(f + 24 * point)
      const evenB = f32x4.add(m3, m4), oddB = f32x4.sub(m3, m4)
      v128.store(w, f32x4.add(v128.load(f), f32x4.add(evenA, evenB)))
      v128.store(w, fma(a, oddA, f32x4.mul(b, oddB)), 96)
      const m5 = v128.load(f + 30 * point)
      v128.store(w, fma(aa, evenA, size == 3 ? fma(bb, evenB, m5) : f32x4.mul(bb, evenB)), 192)
      if (size > 3) v128.store(w, fma(aaa, oddA, size == 4 ? fma(bbb, oddB, m5) : f32x4.mul(bbb, oddB)), 288)
      if (size > 4) v128.store(w, fma(aaaa, evenA, fma(bbbb, evenB, m5)), 384)
      f += point
      w += 16
    }
    const start = v128.load(bias)
    let t = to
    w = work
    for (let i = 0; i < size; i++) {
      const m1 = v128.load(w, 16), m2 = v128.load(w, 32)
      const evenA = f32x4.add(m1, m2), oddA = f32x4.sub(m1, m2)
      const m3 = v128.load(w, 48), m4 = v128.load(w, 64)
      const evenB = f32x4.add(m3, m4), oddB = f32x4.sub(m3, m4)
      v128.store(t, f32x4.add(f32x4.add(start, v128.load(w)), f32x4.add(evenA, evenB)))
      v128.store(t + pixel, fma(a, oddA, fma(b, oddB, start)))
      const end = f32x4.add(start, v128.load(w, 80))
      v128.store(t + 2 * pixel, fma(aa, evenA, fma(bb, evenB, size == 3 ? end : start)))
      if (size > 3) v128.store(t + 3 * pixel, fma(aaa, oddA, fma(bbb, oddB, size == 4 ? end : start)))
      if (size > 4) v128.store(t + 4 * pixel, fma(aaaa, evenA, fma(bbbb, evenB, end)))
      w += 96
      t += row
    }
    from += 16
    to += 16
    bias += 16
  }
}

export function output_4x4(
  from: usize, point: usize, vectors: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  output(4, from, point, vectors, bias, to, row, pixel, work)
}

export function output_3x3(
  from: usize, point: usize, vectors: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  output(3, from, point, vectors, bias, to, row, pixel, work)
}

export function output_5x5(
  from: usize, point: usize, vectors: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  output(5, from, point, vectors, bias, to, row, pixel, work)
}

/** to[point] = G g G' for 4 columns, where g are the taps x taps vectors at `from`, `tap` bytes apart; 2 to 4 taps. `work`: 384 bytes. */
export function filter_4x4(taps: i32, from: usize, tap: usize, to: usize, point: usize, work: usize): void {
  let f = from
  let w = work
  for (let j = 0; j < taps; j++) {
    filterPoints(taps, f, <usize>taps * tap, w, 64)
    f += tap
    w += 16
  }
  w = work
  for (let i = 0; i < 6; i++) {
    filterPoints(taps, w, 16, to, point)
    w += 64
    to += 6 * point
  }
}

function filterPoints(taps: i32, from: usize, tap: usize, to: usize, step: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + tap)
  const g2 = taps > 2 ? v128.load(from + 2 * tap) : f32x4.splat(0)
  const g3 = taps > 3 ? v128.load(from + 3 * tap) : f32x4.splat(0)
  const evenA = fma(entry(FILTER, 1), g0, f32x4.mul(entry(FILTER, 3), g2))
  const oddA = fma(entry(FILTER, 7), g3, f32x4.mul(entry(FILTER, 2), g1))
  const evenB = fma(entry(FILTER, 4), g0, f32x4.mul(entry(FILTER, 6), g2))
  const oddB = fma(entry(FILTER, 8), g3, f32x4.mul(entry(FILTER, 5), g1))
  v128.store(to, f32x4.mul(entry(FILTER, 0), g0))
  v128.store(to + step, f32x4.add(evenA, oddA))
  v128.store(to + 2 * step, f32x4.sub(evenA, oddA))
  v128.store(to + 3 * step, f32x4.add(evenB, oddB))
  v128.store(to + 4 * step, f32x4.sub(evenB, oddB))
  v128.store(to + 5 * step, taps == 4 ? g3 : taps == 3 ? g2 : g1)
}
