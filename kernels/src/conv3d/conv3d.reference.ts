import { type Expected, tolerance } from '../conv2d/conv2d.reference.ts'
import type { Conv3dShape } from './conv3d.ts'

export { tolerance }

type Numbers = ArrayLike<number>

const AXES = ['Depth', 'Height', 'Width'] as const

/** Calls `visit` with the indices into x, filter and y of every product that a convolution adds up. */
function eachProduct(s: Conv3dShape, visit: (x: number, filter: number, y: number) => void): void {
  const pads = [s.padFront, s.padTop, s.padLeft]
  /** For each axis, all [place in x, place in the filter, place in y] that meet. */
  const meetings = AXES.map((axis, a) => {
    const all: number[][] = []
    for (let o = 0; o < s[`out${axis}`]; o++)
      for (let f = 0; f < s[`filter${axis}`]; f++) {
        const i = o * s[`stride${axis}`] + f * s[`dilation${axis}`] - pads[a]
        if (i >= 0 && i < s[`in${axis}`]) all.push([i, f, o])
      }
    return all
  })
  for (let b = 0; b < s.batch; b++)
    for (const [z, l, d] of meetings[0])
      for (const [row, i, r] of meetings[1])
        for (const [column, j, c] of meetings[2]) {
          const x = (((b * s.inDepth + z) * s.inHeight + row) * s.inWidth + column) * s.inChannels
          const filter = ((l * s.filterHeight + i) * s.filterWidth + j) * s.inChannels
          const y = (((b * s.outDepth + d) * s.outHeight + r) * s.outWidth + c) * s.outChannels
          for (let ch = 0; ch < s.inChannels; ch++)
            for (let o = 0; o < s.outChannels; o++) visit(x + ch, (filter + ch) * s.outChannels + o, y + o)
        }
}

export const sizesOf = (s: Conv3dShape) => ({
  x: s.batch * s.inDepth * s.inHeight * s.inWidth * s.inChannels,
  filter: s.filterDepth * s.filterHeight * s.filterWidth * s.inChannels * s.outChannels,
  y: s.batch * s.outDepth * s.outHeight * s.outWidth * s.outChannels,
})

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

export function conv3dReference(s: Conv3dShape, x: Numbers, filter: Numbers): Expected {
  const y = sums(sizesOf(s).y)
  eachProduct(s, (ix, iw, iy) => y.add(iy, x[ix] * filter[iw]))
  return y
}

export function conv3dInputGradReference(s: Conv3dShape, filter: Numbers, dy: Numbers): Expected {
  const dx = sums(sizesOf(s).x)
  eachProduct(s, (ix, iw, iy) => dx.add(ix, dy[iy] * filter[iw]))
  return dx
}

export function conv3dFilterGradReference(s: Conv3dShape, x: Numbers, dy: Numbers): Expected {
  const dw = sums(sizesOf(s).filter)
  eachProduct(s, (ix, iw, iy) => dw.add(iw, x[ix] * dy[iy]))
  return dw
}
