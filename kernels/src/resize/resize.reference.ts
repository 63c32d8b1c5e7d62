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

export function resizeBilinearReference(x: ArrayLike<number>, shape: Shape): number[] {
  const { height, width, channels, newHeight, newWidth } = shape
  const half = shape.halfPixelCenters ? 0.5 : 0
  const y: number[] = []
  forEach(shape, (b, r, c, d) => {
    const at = (row: number, col: number) => x[((b * height + row) * width + col) * channels + d]
    const row = under(r, height, newHeight, shape) - half
    const col = under(c, width, newWidth, shape) - half
    const [top, left] = [Math.max(0, Math.floor(row)), Math.max(0, Math.floor(col))]
    const [bottom, right] = [Math.min(height - 1, Math.ceil(row)), Math.min(width - 1, Math.ceil(col))]
    const upper = at(top, left) + (at(top, right) - at(top, left)) * (col - left)
    const lower = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * (col - left)
    y.push(upper + (lower - upper) * (row - top))
  })
  return y
}

export function resizeNearestReference(x: ArrayLike<number>, shape: Shape): number[] {
  const { height, width, channels, newHeight, newWidth } = shape
  const round = shape.alignCorners ? Math.round : Math.floor
  const y: number[] = []
  forEach(shape, (b, r, c, d) => {
    const row = Math.min(height - 1, round(under(r, height, newHeight, shape)))
    const col = Math.min(width - 1, round(under(c, width, newWidth, shape)))
    y.push(x[((b * height + row) * width + col) * channels + d])
  })
  return y
}
