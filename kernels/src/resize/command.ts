import { family } from '../runtime/command.ts'

/**
 * Bilinear interpolation of images [batch, .., .., channels]. `rows` and `cols` hold, for each row and column of y, the byte
 * offsets of the two rows of an image, or columns of a row, between which it lies, and how far from the first to the
 * second (f32): 12 bytes each. x ends at `xEnd`; a row of it takes `row` bytes, an image
 * `image`. y has `height` rows of `width` columns. One item is one row of y.
 */
export const resize = family(
  'Resize',
  ['resize_bilinear_f32'],
  {
    x: 'ptr',
    xEnd: 'ptr',
    y: 'out',
    rows: 'ptr',
    cols: 'ptr',
    row: 'i32',
    image: 'i32',
    height: 'size',
    width: 'size',
    channels: 'size',
  },
  ({ width, channels }) => width * (3 + channels),
)
