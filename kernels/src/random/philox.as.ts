// Philox4x32-10: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC 2011). Four words of a counter and two of
// a key become four words that look random, with no state in between.

const MULTIPLIERS = memory.data<i32>([<i32>0xd2511f53, <i32>0xcd9e8d57])
const KEY_STEP_0: i32 = <i32>0x9e3779b9
const KEY_STEP_1: i32 = <i32>0xbb67ae85
const ROUNDS = 10

/**
 * Stores 16 words at `to`: words j = 0 to 3 of the counters (block + l, stream, count), l = 0 to 3, as vector j. The key and the
 * two words of the count lie at `state`.
 */
export function philox(to: usize, state: usize, block: i32, stream: i32): void {
  const m0 = v128.load32_splat(MULTIPLIERS)
  const m1 = v128.load32_splat(MULTIPLIERS, 4)
  let k0 = load<i32>(state)
  let k1 = load<i32>(state, 4)
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3))
  let c1 = i32x4.splat(stream)
  let c2 = v128.load32_splat(state, 8)
  let c3 = v128.load32_splat(state, 12)
  for (let round = 0; round < ROUNDS; round++) {
    const a = i64x2.extmul_low_i32x4_u(c0, m0), b = i64x2.extmul_high_i32x4_u(c0, m0)
    const c = i64x2.extmul_low_i32x4_u(c2, m1), d = i64x2.extmul_high_i32x4_u(c2, m1)
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(c, d, 1, 3, 5, 7), c1), i32x4.splat(k0))
    c1 = v128.shuffle<i32>(c, d, 0, 2, 4, 6)
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(a, b, 1, 3, 5, 7), c3), i32x4.splat(k1))
    c3 = v128.shuffle<i32>(a, b, 0, 2, 4, 6)
    k0 += KEY_STEP_0
    k1 += KEY_STEP_1
  }
  v128.store(to, c0)
  v128.store(to, c1, 16)
  v128.store(to, c2, 32)
  v128.store(to, c3, 48)
}
