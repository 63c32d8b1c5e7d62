import type { DepthwiseShape } from './depthwise.ts'

type Numbers = ArrayLike<number>

/** Relative to the sum of the absolute products: `terms` roundings of half an ulp each, and a few more. */
export const tolerance = (terms: number): number => (terms + 8) * 2 ** -24

/** A result in double precision, and for each number of it what its error is measured by. */
export interface Expected {
  c: Float64Array
  scale: Float64Array
}

/** Channels of y. */
export const outputsOf = ({ channels, multiplier = 1 }: DepthwiseShape): number => channels * multiplier

/** Calls `visit` with the indices into x, filter and y of every product that the convolution adds up. */
function eachProduct(s: DepthwiseShape, visit: (x: number, filter: number, y: number) => void): void {
  for (let b = 0; b < s.batch; b++)
    for (let r = 0; r < s.outHeight; r++)
      for (let c = 0; c < s.outWidth; c++)
        for (let i = 0; i < s.filterHeight; i++)
          for (let j = 0; j < s.filterWidth; j++) {
            const row = r * s.strideHeight + i * s.dilationHeight - s.padTop
            const column = c * s.strideWidth + j * s.dilationWidth - s.padLeft
            if (row < 0 || row >= s.inHeight || column < 0 || column >= s.inWidth) continue
            const outputs = outputsOf(s)
            const x = ((b * s.inHeight + row) * s.inWidth + column) * s.channels
            const y = ((b * s.outHeight + r) * s.outWidth + c) * outputs
            for (let o = 0; o < outputs; o++)
              visit(x + Math.floor((o * s.channels) / outputs), (i * s.filterWidth + j) * outputs + o, y + o)
          }
}

function sums(n: number): Expected & { add(at: number, product: number): void } {
  const c = new Float64Array(n)
  const scale = new Float64Array(n)
  return {
    c,
    scale,
    add(at, product) {
      c[at] += product
      scale[at] += Math.abs(product)
    },
  }
}

export function depthwiseReference(s: DepthwiseShape, x: Numbers, filter: Numbers, bias: Numbers): Expected {
  const y = sums(s.batch * s.outHeight * s.outWidth * outputsOf(s))
  for (let i = 0; i < y.c.length; i++) y.add(i, bias[i % outputsOf(s)])
  eachProduct(s, (ix, iw, iy) => y.add(iy, x[ix] * filter[iw]))
  return y
}

export function depthwiseInputGradReference(s: DepthwiseShape, filter: Numbers, dy: Numbers): Expected {
  const dx = sums(s.batch * s.inHeight * s.inWidth * s.channels)
  eachProduct(s, (ix, iw, iy) => dx.add(ix, dy[iy] * filter[iw]))
  return dx
}

export function depthwiseFilterGradReference(s: DepthwiseShape, x: Numbers, dy: Numbers): Expected {
  const dw = sums(s.filterHeight * s.filterWidth * outputsOf(s))
  eachProduct(s, (ix, iw, iy) => dw.add(iw, x[ix] * dy[iy]))
  return dw
}
