import { loadHead, storeHead } from '../runtime/simd.as'

/** The first `count` f32 at `p`, four at most; touches no byte behind them. */
// @ts-ignore: decorator
@inline
export function loadPart(p: usize, count: i32): v128 {
  return count >= 4 ? v128.load(p) : loadHead(p, count)
}

// @ts-ignore: decorator
@inline
export function storePart(p: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(p, v)
  else storeHead(p, v, count)
}

/** The first row of block `item` when `rows` rows are spread evenly over `items` blocks. */
// @ts-ignore: decorator
@inline
export function firstRow(item: i32, items: i32, rows: i32): i32 {
  return <i32>(<i64>item * <i64>rows / <i64>items)
}

/** Copies `bytes` bytes; zeros from null. */
export function copyRow(to: usize, from: usize, bytes: usize): void {
  if (from) memory.copy(to, from, bytes)
  else memory.fill(to, 0, bytes)
}
