/** From here on the engine's own copy and fill beat a loop of 16-byte moves. */
const LONG: usize = 256

/** Copies `n` bytes from `src` to `dst`, which do not overlap. */
// @ts-ignore: decorator
@inline
export function copyBytes(dst: usize, src: usize, n: usize): void {
  if (n >= 16) {
    if (n >= LONG) {
      memory.copy(dst, src, n)
      return
    }
    const last = n - 16
    for (let i: usize = 0; i < last; i += 16) v128.store(dst + i, v128.load(src + i))
    // Ends at the last byte and so may copy again what the loop has copied.
    v128.store(dst + last, v128.load(src + last))
    return
  }
  if (n >= 8) {
    const head = load<u64>(src)
    store<u64>(dst + n - 8, load<u64>(src + n - 8))
    store<u64>(dst, head)
  } else if (n >= 4) {
    const head = load<u32>(src)
    store<u32>(dst + n - 4, load<u32>(src + n - 4))
    store<u32>(dst, head)
  } else {
    for (let i: usize = 0; i < n; i++) store<u8>(dst + i, load<u8>(src + i))
  }
}

/** Fills `n` bytes at `p` with a 4-byte pattern; where `n` is no multiple of 4, all bytes of the pattern must be equal. */
// @ts-ignore: decorator
@inline
export function fillBytes(p: usize, n: usize, pattern: i32): void {
  if (n >= LONG && <u32>pattern == (<u32>pattern & 255) * 0x01010101) {
    memory.fill(p, <u8>pattern, n)
    return
  }
  const end = p + n
  if (n >= 16) {
    const v = i32x4.splat(pattern)
    const last = end - 16
    for (; p < last; p += 16) v128.store(p, v)
    // A multiple of 4 behind what is filled, unless the bytes are all equal.
    v128.store(last, v)
    return
  }
  for (; p + 4 <= end; p += 4) store<i32>(p, pattern)
  for (; p < end; p++) store<u8>(p, <u8>pattern)
}
