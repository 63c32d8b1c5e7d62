import { CopyCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { strided32, strided8 } from './strided.as'

/** Calls body(c, src, dst, first, count) for the blocks [begin, end): elements [first, first + count) of the row at src, dst. */
// @ts-ignore: decorator
@inline
function eachBlock(
  c: CopyCmd,
  begin: i32,
  end: i32,
  body: (c: CopyCmd, src: usize, dst: usize, first: i32, count: i32) => void,
): void {
  const blocks = c.blocks
  for (let item = begin; item < end; item++) {
    const row = item / blocks
    const first = (item - row * blocks) * c.block
    let src = c.src
    let dst = c.dst
    let rest = row
    for (let d = c.rank - 1; d >= 0; d--) {
      const outer = rest / c.size(d)
      const i = rest - outer * c.size(d)
      src += i * c.from(d)
      dst += i * c.to(d)
      rest = outer
    }
    body(c, src, dst, first, <i32>min(<u32>c.block, <u32>c.n - <u32>first))
  }
}

/** Calls body(src, dst, n, fromStep, toStep) for the rows [begin, end). */
// @ts-ignore: decorator
@inline
function eachRow(
  c: CopyCmd,
  begin: i32,
  end: i32,
  body: (src: usize, dst: usize, n: i32, fromStep: i32, toStep: i32) => void,
): void {
  if (begin >= end) return
  const n = c.n
  const fromStep = c.fromStep
  const toStep = c.toStep
  const last = c.rank - 1
  const size = c.size(last)
  const from = c.from(last)
  const to = c.to(last)
  let src = c.src
  let dst = c.dst
  // The coordinates of the row stand in the scratch memory, but for the last one.
  let rest = begin / size
  let i = begin - rest * size
  src += i * from
  dst += i * to
  for (let d = last - 1; d >= 0; d--) {
    const outer = rest / c.size(d)
    const index = rest - outer * c.size(d)
    store<i32>(scratch + (<usize>d << 2), index)
    src += index * c.from(d)
    dst += index * c.to(d)
    rest = outer
  }
  let left = end - begin
  while (true) {
    let count = min(size - i, left)
    left -= count
    for (; count > 0; count--) {
      body(src, dst, n, fromStep, toStep)
      src += from
      dst += to
    }
    if (left == 0) return
    src -= size * from
    dst -= size * to
    i = 0
    for (let d = last - 1; d >= 0; d--) {
      src += c.from(d)
      dst += c.to(d)
      const index = load<i32>(scratch + (<usize>d << 2)) + 1
      if (index < c.size(d)) {
        store<i32>(scratch + (<usize>d << 2), index)
        break
      }
      store<i32>(scratch + (<usize>d << 2), 0)
      src -= index * c.from(d)
      dst -= index * c.to(d)
    }
  }
}

export function copy_rows(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<CopyCmd>(cmd)
  if (c.blocks > 1)
    eachBlock(c, begin, end, (c, src, dst, first, count) => {
      memory.copy(dst + <usize>first, src + <usize>first, <usize>count)
    })
  else eachRow(c, begin, end, (src, dst, n, fromStep, toStep) => copyBytes(dst, src, <usize>n))
}

export function copy_strided_8(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<CopyCmd>(cmd)
  if (c.blocks > 1)
    eachBlock(c, begin, end, (c, src, dst, first, count) => {
      strided8(src + first * c.fromStep, dst + first * c.toStep, count, c.fromStep, c.toStep)
    })
  else eachRow(c, begin, end, (src, dst, n, fromStep, toStep) => strided8(src, dst, n, fromStep, toStep))
}

export function copy_strided_32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<CopyCmd>(cmd)
  if (c.blocks > 1)
    eachBlock(c, begin, end, (c, src, dst, first, count) => {
      strided32(src + first * c.fromStep, dst + first * c.toStep, count, c.fromStep, c.toStep)
    })
  else eachRow(c, begin, end, (src, dst, n, fromStep, toStep) => strided32(src, dst, n, fromStep, toStep))
}
