import { BinaryCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'

/** Elements in one work item, as `BINARY_BLOCK` in command.ts. */
const BLOCK: i32 = 1024

const VECTOR_VECTOR: i32 = 0
export const VECTOR_SCALAR: i32 = 1
export const SCALAR_VECTOR: i32 = 2

/** Rows of so many elements cost little to walk beside the work on them. */
const LONG: i32 = 256
// Where a command with longer rows lies in the scratch memory, and the row that it meets again and again; kernels use what is in front.
const LONGER: usize = 1024
const REPEATED: usize = 2048

/**
 * Of elements of 4 bytes: for short rows of one operand that all meet the same row of the other, as a bias, the same command with rows of many
 * of them; any other command as it is.
 */
function withLongRows(cmd: usize, items: i32): usize {
  const c = changetype<BinaryCmd>(cmd)
  const row = c.row
  if (row >= LONG || c.rank != 1 || c.mode != VECTOR_VECTOR) return cmd
  const repeatsB = c.strideB(0) == 0
  // A command of one item, of a chain, is done before many rows have paid.
  const long = ((items == 1 ? LONG / 2 : BLOCK) / row + 1) * row
  const longer = changetype<BinaryCmd>(scratch + LONGER)
  memory.copy(scratch + LONGER, cmd, offsetof<BinaryCmd>())
  const repeated = scratch + REPEATED
  const bytes = <usize>long << 2
  let done = <usize>row << 2
  copyBytes(repeated, repeatsB ? c.b : c.a, done)
  while (done < bytes) {
    const more = min(done, bytes - done)
    copyBytes(repeated + done, repeated, more)
    done += more
  }
  longer.row = long
  longer.size0 = c.n / long + 1
  if (repeatsB) {
    longer.b = repeated
    longer.strideA0 = long
  } else {
    longer.a = repeated
    longer.strideB0 = long
  }
  return scratch + LONGER
}

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
  const c = changetype<BinaryCmd>(shift == 2 ? withLongRows(cmd, end - begin) : cmd)
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
