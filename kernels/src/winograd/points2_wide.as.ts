// The transforms of points2.as.ts for 256-bit operations, made as those of points4_wide.as.ts.

/** As `input_2x2` for `pairs` times 8 channels. `work`: 512 bytes. */
export function input_2x2_wide(from: usize, row: usize, pixel: usize, pairs: i32, to: usize, point: usize, work: usize): void {
  for (; pairs > 0; pairs--) {
    let f = from
    let w = work
    for (let j = 0; j < 4; j++) {
      const d0 = v128.load(f), e0 = v128.load(f, 16)
      const d1 = v128.load(f + row), e1 = v128.load(f + row, 16)
      const d2 = v128.load(f + 2 * row), e2 = v128.load(f + 2 * row, 16)
      const d3 = v128.load(f + 3 * row), e3 = v128.load(f + 3 * row, 16)
      v128.store(w, f32x4.sub(e0, e2), 16)
      v128.store(w, f32x4.sub(d0, d2))
      v128.store(w, f32x4.add(e1, e2), 144)
      v128.store(w, f32x4.add(d1, d2), 128)
      v128.store(w, f32x4.sub(e2, e1), 272)
      v128.store(w, f32x4.sub(d2, d1), 256)
      v128.store(w, f32x4.sub(e3, e1), 400)
      v128.store(w, f32x4.sub(d3, d1), 384)
      f += pixel
      w += 32
    }
    let t = to
    w = work
    for (let i = 0; i < 4; i++) {
      const d0 = v128.load(w), e0 = v128.load(w, 16)
      const d1 = v128.load(w, 32), e1 = v128.load(w, 48)
      const d2 = v128.load(w, 64), e2 = v128.load(w, 80)
      const d3 = v128.load(w, 96), e3 = v128.load(w, 112)
      v128.store(t, f32x4.sub(e0, e2), 16)
      v128.store(t, f32x4.sub(d0, d2))
      v128.store(t + point, f32x4.add(e1, e2), 16)
      v128.store(t + point, f32x4.add(d1, d2))
      v128.store(t + 2 * point, f32x4.sub(e2, e1), 16)
      v128.store(t + 2 * point, f32x4.sub(d2, d1))
      v128.store(t + 3 * point, f32x4.sub(e3, e1), 16)
      v128.store(t + 3 * point, f32x4.sub(d3, d1))
      w += 128
      t += 4 * point
    }
    from += 32
    to += 32
  }
}

/** As `output_2x2` for `pairs` times 8 channels. `work`: 256 bytes. */
export function output_2x2_wide(
  from: usize, point: usize, pairs: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  for (; pairs > 0; pairs--) {
    let f = from
    let w = work
    for (let j = 0; j < 4; j++) {
      const m0 = v128.load(f), n0 = v128.load(f, 16)
      const m1 = v128.load(f + 4 * point), n1 = v128.load(f + 4 * point, 16)
      const m2 = v128.load(f + 8 * point), n2 = v128.load(f + 8 * point, 16)
      const m3 = v128.load(f + 12 * point), n3 = v128.load(f + 12 * point, 16)
      v128.store(w, f32x4.add(n0, f32x4.add(n1, n2)), 16)
      v128.store(w, f32x4.add(m0, f32x4.add(m1, m2)))
      v128.store(w, f32x4.add(f32x4.sub(n1, n2), n3), 144)
      v128.store(w, f32x4.add(f32x4.sub(m1, m2), m3), 128)
      f += point
      w += 32
    }
    const start = v128.load(bias), upStart = v128.load(bias, 16)
    let t = to
    w = work
    for (let i = 0; i < 2; i++) {
      const m0 = v128.load(w), n0 = v128.load(w, 16)
      const m1 = v128.load(w, 32), n1 = v128.load(w, 48)
      const m2 = v128.load(w, 64), n2 = v128.load(w, 80)
      const m3 = v128.load(w, 96), n3 = v128.load(w, 112)
      v128.store(t, f32x4.add(f32x4.add(upStart, n0), f32x4.add(n1, n2)), 16)
      v128.store(t, f32x4.add(f32x4.add(start, m0), f32x4.add(m1, m2)))
      v128.store(t + pixel, f32x4.add(f32x4.add(upStart, n3), f32x4.sub(n1, n2)), 16)
      v128.store(t + pixel, f32x4.add(f32x4.add(start, m3), f32x4.sub(m1, m2)))
      w += 128
      t += row
    }
    from += 32
    to += 32
    bias += 32
  }
}
