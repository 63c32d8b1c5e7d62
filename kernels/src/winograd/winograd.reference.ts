import { conv2dInputGradReference, conv2dReference, type Expected } from '../conv2d/conv2d.reference.ts'
import type { Conv2dShape } from '../conv2d/conv2d.ts'
import { depth, taps, type WinogradShape, type WinogradSize } from './choice.ts'
import { inputGradShape } from './winograd.ts'

// Winograd's method (Lavin and Gray, 2015) for a tile of y, A' [sum over channels of (G g G') * (B' d B)] A with g the 3x3 filter and d the pixels
// that the tile sees. With the points 0, a, -a, b, -b and infinity, size 4, m(t) = t (t^2 - a^2) (t^2 - b^2) and p = a^2 b^2:
//
//        p    0       -a^2-b^2  0         1   0        1/p                  0  0            1  1    1   1    1    0
//        0   -a b^2   -b^2      a         1   0        (1  a a^2) / m'(a)                   0  a   -a   b   -b    0
//   B' = 0    a b^2   -b^2     -a         1   0    G = (1 -a a^2) / m'(a)              A' = 0  a^2  a^2 b^2  b^2  0
//        0   -a^2 b   -a^2      b         1   0        (1  b b^2) / m'(b)                   0  a^3 -a^3 b^3 -b^3  1
//        0    a^2 b   -a^2     -b         1   0        (1 -b b^2) / m'(b)
//        0    p        0       -a^2-b^2   0   1        0                    0  1
//
// Size 2 has the points 0, 1, -1 and infinity. Size 3, of 4 taps, has those of size 4: B' is the same, G has a fourth column (0, a^3 / m'(a), ... 1),
// A' loses its last row, and its third ends in 1. Size 5, of 2 taps, likewise: G has two columns, A' a fifth row (0, a^4, ... 1). With stride 2 the pixels are cells of 2x2 pixels of x and the channels their numbers.

/**
 * The largest error, relative to the sum over the channels of the largest |x| that the tile sees times the sum of the filter's
 * |w|: an outlier in x disturbs the whole tile, and an infinity or NaN fills it with NaN.
 *
 * Of uniformly random numbers, relative to the sum of |x w|: F(2x2) errs as computing directly does, F(3x3, 4x4) twice as
 * much, and F(4x4) three times; F(5x5, 2x2) four, as F(4x4) with stride 2 and few channels.
 */
export const tolerance: Record<WinogradSize, (channels: number) => number> = {
  2: (channels) => (channels + 8) * 2 ** -24,
  3: (channels) => (channels + 8) * 2 ** -24,
  4: (channels) => 2 * (channels + 8) * 2 ** -24,
  5: (channels) => 2 * (channels + 8) * 2 ** -24,
}

/** The same of the gradient at x, `channels` those of dy. With stride 2 the taps of a phase are fewer, and so is what they are measured by. */
export const gradTolerance = (size: WinogradSize, stride: number, channels: number): number =>
  (stride === 1 ? 1 : 3) * tolerance[size](channels)

/** {@link conv2dReference} with the scale of {@link tolerance}; with stride 2 the channels are the numbers of a cell. */
export function winogradReference(
  s: Conv2dShape,
  size: WinogradSize,
  x: ArrayLike<number>,
  filter: ArrayLike<number>,
  bias?: ArrayLike<number>,
): Expected {
  const { outChannels, outHeight, outWidth } = s
  const expected = conv2dReference(s, x, filter, bias)
  const weights = phaseWeights(s, filter)
  for (let b = 0; b < s.batch; b++)
    for (let top = 0; top < outHeight; top += size)
      for (let left = 0; left < outWidth; left += size) {
        const largest = largestSeen(s, size, b, top, left, x)
        for (let o = 0; o < outChannels; o++) {
          let scale = Math.abs(bias?.[o] ?? 0)
          for (const [i, value] of largest.entries()) scale += value * weights[i * outChannels + o]
          for (let r = top; r < Math.min(top + size, outHeight); r++)
            for (let c = left; c < Math.min(left + size, outWidth); c++)
              expected.scale[((b * outHeight + r) * outWidth + c) * outChannels + o] = scale
        }
      }
  return expected
}

/** {@link conv2dInputGradReference} and a bias, with the scale of {@link gradTolerance}. */
export function winogradInputGradReference(
  s: Conv2dShape,
  size: WinogradSize,
  filter: ArrayLike<number>,
  dy: ArrayLike<number>,
  bias: ArrayLike<number>,
): Expected {
  const { inHeight, inWidth, inChannels, outChannels, strideHeight: stride } = s
  const expected = conv2dInputGradReference(s, filter, dy)
  expected.c = expected.c.map((sum, i) => sum + bias[i % inChannels])
  const grad = inputGradShape(s)
  const { outTop = 0, outLeft = 0 } = grad
  const weights = phaseWeights(s, filter)
  for (let b = 0; b < s.batch; b++)
    for (let r = 0; r < inHeight; r++)
      for (let c = 0; c < inWidth; c++) {
        const [row, column] = [r + outTop, c + outLeft]
        const tile = (at: number) => Math.floor(at / stride / size) * size
        const largest = largestSeen(grad, size, b, tile(row), tile(column), dy)
        const phase = (row % stride) * stride + (column % stride)
        for (let ch = 0; ch < inChannels; ch++)
          expected.scale[((b * inHeight + r) * inWidth + c) * inChannels + ch] = largest.reduce(
            (sum, value, o) => sum + value * weights[(phase * inChannels + ch) * outChannels + o],
            Math.abs(bias[ch]),
          )
      }
  return expected
}

/** The sums of the filter's |w| by number of a cell and channel of y. */
function phaseWeights(s: Conv2dShape, filter: ArrayLike<number>): Float64Array {
  const { strideHeight: stride } = s
  const matrix = s.inChannels * s.outChannels
  const weights = new Float64Array(stride * stride * matrix)
  for (let i = 0; i < filter.length; i++) {
    const tap = Math.floor(i / matrix)
    const phase = (Math.floor(tap / s.filterWidth) % stride) * stride + ((tap % s.filterWidth) % stride)
    weights[phase * matrix + (i % matrix)] += Math.abs(filter[i])
  }
  return weights
}

/** Of each number of a cell, the largest magnitude that the tile of y at (top, left) sees. */
function largestSeen(s: WinogradShape, size: WinogradSize, b: number, top: number, left: number, x: ArrayLike<number>) {
  const { inHeight, inWidth, inChannels, strideHeight: stride } = s
  const largest = new Float64Array(depth(s))
  const seen = (size + taps(size) - 1) * stride
  for (let i = 0; i < seen; i++)
    for (let j = 0; j < seen; j++) {
      const [row, column] = [top * stride - s.padTop + i, left * stride - s.padLeft + j]
      if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue
      const cell = ((i % stride) * stride + (j % stride)) * inChannels
      for (let ch = 0; ch < inChannels; ch++) {
        const value = Math.abs(x[((b * inHeight + row) * inWidth + column) * inChannels + ch])
        largest[cell + ch] = Math.max(largest[cell + ch], value)
      }
    }
  return largest
}
