import { ScatterCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'

export function scatter_rows(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ScatterCmd>(cmd)
  const run = <usize>c.run
  const step = <usize>c.step
  const first = begin * c.block
  const last = min(end * c.block, c.segments)
  if (first >= last) return
  const count = <u32>(last - first)
  const base = c.y + <usize>first * run
  let x = c.x
  const idsEnd = c.ids + (<usize>c.n << 2)
  for (let p = c.ids; p < idsEnd; p += 4) {
    const s = <u32>(load<i32>(p) - first)
    if (s < count) {
      const y = base + <usize>s * run
      if (run == 4) store<i32>(y, load<i32>(x))
      else copyBytes(y, x, run)
    }
    x += step
  }
}
