/** Uniform in [-limit, limit), the same for a seed on every engine (mulberry32). */
export function uniform(length: number, seed: number, limit = 1): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return limit * (((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1)
  })
}
