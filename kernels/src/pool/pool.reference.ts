import type { PoolWindows } from './pool.ts'

type Numbers = ArrayLike<number>

/** Calls `visit` with the index into x of each pixel of the window of y's element (b, r, c, ch), row by row. */
function eachPixel(w: PoolWindows, b: number, r: number, c: number, ch: number, visit: (at: number) => void): void {
  for (let i = 0; i < w.filterHeight; i++) {
    for (let j = 0; j < w.filterWidth; j++) {
      const row = r * w.strideHeight - w.padTop + i
      const column = c * w.strideWidth - w.padLeft + j
      if (row < 0 || row >= w.inHeight || column < 0 || column >= w.inWidth) continue
      visit(((b * w.inHeight + row) * w.inWidth + column) * w.channels + ch)
    }
  }
}

/** Calls `visit` with the index into y and the place of each element of y. */
function eachOutput(w: PoolWindows, visit: (at: number, b: number, r: number, c: number, ch: number) => void): void {
  let at = 0
  for (let b = 0; b < w.batch; b++)
    for (let r = 0; r < w.outHeight; r++)
      for (let c = 0; c < w.outWidth; c++) for (let ch = 0; ch < w.channels; ch++) visit(at++, b, r, c, ch)
}

const sizeOf = (w: PoolWindows) => ({
  x: w.batch * w.inHeight * w.inWidth * w.channels,
  y: w.batch * w.outHeight * w.outWidth * w.channels,
})

export function maxPoolReference(w: PoolWindows, x: Numbers): Float32Array {
  const y = new Float32Array(sizeOf(w).y).fill(-Infinity)
  eachOutput(w, (at, b, r, c, ch) => {
    eachPixel(w, b, r, c, ch, (from) => {
      if (x[from] > y[at]) y[at] = x[from]
    })
  })
  return y
}

export function maxPoolArgmaxReference(w: PoolWindows, x: Numbers, includeBatch: boolean): Int32Array {
  const indices = new Int32Array(sizeOf(w).y).fill(-1)
  const image = w.inHeight * w.inWidth * w.channels
  eachOutput(w, (at, b, r, c, ch) => {
    let best = -Infinity
    eachPixel(w, b, r, c, ch, (from) => {
      if (!(x[from] > best)) return
      best = x[from]
      indices[at] = includeBatch ? from : from - b * image
    })
  })
  return indices
}

export function avgPoolReference(w: PoolWindows, x: Numbers): Float32Array {
  const y = new Float32Array(sizeOf(w).y)
  eachOutput(w, (at, b, r, c, ch) => {
    let sum = 0
    let count = 0
    eachPixel(w, b, r, c, ch, (from) => {
      sum += x[from]
      count++
    })
    y[at] = sum / count
  })
  return y
}

export function maxPoolGradReference(w: PoolWindows, x: Numbers, dy: Numbers): Float32Array {
  const dx = new Float64Array(sizeOf(w).x)
  eachOutput(w, (at, b, r, c, ch) => {
    let best = -Infinity
    let place = -1
    eachPixel(w, b, r, c, ch, (from) => {
      if (x[from] > best) {
        best = x[from]
        place = from
      }
    })
    if (place >= 0) dx[place] += dy[at]
  })
  return Float32Array.from(dx)
}

export function avgPoolGradReference(w: PoolWindows, dy: Numbers): Float32Array {
  const dx = new Float64Array(sizeOf(w).x)
  eachOutput(w, (at, b, r, c, ch) => {
    eachPixel(w, b, r, c, ch, (place) => {
      dx[place] += dy[at] / (w.filterHeight * w.filterWidth)
    })
  })
  return Float32Array.from(dx)
}
