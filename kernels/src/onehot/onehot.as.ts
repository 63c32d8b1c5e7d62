import { OneHotCmd } from '../generated/commands.as'
import { fillBytes } from '../runtime/bytes.as'

/** `ONEHOT_BLOCK` of command.ts. */
const BLOCK: i32 = 64

// @ts-ignore: decorator
@inline
function oneHot<T>(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<OneHotCmd>(cmd)
  const depth = c.depth
  const row = <usize>depth * sizeof<T>()
  const first = begin * BLOCK
  const last = min(end * BLOCK, c.n)
  if (first >= last) return
  let y = c.y + <usize>first * row
  fillBytes(y, <usize>(last - first) * row, c.off)
  const on = <T>c.on
  for (let i = first; i < last; i++) {
    const index = load<u32>(c.indices + (<usize>i << 2))
    if (index < <u32>depth) store<T>(y + <usize>index * sizeof<T>(), on)
    y += row
  }
}

export function onehot_8(cmd: usize, begin: i32, end: i32): void {
  oneHot<u8>(cmd, begin, end)
}

export function onehot_32(cmd: usize, begin: i32, end: i32): void {
  oneHot<i32>(cmd, begin, end)
}
