import { family } from '../runtime/command.ts'

/**
 * y[r, j] = exp(x[r, j] - max of row r) / (sum of the row's exponentials). x and y are dense [rows, columns] f32 and may be the
 * same. Exponentials below 2^-126 count as 0. A row with NaN, with +Infinity or with nothing but -Infinity gives NaN. One item is one row; columns >= 1.
 */
export const softmax = family(
  'Softmax',
  ['softmax_f32'],
  { x: 'ptr', y: 'out', columns: 'size' },
  ({ columns }) => 10 + columns,
)
