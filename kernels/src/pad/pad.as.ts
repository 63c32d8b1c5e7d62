import { PadCmd } from '../generated/commands.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'

/** The row of x that belongs to row `item` of y, or -1 where that row is border. */
// @ts-ignore: decorator
@inline
function sourceRow(c: PadCmd, item: i32): i32 {
  let rest = item
  let row = 0
  let stride = 1
  for (let d = c.rank - 1; d >= 0; d--) {
    const outer = rest / c.size(d)
    const i = rest - outer * c.size(d) - c.low(d)
    if (<u32>i >= <u32>c.from(d)) return -1
    row += i * stride
    stride *= c.from(d)
    rest = outer
  }
  return row
}

export function pad_rows(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PadCmd>(cmd)
  const row = <usize>c.row
  const before = <usize>c.before
  const inside = <usize>c.inside
  const pattern = c.pattern
  let y = c.y + row * <usize>begin
  for (let item = begin; item < end; item++) {
    const source = sourceRow(c, item)
    if (source < 0) fillBytes(y, row, pattern)
    else {
      fillBytes(y, before, pattern)
      copyBytes(y + before, c.x + <usize>source * inside, inside)
      fillBytes(y + before + inside, row - before - inside, pattern)
    }
    y += row
  }
}
