import { BinaryCmd } from '../generated/commands.as'

/** Elements in one work item, as `BINARY_BLOCK` in command.ts. */
const BLOCK: i32 = 1024

const VECTOR_VECTOR: i32 = 0
export const VECTOR_SCALAR: i32 = 1
export const SCALAR_VECTOR: i32 = 2

/**
 * Calls `f(a, b, y, n, mode)` for each row, or part of a row, in the work items [begin, end): `n` elements, pointers to the
 * first of each operand. An element of a and b takes 2^`shift` bytes, one of y 2^`shiftY`.
 */
// @ts-ignore: decorator
@inline
export function walk(
  cmd: usize, begin: i32, end: i32, shift: usize, shiftY: usize,
  f: (a: usize, b: usize, y: usize, n: i32, mode: i32) => void
): void {
  const c = changetype<BinaryCmd>(cmd)
  const row = c.row
  const last = min(end * BLOCK, c.n)
  let at = begin * BLOCK
  if (at >= last) return
  let index = at / row
  let column = at - index * row
  while (at < last) {
    let a = 0
    let b = 0
    let rest = index
    for (let d = 0; d < c.rank; d++) {
      const size = c.size(d)
      const outer = rest / size
      const i = rest - outer * size
      a += i * c.strideA(d)
      b += i * c.strideB(d)
      rest = outer
    }
    const n = min(row - column, last - at)
    if (c.mode != SCALAR_VECTOR) a += column
    if (c.mode != VECTOR_SCALAR) b += column
    f(c.a + (<usize>a << shift), c.b + (<usize>b << shift), c.y + (<usize>at << shiftY), n, c.mode)
    at += n
    column = 0
    index++
  }
}
