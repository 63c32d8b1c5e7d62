import { tile_f32_1x8 } from '../gemm/tile_low.as'
import { scratch } from '../runtime/scratch.as'
import { fma } from '../runtime/simd.as'

let backwards = false

/**
 * Whether to walk a matrix from its last panels to its first ones: in turn. Of one that is larger than the second-level cache, what was read last
 * is still there for the way back, but nothing would be for the same way again. Sums are the same either way.
 */
export function turn(): bool {
  backwards = !backwards
  return backwards
}

/** y[n] += x[k] . M, where M is in panels of 8 columns, one behind the other, as `packB` makes them; what lies behind column n is 0. */
export function panels(n: i32, k: i32, x: usize, m: usize, y: usize): void {
  const step = <usize>k << 5
  const whole = n & ~31
  fourPanels(whole, k, x, m, y, y, backwards)
  m += (<usize>whole >> 3) * step
  y += <usize>whole << 2
  n -= whole
  for (; n >= 8; n -= 8) {
    tile_f32_1x8(k, x, m, 32, y, y)
    m += step
    y += 32
  }
  if (n > 0) {
    const zero = f32x4.splat(0)
    v128.store(scratch, zero, 16)
    v128.store(scratch, zero)
    tile_f32_1x8(k, x, m, 32, scratch, scratch)
    for (let i: usize = 0; i < <usize>n << 2; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(scratch + i))
  }
}

/**
 * c[columns] = init + a[k] . B, for whole groups of four panels; null for init stands for zeros, and init may be c. With fewer sums at once
 * the chain of multiply-adds would wait for itself, and each number of a is read once for 32 columns. `back`: from the last group to the first.
 */
export function fourPanels(columns: i32, k: i32, a: usize, b: usize, init: usize, c: usize, back: bool): void {
  const panel = <usize>k << 5
  const end = a + (<usize>k << 2)
  let bStep = 4 * panel, cStep: usize = 128
  if (back) {
    const last = <usize>(columns - 32) << 2
    b += last * <usize>k
    c += last
    if (init) init += last
    bStep = -bStep
    cStep = -cStep
  }
  for (; columns > 0; columns -= 32) {
    let c0 = f32x4.splat(0)
    let c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
    if (init) {
      c0 = v128.load(init)
      c1 = v128.load(init, 16)
      c2 = v128.load(init, 32)
      c3 = v128.load(init, 48)
      c4 = v128.load(init, 64)
      c5 = v128.load(init, 80)
      c6 = v128.load(init, 96)
      c7 = v128.load(init, 112)
      init += cStep
    }
    let b0 = b
    let b1 = b + panel
    let b2 = b1 + panel
    let b3 = b2 + panel
    for (let p = a; p < end; p += 4) {
      const x = v128.load32_splat(p)
      c0 = fma(x, v128.load(b0), c0)
      c1 = fma(x, v128.load(b0, 16), c1)
      c2 = fma(x, v128.load(b1), c2)
      c3 = fma(x, v128.load(b1, 16), c3)
      c4 = fma(x, v128.load(b2), c4)
      c5 = fma(x, v128.load(b2, 16), c5)
      c6 = fma(x, v128.load(b3), c6)
      c7 = fma(x, v128.load(b3, 16), c7)
      b0 += 32
      b1 += 32
      b2 += 32
      b3 += 32
    }
    v128.store(c, c1, 16)
    v128.store(c, c0)
    v128.store(c, c3, 48)
    v128.store(c, c2, 32)
    v128.store(c, c5, 80)
    v128.store(c, c4, 64)
    v128.store(c, c7, 112)
    v128.store(c, c6, 96)
    b += bStep
    c += cStep
  }
}
