import { family } from '../runtime/command.ts'

/**
 * Looks for the first of `n` int32 `indices` that is not in [0, dim). `found`, two words: 1 and that index, or 0 and 0 where all
 * are. For captured functions, where JavaScript does not see the indices. There is one item.
 */
export const check = family(
  'Check',
  ['check_range_i32'],
  { indices: 'ptr', found: 'out', n: 'size', dim: 'size' },
  ({ n }) => n,
)
