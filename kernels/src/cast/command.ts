import { family } from '../runtime/command.ts'

/** Elements in one work item. */
export const CAST_BLOCK = 1024

/**
 * y[i] = x[i] in another type, for i in [0, n): the first name is the type of x. bool is one byte, 0 or 1. One item is
 * `CAST_BLOCK` elements. x and y do not overlap, unless both have 4 bytes an element and the same address.
 */
export const cast = family(
  'Cast',
  ['cast_f32_i32', 'cast_i32_f32', 'cast_bool_f32', 'cast_bool_i32', 'cast_f32_bool', 'cast_i32_bool'],
  { x: 'ptr', y: 'out', n: 'size' },
  () => CAST_BLOCK / 4,
)
