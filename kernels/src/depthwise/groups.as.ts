import { hsum } from '../runtime/simd.as'

/** y[c] = x[c * size] + ... + x[c * size + size - 1] for c in [0, count). */
export function sum_groups_f32(x: usize, y: usize, count: i32, size: i32): void {
  const end = y + (<usize>count << 2)
  if (size == 2) {
    for (; y + 16 <= end; y += 16) {
      const v = v128.load(x), w = v128.load(x, 16)
      v128.store(y, f32x4.add(v128.shuffle<f32>(v, w, 0, 2, 4, 6), v128.shuffle<f32>(v, w, 1, 3, 5, 7)))
      x += 32
    }
  } else if (size > 0 && (size & 3) == 0) {
    for (; y < end; y += 4) {
      let sum = v128.load(x)
      for (let i = 4; i < size; i += 4) sum = f32x4.add(sum, v128.load(x + (<usize>i << 2)))
      store<f32>(y, hsum(sum))
      x += <usize>size << 2
    }
  }
  for (; y < end; y += 4) {
    let sum: f32 = 0
    for (let i = 0; i < size; i++) {
      sum += load<f32>(x)
      x += 4
    }
    store<f32>(y, sum)
  }
}
