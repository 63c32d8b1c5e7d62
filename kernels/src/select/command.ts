import { family } from '../runtime/command.ts'

/** Elements in one work item. */
export const SELECT_BLOCK = 1024

/**
 * y[i] = condition[i] == 1 ? t[i] : e[i] for i in [0, n). The condition has one byte an element, the others 4 (select_32) or 1
 * (select_8). One item is `SELECT_BLOCK` elements. y may be t or e.
 */
export const select = family(
  'Select',
  ['select_32', 'select_8'],
  {
    condition: 'ptr',
    t: 'ptr',
    e: 'ptr',
    y: 'out',
    n: 'size',
  },
  () => SELECT_BLOCK / 4,
)
