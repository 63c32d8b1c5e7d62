import { CheckCmd } from '../generated/commands.as'

export function check_range_i32(cmd: usize, begin: i32, end: i32): void {
  if (begin >= end) return
  const c = changetype<CheckCmd>(cmd)
  const found = c.found
  const dim = <u32>c.dim
  store<i64>(found, 0)
  const last = c.indices + (<usize>c.n << 2)
  for (let p = c.indices; p < last; p += 4) {
    const index = load<u32>(p)
    if (index < dim) continue
    store<i32>(found, 1)
    store<u32>(found, index, 4)
    return
  }
}
