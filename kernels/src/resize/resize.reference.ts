import type { Resize } from './resize.ts'

type Shape = Omit<Resize, 'x' | 'y'>

/** The pixel, with fraction, that lies under output pixel i. */
function under(i: number, from: number, to: number, { alignCorners, halfPixelCenters }: Shape): number {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
  return halfPixelCenters ? scale * (i + 0.5) : scale * i
}

/** Calls visit(b, row, column, channel) in the order of the output's elements. */
function forEach(shape: Shape, visit: (b: number, r: number, c: number, d: number) => void): void {
  for (let b = 0; b < shape.batch; b++)
    for (let r = 0; r < shape.newHeight; r++)
      for (let c = 0; c < shape.newWidth; c++) for (let d = 0; d < shape.channels; d++) visit(b, r, c, d)
}

/** Calls visit(x, y, weight) with the indices of the numbers of x that each number of y is a weighted sum of. */
function bilinear(shape: Shape, visit: (x: number, y: number, weight: number) => void): void {
  const { height, width, channels, newHeight, newWidth } = shape
  const half = shape.halfPixelCenters ? 0.5 : 0
  let y = 0
  forEach(shape, (b, r, c, d) => {
    const at = (row: number, col: number) => ((b * height + row) * width + col) * channels + d
    const row = under(r, height, newHeight, shape) - half
    const col = under(c, width, newWidth, shape) - half
    const [top, left] = [Math.max(0, Math.floor(row)), Math.max(0, Math.floor(col))]
    const [bottom, right] = [Math.min(height - 1, Math.ceil(row)), Math.min(width - 1, Math.ceil(col))]
    visit(at(top, left), y, (1 - row + top) * (1 - col + left))
    visit(at(top, right), y, (1 - row + top) * (col - left))
    visit(at(bottom, left), y, (row - top) * (1 - col + left))
    visit(at(bottom, right), y, (row - top) * (col - left))
    y++
  })
}

const sizesOf = ({ batch, height, width, channels, newHeight, newWidth }: Shape) => ({
  x: batch * height * width * channels,
  y: batch * newHeight * newWidth * channels,
})

export function resizeBilinearReference(x: ArrayLike<number>, shape: Shape): number[] {
  const y = new Array<number>(sizesOf(shape).y).fill(0)
  bilinear(shape, (from, to, weight) => {
    y[to] += weight * x[from]
  })
  return y
}

export function resizeBilinearGradReference(dy: ArrayLike<number>, shape: Shape): number[] {
  const dx = new Array<number>(sizesOf(shape).x).fill(0)
  bilinear(shape, (to, from, weight) => {
    dx[to] += weight * dy[from]
  })
  return dx
}

/** The index into x of each number of y. */
function nearest(shape: Shape): number[] {
  const { height, width, channels, newHeight, newWidth } = shape
  const round = shape.alignCorners ? Math.round : Math.floor
  const from: number[] = []
  forEach(shape, (b, r, c, d) => {
    const row = Math.min(height - 1, round(under(r, height, newHeight, shape)))
    const col = Math.min(width - 1, round(under(c, width, newWidth, shape)))
    from.push(((b * height + row) * width + col) * channels + d)
  })
  return from
}

export function resizeNearestReference(x: ArrayLike<number>, shape: Shape): number[] {
  return nearest(shape).map((from) => x[from])
}

export function resizeNearestGradReference(dy: ArrayLike<number>, shape: Shape): number[] {
  const dx = new Array<number>(sizesOf(shape).x).fill(0)
  for (const [from, to] of nearest(shape).entries()) dx[to] += dy[from]
  return dx
}
