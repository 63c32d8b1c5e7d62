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

/**
 * The gradient of interpolation: dx = what each pixel of x owes to those of dy, which is [batch, .., width, channels]. `rows` and `cols`
 * are those of `resize`, for the rows and columns of dy; the nearest pixel is a fraction of 0 between it and itself. `ranges` holds, for each of the
 * `height` rows of x, the first row of dy that reads it and the one behind the last: two i32. A row of dx takes `row` bytes, an image of dy
 * `image`. One item is one row of dx.
 */
export const resizeGrad = family(
  'ResizeGrad',
  ['resize_grad_f32'],
  {
    dy: 'ptr',
    dx: 'out',
    rows: 'ptr',
    cols: 'ptr',
    ranges: 'ptr',
    row: 'i32',
    image: 'i32',
    height: 'size',
    width: 'size',
    channels: 'size',
  },
  ({ row, width, channels }) => row / 16 + width * (3 + channels),
)

/**
 * y[b, r, c] = x[b, rows[r], cols[c]], pixels of `pixel` bytes: `rows` holds the byte offset of a row in an image for each of the `height`
 * rows of y, `cols` that of a pixel in a row for each of its `width` columns (u32); an image of x takes `image` bytes. One item is one
 * row of y; rows that follow each other and are alike are made once and copied.
 */
export const resizeNearest = family(
  'ResizeNearest',
  ['resize_nearest'],
  {
    x: 'ptr',
    y: 'out',
    rows: 'ptr',
    cols: 'ptr',
    image: 'size',
    height: 'size',
    width: 'size',
    pixel: 'size',
  },
  ({ width, pixel }) => width * (1 + pixel / 40),
)
