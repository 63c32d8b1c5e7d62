import { entry, fma, fnma } from '../runtime/simd.as'
import { INPUT, OUTPUT } from './points4.as'

// The transforms of points4.as.ts for 256-bit operations: 8 channels at once, vectors in pairs 16 bytes apart, all of a run
// loaded before its first store, and of two stores the upper one first.

// The first and the last point of the image's transform; those of a and -a, b and -b are even + factor * odd and even - factor * odd.
// @ts-ignore: decorator
@inline
function outer(product: v128, sum: v128, d0: v128, d2: v128, d4: v128): v128 {
  return fma(product, d0, fnma(sum, d2, d4))
}

/** As `input_4x4` for `pairs` times 8 channels. `work`: 1152 bytes. */
export function input_4x4_wide(from: usize, row: usize, pixel: usize, pairs: i32, to: usize, point: usize, work: usize): void {
  const a = entry(INPUT, 0), b = entry(INPUT, 1), aa = entry(INPUT, 2), bb = entry(INPUT, 3)
  const product = entry(INPUT, 4), sum = entry(INPUT, 5)
  for (; pairs > 0; pairs--) {
    let f = from
    let w = work
    for (let j = 0; j < 6; j++) {
      const d0 = v128.load(f), e0 = v128.load(f, 16)
      const d1 = v128.load(f + row), e1 = v128.load(f + row, 16)
      const d2 = v128.load(f + 2 * row), e2 = v128.load(f + 2 * row, 16)
      const d3 = v128.load(f + 3 * row), e3 = v128.load(f + 3 * row, 16)
      const d4 = v128.load(f + 4 * row), e4 = v128.load(f + 4 * row, 16)
      const d5 = v128.load(f + 5 * row), e5 = v128.load(f + 5 * row, 16)
      const evenA = fnma(bb, d2, d4), oddA = fnma(bb, d1, d3), evenB = fnma(aa, d2, d4), oddB = fnma(aa, d1, d3)
      const upEvenA = fnma(bb, e2, e4), upOddA = fnma(bb, e1, e3), upEvenB = fnma(aa, e2, e4), upOddB = fnma(aa, e1, e3)
      v128.store(w, outer(product, sum, e0, e2, e4), 16)
      v128.store(w, outer(product, sum, d0, d2, d4))
      v128.store(w, fma(a, upOddA, upEvenA), 208)
      v128.store(w, fma(a, oddA, evenA), 192)
      v128.store(w, fnma(a, upOddA, upEvenA), 400)
      v128.store(w, fnma(a, oddA, evenA), 384)
      v128.store(w, fma(b, upOddB, upEvenB), 592)
      v128.store(w, fma(b, oddB, evenB), 576)
      v128.store(w, fnma(b, upOddB, upEvenB), 784)
      v128.store(w, fnma(b, oddB, evenB), 768)
      v128.store(w, outer(product, sum, e1, e3, e5), 976)
      v128.store(w, outer(product, sum, d1, d3, d5), 960)
      f += pixel
      w += 32
    }
    let t = to
    w = work
    for (let i = 0; i < 6; i++) {
      const d0 = v128.load(w), e0 = v128.load(w, 16)
      const d1 = v128.load(w, 32), e1 = v128.load(w, 48)
      const d2 = v128.load(w, 64), e2 = v128.load(w, 80)
      const d3 = v128.load(w, 96), e3 = v128.load(w, 112)
      const d4 = v128.load(w, 128), e4 = v128.load(w, 144)
      const d5 = v128.load(w, 160), e5 = v128.load(w, 176)
      const evenA = fnma(bb, d2, d4), oddA = fnma(bb, d1, d3), evenB = fnma(aa, d2, d4), oddB = fnma(aa, d1, d3)
      const upEvenA = fnma(bb, e2, e4), upOddA = fnma(bb, e1, e3), upEvenB = fnma(aa, e2, e4), upOddB = fnma(aa, e1, e3)
      v128.store(t, outer(product, sum, e0, e2, e4), 16)
      v128.store(t, outer(product, sum, d0, d2, d4))
      v128.store(t + point, fma(a, upOddA, upEvenA), 16)
      v128.store(t + point, fma(a, oddA, evenA))
      v128.store(t + 2 * point, fnma(a, upOddA, upEvenA), 16)
      v128.store(t + 2 * point, fnma(a, oddA, evenA))
      v128.store(t + 3 * point, fma(b, upOddB, upEvenB), 16)
      v128.store(t + 3 * point, fma(b, oddB, evenB))
      v128.store(t + 4 * point, fnma(b, upOddB, upEvenB), 16)
      v128.store(t + 4 * point, fnma(b, oddB, evenB))
      v128.store(t + 5 * point, outer(product, sum, e1, e3, e5), 16)
      v128.store(t + 5 * point, outer(product, sum, d1, d3, d5))
      w += 192
      t += 6 * point
    }
    from += 32
    to += 32
  }
}

