import { family } from '../runtime/command.ts'

/**
 * For each of `rows` rows of `n` numbers the `k` (1 to n) largest, the largest first, and where in the row they are; of equal numbers
 * the first comes first, NaN comes last. `values` and `indices` (i32) are [rows, k]. One item is one row.
 */
export const topK = family(
  'TopK',
  ['topk_f32_rows'],
  { x: 'ptr', values: 'out', indices: 'out', n: 'size', k: 'size' },
  ({ n, k }) => n / 2 + 4 * k * (1 + Math.log2(n / k)),
)
