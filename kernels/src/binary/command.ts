import { family } from '../runtime/command.ts'

/** Elements of y in one work item. */
export const BINARY_BLOCK = 1024

/** These take some nanoseconds for an element. */
const SLOW = /^(pow|mod|floor_div|elu)_/

/** Dimensions around a row. */
export const OUTER_RANK = 5

/** How a row takes its operands: both element by element, or one of them as a single number. */
export const VECTOR_VECTOR = 0
export const VECTOR_SCALAR = 1
export const SCALAR_VECTOR = 2

/**
 * y = op(a, b) with broadcasting. y is contiguous: `n` elements in rows of `row` elements. The rows are walked over `rank`
 * dimensions of `size` (innermost first), in which a and b advance by `strideA` and `strideB` elements; `mode` is one of the
 * three above. One item is `BINARY_BLOCK` elements of y. y may be a or b where that has the shape of y.
 *
 * _f32 and _i32 name the type of a and b. The result has that type, or is a byte (0 or 1) for comparisons and logical
 * operations (which take bytes too, as _u8 does), or i32 for floor_div_*.
 */
export const binary = family(
  'Binary',
  [
    'add_f32',
    'sub_f32',
    'mul_f32',
    'div_f32',
    'maximum_f32',
    'minimum_f32',
    'squared_difference_f32',
    'prelu_f32',
    'elu_grad_f32',
    'pow_f32',
    'mod_f32',
    'floor_div_f32',
    'equal_f32',
    'not_equal_f32',
    'greater_f32',
    'greater_equal_f32',
    'less_f32',
    'less_equal_f32',
    'add_i32',
    'sub_i32',
    'mul_i32',
    'maximum_i32',
    'minimum_i32',
    'squared_difference_i32',
    'mod_i32',
    'floor_div_i32',
    'equal_i32',
    'not_equal_i32',
    'greater_i32',
    'greater_equal_i32',
    'less_i32',
    'less_equal_i32',
    'logical_and',
    'logical_or',
    'equal_u8',
    'not_equal_u8',
  ],
  {
    a: 'ptr',
    b: 'ptr',
    y: 'out',
    n: 'size',
    row: 'i32',
    mode: 'i32',
    rank: 'size',
    size: 'i32x5',
    strideA: 'i32x5',
    strideB: 'i32x5',
  },
  (_, kernel) => (SLOW.test(kernel) ? 6 : 0.3) * BINARY_BLOCK,
)
