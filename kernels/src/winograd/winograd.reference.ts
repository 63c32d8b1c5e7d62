import { conv2dReference, type Expected } from '../conv2d/conv2d.reference.ts'
import type { Conv2dShape } from '../conv2d/conv2d.ts'
import type { WinogradSize } from './winograd.ts'

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
// Size 2 has the points 0, 1, -1 and infinity.

/**
 * The largest error, relative to the sum over the channels of the largest |x| that the tile sees times the sum of the filter's
 * |w|: an outlier in x disturbs the whole tile, and an infinity or NaN fills it with NaN.
 *
 * Of uniformly random numbers, relative to the sum of |x w|: F(2x2) errs as computing directly does, F(4x4) three times as much.
 */
export const tolerance: Record<WinogradSize, (channels: number) => number> = {
  2: (channels) => (channels + 8) * 2 ** -24,
  4: (channels) => 2 * (channels + 8) * 2 ** -24,
}

/** {@link conv2dReference} with the scale of {@link tolerance}. */
export function winogradReference(
  s: Conv2dShape,
  size: WinogradSize,
  x: ArrayLike<number>,
  filter: ArrayLike<number>,
  bias?: ArrayLike<number>,
): Expected {
  const { inChannels, outChannels, outHeight, outWidth } = s
  const expected = conv2dReference(s, x, filter, bias)
  const weights = new Float64Array(inChannels * outChannels)
  for (let i = 0; i < filter.length; i++) weights[i % weights.length] += Math.abs(filter[i])
  for (let b = 0; b < s.batch; b++)
    for (let top = 0; top < outHeight; top += size)
      for (let left = 0; left < outWidth; left += size) {
        const largest = largestSeen(s, size, b, top, left, x)
        for (let o = 0; o < outChannels; o++) {
          let scale = Math.abs(bias?.[o] ?? 0)
          for (let ch = 0; ch < inChannels; ch++) scale += largest[ch] * weights[ch * outChannels + o]
          for (let r = top; r < Math.min(top + size, outHeight); r++)
            for (let c = left; c < Math.min(left + size, outWidth); c++)
              expected.scale[((b * outHeight + r) * outWidth + c) * outChannels + o] = scale
        }
      }
  return expected
}

/** Of each channel, the largest |x| that the tile of y at (top, left) sees. */
function largestSeen(s: Conv2dShape, size: number, b: number, top: number, left: number, x: ArrayLike<number>) {
  const largest = new Float64Array(s.inChannels)
  for (let r = Math.max(0, top - s.padTop); r < Math.min(s.inHeight, top - s.padTop + size + 2); r++)
    for (let c = Math.max(0, left - s.padLeft); c < Math.min(s.inWidth, left - s.padLeft + size + 2); c++)
      for (let ch = 0; ch < s.inChannels; ch++) {
        const value = Math.abs(x[((b * s.inHeight + r) * s.inWidth + c) * s.inChannels + ch])
        largest[ch] = Math.max(largest[ch], value)
      }
  return largest
}
