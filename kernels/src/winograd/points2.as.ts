// F(2x2, 3x3) with the points 0, 1, -1 and infinity; the functions are those of points4.as.ts.

/** to[point] = B' d B, where d are 4x4 pixels. `work`: 256 bytes. */
export function input_2x2(from: usize, row: usize, pixel: usize, vectors: i32, to: usize, point: usize, work: usize): void {
  for (; vectors > 0; vectors--) {
    let f = from
    let w = work
    for (let j = 0; j < 4; j++) {
      const d0 = v128.load(f), d1 = v128.load(f + row), d2 = v128.load(f + 2 * row), d3 = v128.load(f + 3 * row)
      v128.store(w, f32x4.sub(d0, d2))
      v128.store(w, f32x4.add(d1, d2), 64)
      v128.store(w, f32x4.sub(d2, d1), 128)
      v128.store(w, f32x4.sub(d3, d1), 192)
      f += pixel
      w += 16
    }
    let t = to
    w = work
    for (let i = 0; i < 4; i++) {
      const d0 = v128.load(w), d1 = v128.load(w, 16), d2 = v128.load(w, 32), d3 = v128.load(w, 48)
      v128.store(t, f32x4.sub(d0, d2))
      v128.store(t + point, f32x4.add(d1, d2))
      v128.store(t + 2 * point, f32x4.sub(d2, d1))
      v128.store(t + 3 * point, f32x4.sub(d3, d1))
      w += 64
      t += 4 * point
    }
    from += 16
    to += 16
  }
}

/** to = bias + A' m A, 2x2 pixels, where m are 16 points. `work`: 128 bytes. */
export function output_2x2(
  from: usize, point: usize, vectors: i32, bias: usize, to: usize, row: usize, pixel: usize, work: usize,
): void {
  for (; vectors > 0; vectors--) {
    let f = from
    let w = work
    for (let j = 0; j < 4; j++) {
      const m1 = v128.load(f + 4 * point), m2 = v128.load(f + 8 * point)
      v128.store(w, f32x4.add(v128.load(f), f32x4.add(m1, m2)))
      v128.store(w, f32x4.add(f32x4.sub(m1, m2), v128.load(f + 12 * point)), 64)
      f += point
      w += 16
    }
    const start = v128.load(bias)
    let t = to
    w = work
    for (let i = 0; i < 2; i++) {
      const m1 = v128.load(w, 16), m2 = v128.load(w, 32)
      v128.store(t, f32x4.add(f32x4.add(start, v128.load(w)), f32x4.add(m1, m2)))
      v128.store(t + pixel, f32x4.add(f32x4.add(start, v128.load(w, 48)), f32x4.sub(m1, m2)))
      w += 64
      t += row
    }
    from += 16
    to += 16
    bias += 16
  }
}

/** to[point] = G g G' for 4 columns, where g are 3x3 vectors. `work`: 192 bytes. */
export function filter_2x2(from: usize, tap: usize, to: usize, point: usize, work: usize): void {
  let f = from
  let w = work
  for (let j = 0; j < 3; j++) {
    filterPoints(v128.load(f), v128.load(f + 3 * tap), v128.load(f + 6 * tap), w, 48)
    f += tap
    w += 16
  }
  w = work
  for (let i = 0; i < 4; i++) {
    filterPoints(v128.load(w), v128.load(w, 16), v128.load(w, 32), to, point)
    w += 48
    to += 4 * point
  }
}

function filterPoints(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const half = f32x4.splat(0.5)
  const even = f32x4.mul(half, f32x4.add(g0, g2)), odd = f32x4.mul(half, g1)
  v128.store(to, g0)
  v128.store(to + step, f32x4.add(even, odd))
  v128.store(to + 2 * step, f32x4.sub(even, odd))
  v128.store(to + 3 * step, g2)
}