/** As `output` for `pairs` times 8 channels. `work`: 192 * size bytes. */
// @ts-ignore: decorator
@inline
function output(
  size: i32, from: usize, point: usize, pairs: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  const a = entry(OUTPUT, 0), b = entry(OUTPUT, 1), aa = entry(OUTPUT, 2), bb = entry(OUTPUT, 3)
  const aaa = entry(OUTPUT, 4), bbb = entry(OUTPUT, 5), aaaa = entry(OUTPUT, 6), bbbb = entry(OUTPUT, 7)
  for (; pairs > 0; pairs--) {
    let f = from
    let w = work
    for (let j = 0; j < 6; j++) {
      const m0 = v128.load(f), n0 = v128.load(f, 16)
      const m1 = v128.load(f + 6 * point), n1 = v128.load(f + 6 * point, 16)
      const m2 = v128.load(f + 12 * point), n2 = v128.load(f + 12 * point, 16)
      const m3 = v128.load(f + 18 * point), n3 = v128.load(f + 18 * point, 16)
      const m4 = v128.load(f + 24 * point), n4 = v128.load(f + 24 * point, 16)
      const m5 = v128.load(f + 30 * point), n5 = v128.load(f + 30 * point, 16)
      const evenA = f32x4.add(m1, m2), oddA = f32x4.sub(m1, m2), evenB = f32x4.add(m3, m4), oddB = f32x4.sub(m3, m4)
      const upEvenA = f32x4.add(n1, n2), upOddA = f32x4.sub(n1, n2), upEvenB = f32x4.add(n3, n4), upOddB = f32x4.sub(n3, n4)
      v128.store(w, f32x4.add(n0, f32x4.add(upEvenA, upEvenB)), 16)
      v128.store(w, f32x4.add(m0, f32x4.add(evenA, evenB)))
      v128.store(w, fma(a, upOddA, f32x4.mul(b, upOddB)), 208)
      v128.store(w, fma(a, oddA, f32x4.mul(b, oddB)), 192)
      v128.store(w, fma(aa, upEvenA, size == 3 ? fma(bb, upEvenB, n5) : f32x4.mul(bb, upEvenB)), 400)
      v128.store(w, fma(aa, evenA, size == 3 ? fma(bb, evenB, m5) : f32x4.mul(bb, evenB)), 384)
      if (size > 3) {
        v128.store(w, fma(aaa, upOddA, size == 4 ? fma(bbb, upOddB, n5) : f32x4.mul(bbb, upOddB)), 592)
        v128.store(w, fma(aaa, oddA, size == 4 ? fma(bbb, oddB, m5) : f32x4.mul(bbb, oddB)), 576)
      }
      if (size > 4) {
        v128.store(w, fma(aaaa, upEvenA, fma(bbbb, upEvenB, n5)), 784)
        v128.store(w, fma(aaaa, evenA, fma(bbbb, evenB, m5)), 768)
      }
      f += point
      w += 32
    }
    const start = v128.load(bias), upStart = v128.load(bias, 16)
    let t = to
    w = work
    for (let i = 0; i < size; i++) {
      const m0 = v128.load(w), n0 = v128.load(w, 16)
      const m1 = v128.load(w, 32), n1 = v128.load(w, 48)
      const m2 = v128.load(w, 64), n2 = v128.load(w, 80)
      const m3 = v128.load(w, 96), n3 = v128.load(w, 112)
      const m4 = v128.load(w, 128), n4 = v128.load(w, 144)
      const m5 = v128.load(w, 160), n5 = v128.load(w, 176)
      const evenA = f32x4.add(m1, m2), oddA = f32x4.sub(m1, m2), evenB = f32x4.add(m3, m4), oddB = f32x4.sub(m3, m4)
      const upEvenA = f32x4.add(n1, n2), upOddA = f32x4.sub(n1, n2), upEvenB = f32x4.add(n3, n4), upOddB = f32x4.sub(n3, n4)
      v128.store(t, f32x4.add(f32x4.add(upStart, n0), f32x4.add(upEvenA, upEvenB)), 16)
      v128.store(t, f32x4.add(f32x4.add(start, m0), f32x4.add(evenA, evenB)))
      v128.store(t + pixel, fma(a, upOddA, fma(b, upOddB, upStart)), 16)
      v128.store(t + pixel, fma(a, oddA, fma(b, oddB, start)))
      const end = f32x4.add(start, m5), upEnd = f32x4.add(upStart, n5)
      v128.store(t + 2 * pixel, fma(aa, upEvenA, fma(bb, upEvenB, size == 3 ? upEnd : upStart)), 16)
      v128.store(t + 2 * pixel, fma(aa, evenA, fma(bb, evenB, size == 3 ? end : start)))
      if (size > 3) {
        v128.store(t + 3 * pixel, fma(aaa, upOddA, fma(bbb, upOddB, size == 4 ? upEnd : upStart)), 16)
        v128.store(t + 3 * pixel, fma(aaa, oddA, fma(bbb, oddB, size == 4 ? end : start)))
      }
      if (size > 4) {
        v128.store(t + 4 * pixel, fma(aaaa, upEvenA, fma(bbbb, upEvenB, upEnd)), 16)
        v128.store(t + 4 * pixel, fma(aaaa, evenA, fma(bbbb, evenB, end)))
      }
      w += 192
      t += row
    }
    from += 32
    to += 32
    bias += 32
  }
}

export function output_4x4_wide(
  from: usize, point: usize, pairs: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  output(4, from, point, pairs, bias, to, row, pixel, work)
}

export function output_3x3_wide(
  from: usize, point: usize, pairs: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  output(3, from, point, pairs, bias, to, row, pixel, work)
}

export function output_5x5_wide(
  from: usize, point: usize, pairs: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  output(5, from, point, pairs, bias, to, row, pixel, work)
}
