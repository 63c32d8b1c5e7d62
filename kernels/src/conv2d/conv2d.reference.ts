import type { Conv2dShape } from './conv2d.ts'

type Numbers = ArrayLike<number>

/** Relative to the sum of the absolute products: `terms` roundings of half an ulp each, and a few more. */
export const tolerance = (terms: number): number => (terms + 8) * 2 ** -24

/** A result in double precision, and for each number of it what its error is measured by. */
export interface Expected {
  c: Float64Array
  scale: Float64Array
}

/** Calls `visit` with the indices into x, filter and y of every product that a convolution adds up. */
function eachProduct(s: Conv2dShape, visit: (x: number, filter: number, y: number) => void): void {
  for (let b = 0; b < s.batch; b++)
    for (let r = 0; r < s.outHeight; r++)
      for (let c = 0; c < s.outWidth; c++)
        for (let i = 0; i < s.filterHeight; i++)
          for (let j = 0; j < s.filterWidth; j++) {
            const row = r * s.strideHeight + i * s.dilationHeight - s.padTop
            const column = c * s.strideWidth + j * s.dilationWidth - s.padLeft
            if (row < 0 || row >= s.inHeight || column < 0 || column >= s.inWidth) continue
            const x = ((b * s.inHeight + row) * s.inWidth + column) * s.inChannels
            const filter = (i * s.filterWidth + j) * s.inChannels
            const y = ((b * s.outHeight + r) * s.outWidth + c) * s.outChannels
            for (let ch = 0; ch < s.inChannels; ch++)
              for (let o = 0; o < s.outChannels; o++) visit(x + ch, (filter + ch) * s.outChannels + o, y + o)
          }
}

const sizes = (s: Conv2dShape) => ({
  x: s.batch * s.inHeight * s.inWidth * s.inChannels,
  filter: s.filterHeight * s.filterWidth * s.inChannels * s.outChannels,
  y: s.batch * s.outHeight * s.outWidth * s.outChannels,
})

function add(out: Expected, at: number, product: number): void {
  out.c[at] += product
  out.scale[at] += Math.abs(product)
}

const zeros = (n: number): Expected => ({ c: new Float64Array(n), scale: new Float64Array(n) })

export function conv2dReference(s: Conv2dShape, x: Numbers, filter: Numbers, bias?: Numbers): Expected {
  const y = zeros(sizes(s).y)
  if (bias) for (let i = 0; i < y.c.length; i++) add(y, i, bias[i % s.outChannels])
  eachProduct(s, (ix, iw, iy) => add(y, iy, x[ix] * filter[iw]))
  return y
}

export function conv2dInputGradReference(s: Conv2dShape, filter: Numbers, dy: Numbers): Expected {
  const dx = zeros(sizes(s).x)
  eachProduct(s, (ix, iw, iy) => add(dx, ix, dy[iy] * filter[iw]))
  return dx
}

export function conv2dFilterGradReference(s: Conv2dShape, x: Numbers, dy: Numbers): Expected {
  const dw = zeros(sizes(s).filter)
  eachProduct(s, (ix, iw, iy) => add(dw, iw, x[ix] * dy[iy]))
  return dw
}
