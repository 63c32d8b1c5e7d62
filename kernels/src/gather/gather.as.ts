import { GatherCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'

export function gather_rows(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<GatherCmd>(cmd)
  const n = c.n
  const run = <usize>c.run
  let y = c.y + run * <usize>begin
  let item = begin
  // The items of one (b, o) share their matrix of x and their indices.
  while (item < end) {
    const bo = item / n
    const b = bo / c.outer
    const x = c.x + run * <usize>bo * <usize>c.dim
    const indices = c.indices + (<usize>(b * n) << 2)
    const first = item - bo * n
    const last = min(n, first + end - item)
    if (run == 4) words(x, indices, y, c.dim, first, last)
    else slices(x, indices, y, c.dim, first, last, run)
    y += run * <usize>(last - first)
    item += last - first
  }
}

function words(x: usize, indices: usize, y: usize, dim: i32, first: i32, last: i32): void {
  for (let i = first; i < last; i++) {
    const index = load<u32>(indices + (<usize>i << 2))
    store<i32>(y, index < <u32>dim ? load<i32>(x + (<usize>index << 2)) : 0)
    y += 4
  }
}

function slices(x: usize, indices: usize, y: usize, dim: i32, first: i32, last: i32, run: usize): void {
  for (let i = first; i < last; i++) {
    const index = load<u32>(indices + (<usize>i << 2))
    if (index < <u32>dim) copyBytes(y, x + <usize>index * run, run)
    else memory.fill(y, 0, run)
    y += run
  }
}
