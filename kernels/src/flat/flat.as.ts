import { FlatIndicesCmd } from '../generated/commands.as'

/** `FLAT_BLOCK` of command.ts. */
const BLOCK: i32 = 256

export function flat_indices(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<FlatIndicesCmd>(cmd)
  const rank = c.rank
  const last = min(end * BLOCK, c.n)
  const first = begin * BLOCK
  let p = c.indices + ((<usize>first * <usize>rank) << 2)
  let y = c.y + (<usize>first << 2)
  for (let i = first; i < last; i++) {
    let sum = 0
    let inside = true
    for (let j = 0; j < rank; j++) {
      const index = load<i32>(p)
      inside = inside && <u32>index < <u32>c.shape(j)
      sum += index * c.strides(j)
      p += 4
    }
    store<i32>(y, inside ? sum : -1 - i)
    y += 4
  }
}
