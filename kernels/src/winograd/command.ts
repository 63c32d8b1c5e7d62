import { MACS_PER_NS } from '../gemm/command.ts'
import { family } from '../runtime/command.ts'

// A convolution by Winograd's method F(size x size, taps x taps), where size + taps is 5 or, for 6 points a side, 7. y is cut into tiles of
// size x size pixels, numbered row by row through the batch, `tilesHigh` x `tilesWide` an image.
//
// A convolution of stride 2 is one of stride 1 over cells of 2x2 pixels, whose numbers (row, column, channel) are its channels, by a
// filter of ceil(filterHeight / 2) x ceil(filterWidth / 2) taps; with stride 1 a cell is a pixel. A tile sees (size + taps - 1)^2 =
// `points` cells of x, and `depth` = stride * stride * inChannels numbers of each. Its gradient at x is one of stride 1 of dy, by the taps turned, whose `columns` = outStride * outStride *
// outChannels numbers are cells of y. Images are NHWC and dense. The numbers of channels are
// those of x and y, whichever way the filter is read.

/** Nanoseconds that a number of the transformed filter, and of a transformed tile, take. */
const FILTER_NS = 0.3
const TILE_NS = 0.15

const points = ({ size }: { size: number }) => (size === 2 ? 16 : 36)
const columns = (f: { outStride: number; outChannels: number }) => f.outStride * f.outStride * f.outChannels
const depth = (f: { stride: number; inChannels: number }) => f.stride * f.stride * f.inChannels

/**
 * The filter [filterHeight, filterWidth, inChannels, outChannels] transformed, a matrix of `depth` rows for each point, `panelsStep` bytes from
 * one to the next, in panels of 8 columns as `gemm_pack_b_f32` makes them. One item is one panel of all points; there are ceil(columns / 8).
 * `flipped`: the filter is stored with outChannels before inChannels and turned by 180 degrees, as a gradient needs it.
 */
export const winogradFilter = family(
  'WinogradFilter',
  ['winograd_filter_f32'],
  {
    filter: 'ptr',
    panels: 'out',
    filterHeight: 'i32',
    filterWidth: 'i32',
    inChannels: 'i32',
    outChannels: 'i32',
    panelsStep: 'i32',
    size: 'i32',
    stride: 'i32',
    outStride: 'i32',
    flipped: 'i32',
  },
  (f) => points(f) * depth(f) * 8 * FILTER_NS,
)

/**
 * v[point, tile, depth] = what tiles [firstTile, firstTile + items) see of x, transformed; what lies outside x is 0. A row
 * of v takes `rowStep` bytes, a multiple of 16; a point takes `pointStep`. One item is one tile. `wide`: in 256-bit operations.
 */
export const winogradInput = family(
  'WinogradInput',
  ['winograd_input_f32_nhwc'],
  {
    x: 'ptr',
    v: 'out',
    inHeight: 'i32',
    inWidth: 'i32',
    inChannels: 'i32',
    padTop: 'i32',
    padLeft: 'i32',
    tilesHigh: 'i32',
    tilesWide: 'i32',
    size: 'i32',
    stride: 'i32',
    firstTile: 'i32',
    rowStep: 'i32',
    pointStep: 'i32',
    wide: 'i32',
  },
  (f) => points(f) * depth(f) * TILE_NS,
)

/**
 * Tiles [firstTile, firstTile + tiles) of y = act(bias + the inverse transform of v[point] . panels[point]); `panels` and `v` as
 * made by the kernels above, bias 0 for none, `activation`, `leak`, `slope` and `tables` those of `gemm`. One item is `rowBlock` tiles for
 * `columnBlock` columns, a multiple of 8; the tiles' blocks vary fastest. `depthBlock` numbers of a cell are summed up at once. With
 * outStride 2 the columns are cells of y, whose first begins `outTop` rows above it and `outLeft` columns left of it.
 */
export const winogradOutput = family(
  'WinogradOutput',
  ['winograd_output_f32_nhwc'],
  {
    v: 'ptr',
    panels: 'ptr',
    bias: 'ptr',
    y: 'out',
    outHeight: 'i32',
    outWidth: 'i32',
    outChannels: 'i32',
    outStride: 'i32',
    outTop: 'i32',
    outLeft: 'i32',
    depth: 'i32',
    tilesHigh: 'i32',
    tilesWide: 'i32',
    size: 'i32',
    firstTile: 'i32',
    tiles: 'i32',
    rowStep: 'i32',
    pointStep: 'i32',
    panelsStep: 'i32',
    rowBlock: 'i32',
    columnBlock: 'i32',
    depthBlock: 'i32',
    tileRows: 'i32',
    activation: 'i32',
    leak: 'f32',
    slope: 'ptr',
    tables: 'ptr',
  },
  (f) =>
    points(f) * Math.min(f.rowBlock, f.tiles) * Math.min(f.columnBlock, columns(f)) * (f.depth / MACS_PER_NS + TILE_NS),
)
