import { SegmentSumCmd } from '../generated/commands.as'

// @ts-ignore: decorator
@inline
function segmentSum<T>(cmd: usize, begin: i32, end: i32, add: (a: v128, b: v128) => v128): void {
  const c = changetype<SegmentSumCmd>(cmd)
  const width = c.width
  const row = <usize>width << 2
  const first = begin * c.block
  const last = min(end * c.block, c.segments)
  if (first >= last) return
  const count = <u32>(last - first)
  const base = c.y + <usize>first * row
  memory.fill(base, 0, <usize>count * row)
  let x = c.x
  const idsEnd = c.ids + (<usize>c.n << 2)
  for (let p = c.ids; p < idsEnd; p += 4) {
    const s = <u32>(load<i32>(p) - first)
    if (s < count) {
      const y = base + <usize>s * row
      let at: usize = 0
      for (; at + 16 <= row; at += 16) v128.store(y + at, add(v128.load(y + at), v128.load(x + at)))
      for (; at < row; at += 4) store<T>(y + at, load<T>(y + at) + load<T>(x + at))
    }
    x += row
  }
}

export function segment_sum_f32(cmd: usize, begin: i32, end: i32): void {
  segmentSum<f32>(cmd, begin, end, (a, b) => f32x4.add(a, b))
}

export function segment_sum_i32(cmd: usize, begin: i32, end: i32): void {
  segmentSum<i32>(cmd, begin, end, (a, b) => i32x4.add(a, b))
}
