import type { Pool3dWindows } from './pool3d.ts'

type Numbers = ArrayLike<number>

/** Calls `visit` for each number of y with the indices into x of the numbers that its window covers, slice by slice, row by row. */
function eachWindow(w: Pool3dWindows, visit: (at: number, window: number[]) => void): void {
  const inside = (out: number, stride: number, pad: number, filter: number, size: number) =>
    Array.from({ length: filter }, (_, i) => out * stride - pad + i).filter((i) => i >= 0 && i < size)
  let at = 0
  for (let b = 0; b < w.batch; b++)
    for (let d = 0; d < w.outDepth; d++)
      for (let r = 0; r < w.outHeight; r++)
        for (let c = 0; c < w.outWidth; c++)
          for (let ch = 0; ch < w.channels; ch++) {
            const window: number[] = []
            for (const z of inside(d, w.strideDepth, w.padFront, w.filterDepth, w.inDepth))
              for (const i of inside(r, w.strideHeight, w.padTop, w.filterHeight, w.inHeight))
                for (const j of inside(c, w.strideWidth, w.padLeft, w.filterWidth, w.inWidth))
                  window.push((((b * w.inDepth + z) * w.inHeight + i) * w.inWidth + j) * w.channels + ch)
            visit(at++, window)
          }
}

export const sizesOf = (w: Pool3dWindows) => ({
  x: w.batch * w.inDepth * w.inHeight * w.inWidth * w.channels,
  y: w.batch * w.outDepth * w.outHeight * w.outWidth * w.channels,
})

export function maxPool3dReference(w: Pool3dWindows, x: Numbers): Float32Array {
  const y = new Float32Array(sizesOf(w).y)
  eachWindow(w, (at, window) => {
    y[at] = window.reduce((best, from) => (x[from] > best ? x[from] : best), -Infinity)
  })
  return y
}

export function avgPool3dReference(w: Pool3dWindows, x: Numbers): Float32Array {
  const y = new Float32Array(sizesOf(w).y)
  eachWindow(w, (at, window) => {
    y[at] = window.reduce((sum, from) => sum + x[from], 0) / window.length
  })
  return y
}

export function maxPool3dGradReference(w: Pool3dWindows, x: Numbers, dy: Numbers): Float32Array {
  const dx = new Float64Array(sizesOf(w).x)
  eachWindow(w, (at, window) => {
    let best = -Infinity
    let place = -1
    for (const from of window)
      if (x[from] >= best) {
        best = x[from]
        place = from
      }
    if (place >= 0) dx[place] += dy[at]
  })
  return Float32Array.from(dx)
}

export function avgPool3dGradReference(w: Pool3dWindows, dy: Numbers): Float32Array {
  const dx = new Float64Array(sizesOf(w).x)
  const size = w.filterDepth * w.filterHeight * w.filterWidth
  eachWindow(w, (at, window) => {
    for (const place of window) dx[place] += dy[at] / size
  })
  return Float32Array.from(dx)
}
