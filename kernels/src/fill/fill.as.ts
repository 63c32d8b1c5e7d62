import { FillCmd } from '../generated/commands.as'
import { fillBytes } from '../runtime/bytes.as'

/** Bytes in one work item, as `FILL_BLOCK` in command.ts. */
const BLOCK: u32 = 4096

export function fill(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<FillCmd>(cmd)
  const first = <u32>begin * BLOCK
  const last = min(<u32>end * BLOCK, <u32>c.bytes)
  if (first < last) fillBytes(c.y + first, last - first, c.pattern)
}
