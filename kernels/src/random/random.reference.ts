/** How far normal numbers may be off, relative to the standard deviation. */
export const NORMAL_ERROR = 3e-6

const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57]
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85]
const ATTEMPTS = 32

/** Four words of Philox4x32-10, of a counter of four words and a key of two. */
export function philoxReference(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = product(MULTIPLIERS[0], c0)
    const [high1, low1] = product(MULTIPLIERS[1], c2)
    const next = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0]
    ;[c0, c1, c2, c3] = next.map((word) => word >>> 0)
    k0 = (k0 + KEY_STEPS[0]) >>> 0
    k1 = (k1 + KEY_STEPS[1]) >>> 0
  }
  return [c0, c1, c2, c3]
}

function product(a: number, b: number): [high: number, low: number] {
  const p = BigInt(a) * BigInt(b)
  return [Number(p >> 32n), Number(p & 0xffffffffn)]
}

interface Draw {
  /** Two words of a seed, and a count in two words. */
  state: readonly number[]
  stream: number
  a: number
  b: number
}

type Reference = (i: number, draw: Draw) => number

/** Number i of a draw. */
export const randomReference: Record<string, Reference> = {
  random_uniform_f32: (i, { a, b, ...draw }) => {
    const u = (wordsOf(i, draw)[wordOf(i)] >>> 8) / 2 ** 24
    return Math.fround(Math.fround(a) + Math.fround(Math.fround(b) * u))
  },
  random_uniform_i32: (i, { a, b, ...draw }) => {
    const v = a + b * (wordsOf(i, draw)[wordOf(i)] / 2 ** 32)
    return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(v) + 0))
  },
  random_normal_f32: (i, { a, b, ...draw }) => a + b * normal(i, draw),
  random_truncated_f32: (i, { a, b, ...draw }) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const z = normal(i, draw, attempt)
      if (Math.abs(z) <= 2) return a + b * z
    }
    throw new Error(`number ${i} is further than 2 deviations away, ${ATTEMPTS} times`)
  },
}

/** Of 16 numbers, vector j of four holds word j of four counters, one in each lane. */
const wordOf = (i: number) => (i >> 2) & 3

function wordsOf(i: number, { state, stream }: Omit<Draw, 'a' | 'b'>, attempt = 0): number[] {
  const block = (i >> 4) * 4 + (i & 3)
  return philoxReference([block, stream * ATTEMPTS + attempt, state[2], state[3]], state)
}

function normal(i: number, draw: Omit<Draw, 'a' | 'b'>, attempt = 0): number {
  const words = wordsOf(i, draw, attempt)
  const pair = wordOf(i) & 2
  const u = Math.fround(Math.fround(Math.fround(words[pair]) / 2 ** 32) + 2 ** -33)
  const turn = words[pair + 1]
  const angle = ((turn << 2) * Math.PI) / 2 ** 33 + ((turn >>> 30) * Math.PI) / 2
  return Math.sqrt(-2 * Math.log(u)) * (wordOf(i) & 1 ? Math.sin(angle) : Math.cos(angle))
}
