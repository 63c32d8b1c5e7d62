import { family } from '../runtime/command.ts'

/**
 * y is x with borders of a constant. All sizes are bytes along the last dimension and elements along the outer ones:
 * a row of y is `before` bytes of border, `inside` bytes of x, then border up to `row` bytes. Over the `rank` (0 to 5) outer dimensions, a row
 * of y at index i lies in x when low <= i < low + from in each. `pattern` is the constant's 4 bytes (for 1-byte elements, the byte
 * four times). One item is one row of y.
 */
export const pad = family(
  'Pad',
  ['pad_rows'],
  {
    x: 'ptr',
    y: 'out',
    row: 'i32',
    before: 'i32',
    inside: 'i32',
    pattern: 'i32',
    rank: 'size',
    size: 'i32x5',
    low: 'i32x5',
    from: 'i32x5',
  },
  ({ row }) => 10 + row / 10,
)
